import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bootOrder } from './domain-boot.ts';
import { deviceFacts, domainDevices } from './domain-devices.ts';
import { DomainEdit } from './domain-edit.ts';
import { attribute, parseRoot } from './elements.ts';

const centos = readFileSync(new URL('fixtures/centos7-spice.xml', import.meta.url), 'utf8');

/** Lines of the XML, written in one way, without indentation. */
const lines = (xml: string): string[] =>
  new DomainEdit(xml)
    .toString()
    .replaceAll('><', '>\n<')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What an edit takes away and what it adds. */
function difference(edit: (domain: DomainEdit) => void): { gone: string[]; added: string[] } {
  const domain = new DomainEdit(centos);
  edit(domain);
  const [before, after] = [lines(centos), lines(domain.toString())];
  const minus = (one: string[], other: string[]): string[] => {
    const rest = [...other];
    return one.filter((line) => {
      const at = rest.indexOf(line);
      if (at !== -1) rest.splice(at, 1);
      return at === -1;
    });
  };
  return { gone: minus(before, after), added: minus(after, before) };
}

describe('domainDevices', () => {
  it('names every device, the same ones in another order', () => {
    const keys = domainDevices(parseRoot(centos, 'domain')).map(({ key }) => key);
    expect(keys).toEqual([
      'disk:hda',
      'disk:hdb',
      'controller:usb 0:0',
      'controller:virtio-serial 0:0',
      'interface:52:54:00:c7:00:01',
      'serial::0',
      'console:serial:0',
      'channel:com.redhat.spice.0:0',
      'input:tablet usb:0',
      'graphics:spice:0',
      'sound:ich6:0',
      'video:qxl:0',
      'redirdev:spicevmc:0',
      'redirdev:spicevmc:1',
      'memballoon:virtio:0',
      'future-device::0',
    ]);
  });

  it('names host devices by their address', () => {
    const pci = `<address domain='0x0000' bus='0x65' slot='0x00' function='0x1'/>`;
    const xml = `<domain><devices>
      <hostdev mode='subsystem' type='pci'><source>${pci}</source></hostdev>
      <hostdev mode='subsystem' type='usb'><source><vendor id='0x046d'/><product id='0xc52b'/></source></hostdev>
      <hostdev mode='subsystem' type='mdev'><source><address uuid='u-1'/></source></hostdev>
    </devices></domain>`;
    expect(domainDevices(parseRoot(xml, 'domain')).map(({ label }) => label)).toEqual([
      'pci 0000:65:00.1',
      'usb 046d:c52b',
      'mdev u-1',
    ]);
  });
});

describe('deviceFacts', () => {
  it('tells what is set, without what libvirt fills in while it runs', () => {
    const nic = `<interface type='network'><mac address='52:54:00:00:00:01'/>
      <source network='default' portid='p' bridge='virbr0'/><target dev='vnet3'/><model type='virtio'/>
      <alias name='net0'/><address type='pci' slot='0x03'/></interface>`;
    expect([...deviceFacts('interface', parseRoot(nic, 'interface'))]).toEqual([
      ['type', 'network'],
      ['mac.address', '52:54:00:00:00:01'],
      ['source.network', 'default'],
      ['model.type', 'virtio'],
    ]);
    const disk = `<disk type='file'><source file='/a' index='1'/><backingStore/><readonly/><serial>S</serial></disk>`;
    expect([...deviceFacts('disk', parseRoot(disk, 'disk'))]).toEqual([
      ['type', 'file'],
      ['source.file', '/a'],
      ['readonly', 'yes'],
      ['serial', 'S'],
    ]);
  });

  it('tells no password, nor a port that is chosen at the start', () => {
    const vnc = `<graphics type='vnc' port='5901' autoport='yes' passwd='s3' listen='::1'><listen type='address' address='::1'/></graphics>`;
    expect([...deviceFacts('graphics', parseRoot(vnc, 'graphics')).keys()]).toEqual([
      'type',
      'autoport',
      'listen.type',
      'listen.address',
    ]);
  });
});

