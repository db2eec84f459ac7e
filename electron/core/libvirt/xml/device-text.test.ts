import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DeviceText } from './device-text.ts';
import { domainDevices } from './domain-devices.ts';
import { parseRoot } from './elements.ts';

const centos = readFileSync(new URL('fixtures/centos7-spice.xml', import.meta.url), 'utf8');
const keys = domainDevices(parseRoot(centos, 'domain')).map(({ key }) => key);

it.each(keys)('%s is found, and put back with nothing else changed', (key) => {
  const device = DeviceText.find(centos, key);
  if (device === null) throw new Error('not found');
  expect(parseRoot(device.text, device.kind).localName).toBe(key.split(':')[0]);
  const { document, linesBefore } = device.replacedBy(device.text);
  const bare = (text: string): string[] => text.split('\n').map((line) => line.trim());
  const isTold = key === 'serial::0' || key === 'console:serial:0';
  // libvirt tells the first serial port a second time, and would make two of them.
  if (!isTold) expect(bare(document)).toEqual(bare(centos));
  else expect(domainDevices(parseRoot(document, 'domain'))).toHaveLength(keys.length - 1);
  expect(bare(document)[linesBefore]).toBe(bare(device.text)[0]);
});

it('writes text with no indentation, and takes another', () => {
  const device = DeviceText.find(centos, 'disk:hda');
  expect(device?.text).toMatch(/^<disk [^\n]*\n {2}<driver /);
  expect(device?.replacedBy('\n<disk>$& new</disk>\n').document).toContain('\n    <disk>$& new</disk>\n');
  expect(DeviceText.find(centos, 'disk:vdz')).toBeNull();
});
