import { expect, it } from 'vitest';
import { documentChanges } from './document-changes.ts';

const disk = (dev: string, cache: string): string =>
  `<disk type='file'><driver name='qemu' cache='${cache}'/><target dev='${dev}'/></disk>`;
const domain = (memory: number, devices: string, more = ''): string =>
  `<domain type='kvm'><memory unit='KiB'>${memory}</memory>${more}<devices><emulator>/q</emulator>${devices}</devices></domain>`;

it('tells devices and settings that are new, gone or changed', () => {
  const before = domain(1, disk('vda', 'none') + disk('vdb', 'none'), '<title>old</title>');
  const after = domain(
    2,
    disk('vda', 'writeback') + `<interface type='user'><mac address='52:54:00:00:00:01'/></interface>`,
  );
  const plain = { facts: [], label: '' };
  expect(documentChanges('machine', before, after)).toEqual([
    {
      ...{ what: 'changed', isDevice: true, part: 'disk', label: 'vda' },
      facts: [{ path: 'driver.cache', before: 'none', after: 'writeback' }],
    },
    { ...plain, what: 'removed', isDevice: true, part: 'disk', label: 'vdb' },
    {
      ...{ what: 'changed', isDevice: false, part: 'memory', label: '' },
      facts: [{ path: '', before: '1 KiB', after: '2 KiB' }],
    },
    { ...plain, what: 'removed', isDevice: false, part: 'title' },
    { ...plain, what: 'added', isDevice: true, part: 'interface', label: '52:54:00:00:00:01' },
  ]);
});

it('tells a place on the bus as a change without a word for it, and another indentation as none', () => {
  const placed = disk('vda', 'none').replace('</disk>', `\n  <address type='pci' slot='0x05'/></disk>`);
  expect(documentChanges('machine', domain(1, disk('vda', 'none')), domain(1, placed))).toMatchObject([
    { what: 'changed', part: 'disk', facts: [] },
  ]);
  expect(documentChanges('machine', domain(1, placed), domain(1, placed.replace('\n  ', '')))).toEqual([]);
});

it('tells the settings of a network, several of one name as one', () => {
  const network = (...ips: string[]): string =>
    `<network><bridge name='b' delay='${ips.length}'/>${ips.map((ip) => `<ip address='${ip}'/>`).join('')}</network>`;
  expect(documentChanges('network', network('10.0.0.1'), network('10.0.0.1', '10.0.1.1'))).toMatchObject([
    { what: 'changed', isDevice: false, part: 'bridge', facts: [{ path: 'delay', before: '1', after: '2' }] },
    { what: 'changed', isDevice: false, part: 'ip' },
  ]);
});

it('is bounded', () => {
  const many = Array.from({ length: 100 }, (_, at) => disk(`vd${at}`, 'x'.repeat(1_000))).join('');
  const changes = documentChanges('machine', domain(1, ''), domain(1, many));
  expect(changes).toHaveLength(50);
});