describe('DomainEdit', () => {
  it('keeps all that it does not know where nothing is changed', () => {
    expect(difference(() => undefined)).toEqual({ gone: [], added: [] });
    expect(new DomainEdit(centos).toString()).toContain('<!-- kept by hand -->');
  });

  it('describes', () => {
    expect(difference((domain) => domain.describe('A <b>', 'x & y'))).toEqual({
      gone: [],
      added: ['<title>A &lt;b&gt;</title>', '<description>x &amp; y</description>'],
    });
    const domain = new DomainEdit(centos);
    domain.describe('A', 'B');
    domain.describe('', '');
    expect(domain.toString()).not.toContain('<title');
    expect(domain.toString()).not.toContain('<description');
  });

  it('changes vCPUs and topology, and drops the list of single vCPUs that would contradict', () => {
    expect(difference((domain) => domain.setVcpus(2, 4, { sockets: 1, cores: 4, threads: 1 }))).toEqual({
      gone: ['<vcpu placement="static" cpuset="0-3">2</vcpu>'],
      added: [
        '<vcpu placement="static" cpuset="0-3" current="2">4</vcpu>',
        '<topology sockets="1" cores="4" threads="1"/>',
      ],
    });
    const single = `<domain><vcpu current='1'>2</vcpu><vcpus><vcpu id='0' enabled='yes'/></vcpus></domain>`;
    const domain = new DomainEdit(single);
    domain.setVcpus(1, 2, null);
    expect(domain.toString()).toContain('<vcpus>');
    domain.setVcpus(2, 2, null);
    expect(domain.toString()).toBe('<domain><vcpu>2</vcpu></domain>');
  });

  it('changes memory', () => {
    expect(difference((domain) => domain.setMemory(512 * 1024 ** 2, 1024 ** 3))).toEqual({
      gone: ['<memory unit="KiB">2097152</memory>', '<currentMemory unit="KiB">1048576</currentMemory>'],
      added: ['<memory unit="KiB">1048576</memory>', '<currentMemory unit="KiB">524288</currentMemory>'],
    });
  });

  it('reads the old boot order and writes places', () => {
    expect(bootOrder(parseRoot(centos, 'domain'))).toEqual(['disk:hdb', 'disk:hda']);
    const order = ['interface:52:54:00:c7:00:01', 'disk:hda'];
    expect(difference((domain) => domain.setBootOrder(order))).toEqual({
      gone: ['<boot dev="cdrom"/>', '<boot dev="hd"/>'],
      added: ['<boot order="2"/>', '<boot order="1"/>'],
    });
    const domain = new DomainEdit(centos);
    domain.setBootOrder(order);
    expect(bootOrder(domain.root)).toEqual(order);
    domain.setBootOrder([]);
    expect(domain.toString()).not.toContain('<boot ');
  });

  it('takes a device away, with the twin of the first serial console', () => {
    expect(difference((domain) => domain.removeDevice('redirdev:spicevmc:1'))).toEqual({
      gone: ['<redirdev bus="usb" type="spicevmc"/>'],
      added: [],
    });
    const domain = new DomainEdit(centos);
    domain.removeDevice('serial::0');
    expect(domain.has('console:serial:0')).toBe(false);
    expect(() => domain.removeDevice('serial::0')).toThrow('no device serial::0');
    const other = new DomainEdit(
      "<domain><devices><serial type='pty'/><console type='pty'><target type='virtio'/></console></devices></domain>",
    );
    other.removeDevice('console:virtio:0');
    expect(other.devices().map(({ key }) => key)).toEqual(['serial::0']);
  });

  it('finds a free name on the bus of a disk', () => {
    const domain = new DomainEdit(centos);
    expect(domain.freeTarget('ide', new Set())).toBe('hdc');
    expect(domain.freeTarget('virtio', new Set(['vda']))).toBe('vdb');
    const all = new Set(Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => `sd${letter}`));
    expect(domain.freeTarget('scsi', all)).toBe('sdaa');
  });

  it('adds a device and gives its XML by its key', () => {
    const domain = new DomainEdit(centos);
    const added = domain.addDevice({ name: 'watchdog', attributes: { model: 'i6300esb', action: 'reset' } });
    expect(attribute(added, 'model')).toBe('i6300esb');
    expect(domain.deviceXml('watchdog::0')).toBe('<watchdog model="i6300esb" action="reset"/>');
  });
});
