import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HardwareChange } from '../../../../../shared/contract/hardware.ts';
import { prepareDefinition } from './definition-change.ts';
import { hardwareOf } from './hardware-model.ts';
import { prepareLive } from './live-change.ts';

const centos = readFileSync(new URL('../../../libvirt/xml/fixtures/centos7-spice.xml', import.meta.url), 'utf8');
const settled = { target: 'vda', mac: '52:54:00:00:00:09', hostDevice: null };
const nic = 'interface:52:54:00:c7:00:01';

/** The definition with the change, as text without white space between its tags. */
function defined(change: HardwareChange): string {
  return (prepareDefinition(centos, change, settled) ?? '').replace(/>\s+</g, '><');
}

/** What no change of a device of ours may touch. */
const foreign = [
  '<site:owner xmlns:site="urn:example:site" room="B2">Li &amp; Co.</site:owner>',
  '<future-feature state="on"/>',
  '<feature policy="require" name="vmx"/>',
  '<read_iops_sec>500</read_iops_sec>',
  '<inbound average="1000"/>',
  '<future-device speed="9"><inside/></future-device>',
  '<qemu:arg value="-no-user-config"/>',
  '<image compression="off"/>',
  'passwd="hidden"',
  'error_policy="stop"',
  'startupPolicy="optional"',
];

const agent = { kind: 'channel', type: 'unix', name: 'org.qemu.guest_agent.0' } as const;
const disk = {
  cache: 'default',
  io: 'native',
  discard: 'unmap',
  serial: 'S&1',
  isReadOnly: true,
  isShareable: false,
  iothread: null,
} as const;
const changes: HardwareChange[] = [
  { what: 'describe', title: 'T', description: 'D' },
  { what: 'vcpus', vcpus: 1, maxVcpus: 2, topology: null },
  { what: 'memory', memoryBytes: 1024 ** 3, maxMemoryBytes: 1024 ** 3 },
  { what: 'cpu', mode: 'custom', model: 'Skylake-Client', features: [{ name: 'vmx', policy: 'require' }] },
  { what: 'platform', machineType: 'pc-i440fx-rhel7.6.0', firmware: 'efi' },
  { what: 'bootOrder', keys: ['disk:hda'] },
  { what: 'addDisk', device: 'disk', source: { path: '/b.qcow2', format: 'qcow2' }, bus: 'virtio', ...disk },
  { what: 'editDisk', key: 'disk:hda', bus: null, ...disk },
  { what: 'media', key: 'disk:hdb', source: null },
  { what: 'addNic', source: { type: 'bridge', name: 'br0' }, model: 'virtio', mac: null },
  { what: 'editNic', key: nic, source: null, model: 'virtio', isLinkUp: false, vlan: 'keep' },
  { what: 'nicLimits', key: nic, inbound: { average: 1000, peak: 0, burst: 0 }, outbound: null },
  { what: 'addIothread', id: 1 },
  { what: 'editVideo', key: 'video:qxl:0', model: 'vga' },
  { what: 'addDevice', device: { kind: 'graphics', type: 'vnc', listen: '127.0.0.1', password: '' } },
  { what: 'addDevice', device: agent },
  { what: 'editDevice', key: 'sound:ich6:0', device: { kind: 'sound', model: 'ac97' } },
  { what: 'remove', key: 'redirdev:spicevmc:0' },
];

