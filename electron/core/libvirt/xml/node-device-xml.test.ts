import { expect, it } from 'vitest';
import { newMdevXml, readNodeDeviceXml } from './node-device-xml.ts';

const nothing = {
  parent: null,
  label: null,
  driver: null,
  devNode: null,
  sizeBytes: null,
  mac: null,
  iommuGroup: null,
  path: null,
  mdevTypes: [],
};

it('reads a PCI device with its IOMMU group, by numbers where the host has no words', () => {
  const xml = (ids: string): string => `<device><name>pci_0000_01_00_0</name>
    <path>/sys/devices/pci0000:00/0000:01:00.0</path><parent>pci_0000_00_01_0</parent>
    <driver><name>vfio-pci</name></driver>
    <capability type='pci'>${ids}<capability type='virt_functions' maxCount='7'/>
      <iommuGroup number='15'><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></iommuGroup></capability>
  </device>`;
  const expected = {
    ...nothing,
    parent: 'pci_0000_00_01_0',
    driver: 'vfio-pci',
    iommuGroup: 15,
    path: '/sys/devices/pci0000:00/0000:01:00.0',
  };
  expect(
    readNodeDeviceXml(xml(`<product id='0x1521'>I350</product><vendor id='0x8086'>Intel &amp; Co</vendor>`)),
  ).toEqual({
    ...expected,
    label: 'Intel & Co I350',
  });
  expect(readNodeDeviceXml(xml(`<product id='0x1521'/><vendor id='0x8086'/>`)).label).toBe('0x8086 0x1521');
});

it.each([
  [
    `<devnode type='dev'>/dev/vda</devnode><devnode type='link'>/dev/disk/by-id/x</devnode>
     <capability type='storage'><block>/dev/vda</block><vendor>QEMU</vendor><model>HD</model><size>1024</size></capability>`,
    { label: 'QEMU HD', devNode: '/dev/vda', sizeBytes: 1024 },
  ],
  [
    `<capability type='net'><interface>eth0</interface><address>52:54:00:00:00:01</address></capability>`,
    { label: 'eth0', mac: '52:54:00:00:00:01' },
  ],
  [
    `<capability type='system'><product>R740</product><hardware><vendor>Dell</vendor></hardware></capability>`,
    { label: 'Dell R740' },
  ],
  [
    `<parent>pci_1</parent><capability type='mdev'><type id='i915-GVTg'/></capability>`,
    { parent: 'pci_1', label: 'i915-GVTg' },
  ],
  [`<capability type='teleport'/>`, {}],
  ['', {}],
])('reads %s', (content, expected) => {
  expect(readNodeDeviceXml(`<device><name>x</name>${content}</device>`)).toEqual({ ...nothing, ...expected });
});

it('refuses what is no device', () => {
  expect(() => readNodeDeviceXml('<domain/>')).toThrow('no <device>');
});

it('reads the kinds of mediated devices of a card, and makes one', () => {
  const text = `<device><name>pci_0000_06_00_0</name><capability type='pci'><capability type='mdev_types'>
    <type id='nvidia-11'><name>GRID M60-0B &amp; more</name><deviceAPI>vfio-pci</deviceAPI>
      <availableInstances>16</availableInstances></type>
    <type id='nvidia-12'><deviceAPI>vfio-pci</deviceAPI></type><type/>
  </capability></capability></device>`;
  expect(readNodeDeviceXml(text).mdevTypes).toEqual([
    { id: 'nvidia-11', name: 'GRID M60-0B & more', available: 16 },
    { id: 'nvidia-12', name: null, available: 0 },
  ]);
  const uuid = 'e2e00000-0000-4000-8a08-000000000001';
  expect(newMdevXml({ parent: 'pci_0000_06_00_0', type: 'a"<b>', uuid }).replaceAll(/\n */g, '')).toBe(
    `<device><parent>pci_0000_06_00_0</parent><capability type="mdev"><type id="a&quot;&lt;b&gt;"/>` +
      `<uuid>${uuid}</uuid></capability></device>`,
  );
});
