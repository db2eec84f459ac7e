import { expect, it } from 'vitest';
import { diskPlaceXml, readDiskSources, withDiskAt } from './disk-place.ts';

const PLACE = { type: 'file', path: `/new/it's & <b>.qcow2`, format: 'qcow2' } as const;

const domain = (disk: string): string =>
  `<domain><devices><x/>${disk}<disk><target dev='vdb'/></disk></devices></domain>`;

it('reads where disks are, and what stands against moving them', () => {
  const disk =
    `<disk type='volume'><source pool='p' volume='v'><encryption format='luks'/></source><target dev='vda'/><shareable/>` +
    `<mirror type='file' job='copy'><source file='/m'/></mirror></disk>`;
  expect([...readDiskSources(domain(disk))]).toEqual([
    ['vda', { name: 'v', pool: 'p', isEncrypted: true, isShareable: true, mirror: { isCopy: true, path: '/m' } }],
    ['vdb', { name: null, pool: null, isEncrypted: false, isShareable: false, mirror: null }],
  ]);
});

it('places a disk and keeps what is not about its place', () => {
  const disk =
    `<disk type='network' device='disk'><driver name='qemu' type='raw' cache='none'/>` +
    `<source protocol='rbd' name='p/i' startupPolicy='optional'><host name='h'/><seclabel model='dac' relabel='no'/></source>` +
    `<backingStore/><target dev='vda' bus='virtio'/><unknown a='1'/></disk>`;
  const text = withDiskAt(domain(disk), 'vda', { name: 'p/i', pool: null }, PLACE);
  expect(text).toBe(
    domain(
      `<disk type="file" device="disk"><driver name="qemu" type="qcow2" cache="none"/>` +
        `<source startupPolicy="optional" file="/new/it's &amp; &lt;b&gt;.qcow2"><seclabel model="dac" relabel="no"/></source>` +
        `<target dev="vda" bus="virtio"/><unknown a="1"/></disk>`,
    ).replaceAll(`dev='vdb'`, 'dev="vdb"'),
  );
});

it('leaves a disk alone that is elsewhere', () => {
  const disk = `<disk type='volume'><source pool='p' volume='v'/><target dev='vda'/></disk>`;
  expect(withDiskAt(domain(disk), 'vda', { name: 'v', pool: null }, PLACE)).toBeNull();
  expect(withDiskAt(domain(disk), 'vdz', { name: 'v', pool: 'p' }, PLACE)).toBeNull();
  expect(withDiskAt(domain(disk), 'vda', { name: 'v', pool: 'p' }, PLACE)).toContain('type="file"');
});

it('names a place for a copy', () => {
  expect(diskPlaceXml({ type: 'block', path: '/dev/vg/a"b', format: 'raw' })).toBe(
    '<disk type="block"><driver name="qemu" type="raw"/><source dev="/dev/vg/a&quot;b"/></disk>',
  );
});