describe('a changed definition', () => {
  it.each(changes)('keeps what is not in the change: $what', (change) => {
    const xml = defined(change);
    for (const each of foreign) expect(xml).toContain(each);
  });

  it('has the new settings of a disk, and not the old ones', () => {
    const xml = defined({ what: 'editDisk', key: 'disk:hda', bus: 'virtio', ...disk });
    expect(xml).toContain('<driver name="qemu" type="qcow2" error_policy="stop" io="native" discard="unmap"/>');
    expect(xml).toContain('<target dev="vda" bus="virtio"/>');
    expect(xml).toContain('</iotune><readonly/><serial>S&amp;1</serial></disk>');
  });

  it('opens an ISO image as plain contents, for QEMU knows no format of that name', () => {
    const add = { what: 'addDisk', device: 'cdrom', bus: 'sata', ...disk } as const;
    expect(defined({ ...add, source: { path: '/iso/b.iso', format: 'iso' } })).toContain(
      '<disk type="file" device="cdrom"><driver name="qemu" type="raw" io="native" discard="unmap"/><source file="/iso/b.iso"/>',
    );
    expect(defined({ ...add, source: { path: '/b.qcow2', format: 'qcow2' } })).toContain('type="qcow2" io="native"');
  });

  it('changes and ejects a medium', () => {
    expect(defined({ what: 'media', key: 'disk:hdb', source: { path: '/iso/b.iso' } })).toContain(
      '<source file="/iso/b.iso"/><target dev="hdb" bus="ide"/>',
    );
    expect(defined({ what: 'media', key: 'disk:hdb', source: { path: '/dev/sr0' } })).toContain(
      '<disk type="block" device="cdrom"><driver name="qemu" type="raw"/><source dev="/dev/sr0"/>',
    );
    expect(defined({ what: 'media', key: 'disk:hdb', source: null })).not.toContain('CentOS-7.iso');
  });

  it('plugs a NIC elsewhere without the port group of its old network', () => {
    const source = { type: 'bridge', name: 'br0' } as const;
    const xml = defined({ what: 'editNic', key: nic, source, model: null, isLinkUp: true, vlan: 'keep' });
    expect(xml).toContain('<interface type="bridge">');
    expect(xml).toContain('<source bridge="br0"/>');
    expect(xml).not.toContain('portgroup');
    const same = { type: 'network', name: 'default' } as const;
    expect(defined({ what: 'editNic', key: nic, source: same, model: null, isLinkUp: true, vlan: 'keep' })).toContain(
      'portgroup',
    );
  });

  it('plugs a NIC into a card of the host, with a VLAN', () => {
    const source = { type: 'direct', name: 'eth0', mode: 'private' } as const;
    const xml = defined({ what: 'editNic', key: nic, source, model: null, isLinkUp: true, vlan: 42 });
    expect(xml).toContain('<interface type="direct">');
    expect(xml).toContain('<source dev="eth0" mode="private"/><vlan><tag id="42"/></vlan>');
    const plain = prepareDefinition(
      xml,
      { what: 'editNic', key: nic, source: null, model: null, isLinkUp: true, vlan: 'none' },
      settled,
    );
    expect(plain).not.toContain('vlan');
  });

  it('guards a NIC by a filter, until it is taken away', () => {
    const filter = { filter: 'clean-traffic', parameters: [{ name: 'IP', value: '192.0.2.7' }] };
    const edit = { what: 'editNic', key: nic, source: null, model: null, isLinkUp: true, vlan: 'keep' } as const;
    const xml = defined({ ...edit, filter });
    expect(xml).toContain('<filterref filter="clean-traffic"><parameter name="IP" value="192.0.2.7"/></filterref>');
    expect(prepareDefinition(xml, edit, settled)).toContain('filterref');
    expect(prepareDefinition(xml, { ...edit, filter: null }, settled)).not.toContain('filterref');
  });

  it('shares a disk between machines, and has it served by an I/O thread', () => {
    const xml = defined({ what: 'editDisk', key: 'disk:hda', bus: null, ...disk, isShareable: true, iothread: 2 });
    expect(xml).toContain('<readonly/><shareable/>');
    expect(xml).toContain('iothread="2"');
  });

  it('gives a screen another address and password', () => {
    const xml = defined({ what: 'editGraphics', key: 'graphics:spice:0', listen: '127.0.0.1', password: '' });
    expect(xml).toContain('<listen type="address" address="127.0.0.1"/>');
    expect(xml).not.toContain('passwd');
    expect(xml).not.toContain('0.0.0.0');
  });

  it('refuses numbers that contradict each other', () => {
    const topology = { sockets: 1, cores: 3, threads: 1 };
    expect(() => defined({ what: 'vcpus', vcpus: 2, maxVcpus: 2, topology })).toThrow('topology');
    expect(() => defined({ what: 'vcpus', vcpus: 3, maxVcpus: 2, topology: null })).toThrow('vcpusAboveMaximum');
    expect(() => defined({ what: 'memory', memoryBytes: 2 ** 30, maxMemoryBytes: 2 ** 20 })).toThrow(
      'memoryAboveMaximum',
    );
    const vnc = `<domain><devices><graphics type='vnc'/></devices></domain>`;
    const long: HardwareChange = { what: 'editGraphics', key: 'graphics:vnc:0', listen: null, password: '123456789' };
    expect(() => prepareDefinition(vnc, long, settled)).toThrow('more than VNC takes');
    const cells = `<domain><cpu><numa><cell memory='1'/></numa></cpu></domain>`;
    expect(() => defined({ what: 'platform', machineType: 'pc-q35-7.2', firmware: null })).toThrow('otherFamily');
    const memory: HardwareChange = { what: 'memory', memoryBytes: 2 ** 20, maxMemoryBytes: 2 ** 20 };
    expect(() => prepareDefinition(cells, memory, settled)).toThrow('numaCells');
  });

  it('is none where the device is not in it', () => {
    expect(prepareDefinition(centos, { what: 'remove', key: 'disk:vdz' }, settled)).toBeNull();
  });
});

