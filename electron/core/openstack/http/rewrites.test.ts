import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesSentTo, rewriteUrl } from './rewrites.ts';

describe('rewriteUrl', () => {
  it.each([
    ['http://controller:8774/v2.1/servers?a=1', 'controller', '10.0.0.11', 'http://10.0.0.11:8774/v2.1/servers?a=1'],
    ['http://controller:8774/v2.1', 'CONTROLLER', '10.0.0.11:80', 'http://10.0.0.11/v2.1'],
    ['http://controller:8774/v2.1', 'controller:8774', 'x:9', 'http://x:9/v2.1'],
    ['http://controller:8775/v2.1', 'controller:8774', 'x:9', 'http://controller:8775/v2.1'],
    ['https://controller/v3', 'controller:443', 'x', 'https://x/v3'],
    ['http://controller:5000/v3', 'http://controller:5000', 'https://k.test/identity/', 'https://k.test/identity/v3'],
    ['http://controller:50001/v3', 'http://controller:5000', 'https://k.test', 'http://controller:50001/v3'],
    ['http://controller:5000/v3', 'controller', 'https://k.test/identity', 'https://k.test/identity/v3'],
    ['http://controller:5000/v3', 'controller', 'not a host', 'http://controller:5000/v3'],
    ['http://controller:5000/v3', 'controller', '[::1]:81', 'http://[::1]:81/v3'],
  ])('%s with %s to %s', (url, from, to, expected) => {
    expect(rewriteUrl(url, [{ from, to }])).toBe(expected);
  });

  it('uses the first rule that fits', () => {
    const rules = [
      { from: 'other', to: 'no' },
      { from: 'a', to: 'b' },
      { from: 'a', to: 'c' },
    ];
    expect(rewriteUrl('http://a/', rules)).toBe('http://b/');
  });

  it('always gives a URL', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (from, to) => {
        expect(URL.canParse(rewriteUrl('http://controller:8774/v2.1', [{ from, to }]))).toBe(true);
      }),
    );
  });
});

it('namesSentTo lists the names whose certificate may come from there', () => {
  const rules = [
    { from: 'controller', to: '10.0.0.11' },
    { from: 'http://other:1/', to: 'https://10.0.0.11:99/x' },
    { from: 'elsewhere', to: '10.0.0.12' },
  ];
  expect(namesSentTo('10.0.0.11', rules)).toEqual(['controller', 'other']);
});
