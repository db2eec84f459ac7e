import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { DomainXml } from './domain-xml.ts';

const guest = `<domain type='kvm' id='3'>
  <name>a "b" &lt;script&gt; 😀</name>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0">
      <libosinfo:os id="http://debian.org/debian/12"/>
    </libosinfo:libosinfo>
  </metadata>
  <memory unit='MiB'>512</memory>
  <vcpu placement='static' current='2'>4</vcpu>
  <os firmware='efi'><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'><source file='/var/a.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <disk type='volume' device='disk'><source pool='images' volume='data'/><target dev='vdb' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>
    <interface type='network'><mac address='52:54:00:AA:bb:01'/><source network='default'/><model type='virtio'/><target dev='vnet0'/></interface>
    <console type='pty'/>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0' state='connected'/></channel>
    <graphics type='vnc' port='5901' autoport='yes' listen='0.0.0.0' passwd='s3'><listen type='address' address='0.0.0.0'/></graphics>
    <graphics type='spice'><listen type='none'/></graphics>
    <graphics type='vnc' socket='/run/vnc.sock'><listen type='socket' socket='/run/vnc.sock'/></graphics>
  </devices>
</domain>`;

describe('DomainXml', () => {
  it('reads what the pages show', () => {
    const xml = new DomainXml(guest);
    expect({
      name: xml.name,
      memoryBytes: xml.memoryBytes,
      vcpus: xml.vcpus,
      firmware: xml.firmware,
      machineType: xml.machineType,
      osId: xml.osId,
      agent: xml.guestAgent,
      serial: xml.hasSerialConsole,
      nova: xml.novaOwner,
    }).toEqual({
      name: 'a "b" <script> 😀',
      memoryBytes: 512 * 1024 * 1024,
      vcpus: 2,
      firmware: 'UEFI',
      machineType: 'pc-q35-7.2',
      osId: 'http://debian.org/debian/12',
      agent: 'connected',
      serial: true,
      nova: null,
    });
    expect(xml.disks).toEqual([
      { device: 'disk', target: 'vda', source: '/var/a.qcow2', pool: null },
      { device: 'disk', target: 'vdb', source: 'data', pool: 'images' },
      { device: 'cdrom', target: 'sda', source: null, pool: null },
    ]);
    expect(xml.interfaces).toEqual([
      { mac: '52:54:00:aa:bb:01', type: 'network', source: 'default', model: 'virtio', target: 'vnet0', filter: null },
    ]);
    expect(xml.graphics).toEqual([
      { type: 'vnc', listen: { kind: 'address', address: '0.0.0.0', port: 5901 }, password: 's3' },
      { type: 'spice', listen: { kind: 'none' }, password: null },
      { type: 'vnc', listen: { kind: 'socket', path: '/run/vnc.sock' }, password: null },
    ]);
  });

  it('tells the domains of Nova by their metadata', () => {
    const xml = new DomainXml(`<domain type='qemu'><name>instance-1</name><metadata>
      <nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1">
        <nova:name>web-1</nova:name><nova:flavor name="m1.tiny"/>
        <nova:owner><nova:user uuid="1">u</nova:user><nova:project uuid="2">edu</nova:project></nova:owner>
      </nova:instance></metadata></domain>`);
    expect(xml.novaOwner).toEqual({ serverName: 'web-1', flavorName: 'm1.tiny', projectName: 'edu' });
  });

  it('a stopped guest has no port', () => {
    const xml = new DomainXml(`<domain><name>x</name><devices><graphics type='vnc' port='-1'/></devices></domain>`);
    expect(xml.graphics[0]?.listen).toEqual({ kind: 'address', address: '127.0.0.1', port: null });
  });

  it('refuses what is not well-formed domain XML', () => {
    for (const text of ['', '<domain>', '<pool/>', '<domain>&undefined;</domain>', '<domain a=1/>']) {
      expect(() => new DomainXml(text), text).toThrow(AppError);
    }
  });

  it('throws nothing but AppError, whatever the text', () => {
    const piece = fc.constantFrom(
      '<domain>',
      '</domain>',
      '<os',
      '/>',
      '<![CDATA[',
      ']]>',
      '&lt;',
      '<memory>',
      "x='",
      '😀',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (parts) => {
        try {
          const xml = new DomainXml(`<domain>${parts.join('')}</domain>`);
          JSON.stringify([
            xml.name,
            xml.graphics,
            xml.disks,
            xml.interfaces,
            xml.memoryBytes,
            xml.vcpus,
            xml.novaOwner,
          ]);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});
