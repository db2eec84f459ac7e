import { expect, it } from 'vitest';
import { readNodeDeviceXml } from './node-device-xml.ts';

const nothing = {
  parent: null,
  label: null,
  driver: null,
  devNode: null,
  sizeBytes: null,
  mac: null,
  iommuGroup: null,
  path: null,
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