describe('a change of what runs', () => {
  it('is none where only a start brings it', () => {
    const next: HardwareChange[] = [
      { what: 'bootOrder', keys: [] },
      { what: 'cpu', mode: 'host-model', model: null, features: [] },
      { what: 'platform', machineType: 'pc', firmware: null },
      { what: 'editDisk', key: 'disk:hda', bus: null, ...disk },
      { what: 'editVideo', key: 'video:qxl:0', model: 'vga' },
      { what: 'editGraphics', key: 'graphics:spice:0', listen: '0.0.0.0', password: null },
      { what: 'addDevice', device: { kind: 'sound', model: 'ac97' } },
      { what: 'remove', key: 'sound:ich6:0' },
      { what: 'remove', key: 'disk:vdz' },
    ];
    expect(next.map((change) => prepareLive(centos, change, settled))).toEqual(next.map(() => null));
  });

  it('is refused above what the domain was started with', () => {
    expect(() => prepareLive(centos, { what: 'vcpus', vcpus: 3, maxVcpus: 4, topology: null }, settled)).toThrow(
      '3 is more than 2',
    );
    const memory = { memoryBytes: 2 ** 32, maxMemoryBytes: 2 ** 32 };
    expect(() => prepareLive(centos, { what: 'memory', ...memory }, settled)).toThrow('is more than');
  });
});

describe('hardwareOf', () => {
  const live = centos
    .replace("<domain type='kvm'", "<domain type='kvm' id='3'")
    .replace("<source file='/iso/CentOS-7.iso'/>", '')
    .replace("<sound model='ich6'/>", "<watchdog model='ib700'/>")
    .replace('<boot dev=', '<boot dev =');

  it('marks what is another thing after the next start', () => {
    const { isRunning, isPersistent, devices } = hardwareOf(live, centos);
    expect({ isRunning, isPersistent }).toEqual({ isRunning: true, isPersistent: true });
    const marked = devices.filter(({ presence, pending }) => presence !== 'both' || pending.length > 0);
    expect(marked.map(({ key, presence, pending }) => ({ key, presence, pending }))).toEqual([
      {
        key: 'disk:hdb',
        presence: 'both',
        pending: [{ path: 'source.file', now: null, next: '/iso/CentOS-7.iso' }],
      },
      { key: 'watchdog::0', presence: 'now', pending: [] },
      { key: 'sound:ich6:0', presence: 'next', pending: [] },
    ]);
  });

  it('has nothing pending for a transient domain', () => {
    const { isPersistent, next, devices } = hardwareOf(live, null);
    expect({ isPersistent, next }).toEqual({ isPersistent: false, next: null });
    expect(devices.every(({ presence, pending }) => presence === 'both' && pending.length === 0)).toBe(true);
  });

  it('reads sizes and the CPU', () => {
    expect(hardwareOf(null, centos).next).toEqual({
      title: '',
      description: '',
      vcpus: 2,
      maxVcpus: 2,
      topology: null,
      memoryBytes: 1024 ** 3,
      maxMemoryBytes: 2 * 1024 ** 3,
      hasNumaCells: false,
      hasSharedMemory: false,
      machineType: 'pc-i440fx-rhel7.0.0',
      firmware: 'BIOS',
      hasSecureBoot: false,
      iothreads: [],
      numa: { tune: null, cells: [], hugepages: 'none', isLocked: false },
      placement: { vcpus: [], emulator: '', iothreads: [], others: '0-3' },
      cpu: { mode: 'custom', model: 'Haswell-noTSX', features: [{ name: 'vmx', policy: 'require' }] },
    });
  });
});
