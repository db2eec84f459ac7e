import { describe, expect, it } from 'vitest';
import { hostdevElement, isSameDevice, readAssignableDevice } from './assignable-device-xml.ts';
import { domainDevices } from './domain-devices.ts';
import { DomainEdit } from './domain-edit.ts';

const gpu = `<device><name>pci_0000_65_00_0</name><parent>pci_0000_64_00_0</parent><driver><name>nvidia</name></driver>
  <capability type='pci'><class>0x030000</class><domain>0</domain><bus>101</bus><slot>0</slot><function>0</function>
    <product id='0x1eb8'>TU104GL [Tesla T4]</product><vendor id='0x10de'>NVIDIA Corporation</vendor>
    <iommuGroup number='17'>
      <address domain='0x0000' bus='0x65' slot='0x00' function='0x0'/>
      <address domain='0x0000' bus='0x65' slot='0x00' function='0x1'/>
    </iommuGroup></capability></device>`;
const stick = `<device><name>usb_1_4</name><driver><name>usb</name></driver><capability type='usb_device'>
  <bus>1</bus><device>14</device><product id='0xc52b'>Unifying Receiver</product><vendor id='0x046d'/></capability></device>`;
const vgpu = `<device><name>mdev_4b20d080_1b54_4048_85b3_a6a62d165c01_0000_65_00_0</name><capability type='mdev'>
  <type id='nvidia-222'/><iommuGroup number='18'/></capability></device>`;
const bridge = `<device><name>b</name><capability type='pci'><class>0x060400</class></capability></device>`;
const hub = `<device><name>h</name><capability type='usb_device'><bus>1</bus><device>1</device><product id='0x0002'/>
  <vendor id='0x1d6b'/></capability></device>`;

function read(text: string) {
  const device = readAssignableDevice(text);
  if (device === null) throw new Error('no device that is assigned');
  return device;
}

describe('a device of the host', () => {
  it('is read with its address, group and driver', () => {
    expect(read(gpu)).toEqual({
      name: 'pci_0000_65_00_0',
      type: 'pci',
      vendor: 'NVIDIA Corporation',
      product: 'TU104GL [Tesla T4]',
      address: '0000:65:00.0',
      usbId: null,
      iommuGroup: 17,
      groupAddresses: ['0000:65:00.0', '0000:65:00.1'],
      driver: 'nvidia',
    });
    expect(read(stick)).toMatchObject({ type: 'usb', vendor: '046d', address: '001:014', usbId: '046d:c52b' });
    expect(read(vgpu)).toMatchObject({
      type: 'mdev',
      product: 'nvidia-222',
      address: '4b20d080-1b54-4048-85b3-a6a62d165c01',
      iommuGroup: 18,
    });
  });

  it('is none where it is a bridge, a root hub or something else', () => {
    const disk = `<device><name>block_sda</name><capability type='storage'/></device>`;
    expect([bridge, hub, disk].map(readAssignableDevice)).toEqual([null, null, null]);
  });

  it.each([
    [
      gpu,
      true,
      '<hostdev mode="subsystem" type="pci" managed="yes"><source><address domain="0x0000" bus="0x65" slot="0x00" function="0x0"/></source></hostdev>',
    ],
    [
      stick,
      true,
      '<hostdev mode="subsystem" type="usb"><source><vendor id="0x046d"/><product id="0xc52b"/></source></hostdev>',
    ],
    [stick, false, '<hostdev mode="subsystem" type="usb"><source><address bus="1" device="14"/></source></hostdev>'],
    [
      vgpu,
      true,
      '<hostdev mode="subsystem" type="mdev" model="vfio-pci"><source><address uuid="4b20d080-1b54-4048-85b3-a6a62d165c01"/></source></hostdev>',
    ],
  ])('is found again in the domain that has it (%#)', (text, isOnly, element) => {
    const edit = new DomainEdit('<domain><devices/></domain>');
    edit.addDevice(hostdevElement(read(text), isOnly));
    expect(edit.toString()).toContain(element);
    const [device] = domainDevices(edit.root);
    const all = [gpu, stick, vgpu].map(read);
    expect(all.filter((each) => isSameDevice(each, device?.label ?? ''))).toEqual([read(text)]);
  });
});
