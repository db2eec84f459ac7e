import { expect, it } from 'vitest';
import { fileNameOfUrl, imageUrlFault, sha256Of } from './image-url.ts';

it.each([
  ['', 'urlMissing'],
  ['ftp://host/a.iso', 'urlScheme'],
  ['host/a.iso', 'urlScheme'],
  ['https://me:secret@host/a.iso', 'urlCredentials'],
  ['https:///a.iso', 'url'],
  ['https://host/a b', 'url'],
  [`https://host/${'a'.repeat(2_048)}`, 'url'],
  ['HTTPS://host:8443/a%20b.iso?x=1@2', null],
  ['http://[::1]/', null],
])('says of %j: %j', (url, fault) => {
  expect(imageUrlFault(url)).toBe(fault);
});

it.each([
  ['https://host/a/debian%2012.iso?x=/y#z', 'debian 12.iso'],
  ['https://host', ''],
  ['https://host/a/', ''],
  ['https://host/..%2fetc', '.._etc'],
  ['https://host/100%', '100%'],
])('names the file of %j %j', (url, name) => {
  expect(fileNameOfUrl(url)).toBe(name);
});

it('reads a checksum as it is published', () => {
  const digits = 'a'.repeat(64);
  expect(sha256Of(` ${digits.toUpperCase()} *debian.iso\n`)).toBe(digits);
  expect(sha256Of(digits.slice(1))).toBeNull();
});
