import { expect, it } from 'vitest';
import { readHostTraits, readMigrationNeeds, withMovedDisks } from './migration-xml.ts';

const domain = `<domain type='kvm' id='3'>
  <name>web</name><!-- kept -->
  <metadata><x:own xmlns:x='urn:own' a='1'/></metadata>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
  <cpu mode='custom' match='exact'><model>Skylake</model></cpu>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' discard='unmap'/>
      <source file='/var/lib/libvirt/images/a &amp; b.qcow2' index='1'/>
      <backingStore type='file'><format type='raw'/><source file='/base.img'/></backingStore>
      <target dev='vda' bus='virtio'/>
      <iotune><read_iops_sec>5</read_iops_sec></iotune>
    </disk>
    <disk type='volume' device='disk'>
      <driver name='qemu' type='raw' cache='none'/><source pool='fast' volume='data.img'/><target dev='vdb'/>
    </disk>
    <disk type='network' device='disk'><source protocol='rbd' name='rbd/c'/><target dev='vdc'/></disk>
    <disk type='file' device='disk'><source file='/shared.img'/><target dev='vdd'/><shareable/></disk>
    <disk type='file' device='cdrom'><source file='/iso/x.iso'/><target dev='sda'/><readonly/></disk>
    <disk type='file' device='cdrom'><target dev='sdb'/><readonly/></disk>
    <interface type='network'><source network='default'/></interface>
    <interface type='network'><source network='default'/></interface>
    <interface type='bridge'><source bridge='br0'/></interface>
    <interface type='direct'><source dev='eno1' mode='bridge'/></interface>
    <interface type='hostdev'><source><address type='pci'/></source></interface>
    <hostdev mode='subsystem' type='usb'/>
    <filesystem type='mount'/>
    <future setting='1'/>
  </devices>
</domain>`;

it('reads what a domain needs of the host that it goes to', () => {
  const needs = readMigrationNeeds(domain);
  expect(needs).toMatchObject({
    virtType: 'kvm',
    architecture: 'x86_64',
    machineType: 'pc-q35-7.2',
    emulator: '/usr/bin/qemu-system-x86_64',
    networks: ['default'],
    hostInterfaces: ['br0', 'eno1'],
    hostDevices: ['usb', 'pci'],
    doubtfulDevices: ['filesystem'],
  });
  expect(needs.cpu?.mode).toBe('custom');
  expect(needs.cpu?.xml).toContain('<model>Skylake</model>');
  expect(needs.disks.map(({ target, path, isCopied, isCached }) => [target, path, isCopied, isCached])).toEqual([
    ['vda', '/var/lib/libvirt/images/a & b.qcow2', true, true],
    ['vdb', 'fast/data.img', true, false],
    ['vdc', 'rbd/c', false, false],
    ['vdd', '/shared.img', false, false],
    ['sda', '/iso/x.iso', false, false],
    ['sdb', null, false, false],
  ]);
});

it('gives a disk another file, which stands on nothing, and leaves all else as it is', () => {
  const moved = withMovedDisks(
    domain,
    new Map([
      ['vda', '/pool/<a>.qcow2'],
      ['vdb', '/pool/data.img'],
    ]),
  );
  expect(moved).toBe(
    domain
      .replace("file='/var/lib/libvirt/images/a &amp; b.qcow2' index='1'", "file='/pool/&lt;a&gt;.qcow2'")
      .replace(/<backingStore.*<\/backingStore>/, '')
      .replace("<disk type='volume'", "<disk type='file'")
      .replace("<source pool='fast' volume='data.img'/>", "<source file='/pool/data.img'/>")
      .replaceAll("'", '"'),
  );
  expect(readMigrationNeeds(moved).disks[0]?.path).toBe('/pool/<a>.qcow2');
});

it('knows a host by its UUID', () => {
  const text =
    '<capabilities><host><uuid>u-1</uuid><cpu><arch>x86_64</arch><model>EPYC</model></cpu></host></capabilities>';
  expect(readHostTraits(text)).toEqual({ uuid: 'u-1', cpuModel: 'EPYC' });
  expect(readHostTraits('<capabilities/>')).toEqual({ uuid: null, cpuModel: null });
});
