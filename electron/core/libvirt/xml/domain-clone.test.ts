import { describe, expect, it } from 'vitest';
import { clonedDomainXml, countInterfaces, type ClonedDisk } from './domain-clone.ts';

const ID = '11111111-1111-4111-8111-111111111111';
const NEW_ID = '22222222-2222-4222-8222-222222222222';
const original = `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>web</name>
  <uuid>${ID}</uuid>
  <genid>33333333-3333-4333-8333-333333333333</genid>
  <title>keep &amp; me</title>
  <metadata><x:own xmlns:x="urn:x" a="1"><x:deep/></x:own></metadata>
  <sysinfo type='smbios'><system><entry name='uuid'>${ID}</entry><entry name='serial'>s1</entry></system></sysinfo>
  <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type>
    <nvram template='/usr/share/OVMF_VARS.fd'>/var/lib/libvirt/qemu/nvram/web_VARS.fd</nvram></os>
  <devices>
    <disk type='volume' device='disk'><driver name='qemu' type='qcow2' cache='none' x-new='1'/>
      <source pool='default' volume='web.qcow2' startupPolicy='optional'><unknown/></source>
      <backingStore type='file'><source file='/base'/></backingStore>
      <target dev='vda' bus='virtio'/><serial>abc</serial></disk>
    <disk type='file' device='disk'><source file='/shared.img'/><target dev='vdb'/><shareable/></disk>
    <disk type='file' device='cdrom'><source file='/seed.iso'/><target dev='sda'/></disk>
    <interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/></interface>
    <interface type='bridge'><source bridge='br0'/></interface>
    <channel type='unix'><source mode='bind' path='/var/lib/libvirt/qemu/channel/target/domain-1-web/org.qemu.guest_agent.0'/>
      <target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <future-device model='z'><!-- a remark --></future-device>
  </devices>
  <qemu:commandline><qemu:arg value='-x'/></qemu:commandline>
</domain>`;
const disks = new Map<string, ClonedDisk>([
  ['vda', { kind: 'replace', type: 'file', path: `/it's "a" & <b>.qcow2`, format: 'qcow2' }],
  ['vdb', { kind: 'keep' }],
  ['sda', { kind: 'drop' }],
]);
const clone = (text = original): string =>
  clonedDomainXml(text, { id: NEW_ID, name: 'a <b> & "c"', macs: ['52:54:00:aa:00:01', '52:54:00:aa:00:02'], disks });

describe('the XML of a clone', () => {
  it('has an identity of its own', () => {
    const xml = clone();
    expect(xml).toContain('<name>a &lt;b&gt; &amp; "c"</name>');
    expect(xml).not.toContain(ID);
    expect(xml).toContain(`<uuid>${NEW_ID}</uuid>`);
    expect(xml).toContain(`<entry name="uuid">${NEW_ID}</entry>`);
    expect(xml).not.toContain('33333333-3333');
    expect(xml).toContain('<mac address="52:54:00:aa:00:01"/>');
    expect(xml).toContain('<mac address="52:54:00:aa:00:02"/>');
    expect(xml).not.toContain('52:54:00:00:00:01');
    expect(countInterfaces(original)).toBe(2);
  });

  it('leaves the NVRAM and sockets of the original to it', () => {
    const xml = clone();
    expect(xml).toContain('<nvram template="/usr/share/OVMF_VARS.fd"/>');
    expect(xml).not.toContain('web_VARS.fd');
    expect(xml).not.toContain('domain-1-web');
    expect(clone(original.replace(" template='/usr/share/OVMF_VARS.fd'", ''))).not.toContain('nvram');
  });

  it('replaces, keeps and leaves out disks', () => {
    const xml = clone();
    expect(xml).toMatch(/<disk type="file" device="disk"><driver name="qemu" type="qcow2" cache="none" x-new="1"\/>/);
    expect(xml).toContain(
      `<source startupPolicy="optional" file="/it's &quot;a&quot; &amp; &lt;b&gt;.qcow2"><unknown/>`,
    );
    expect(xml).not.toContain('backingStore');
    expect(xml).toContain('<serial>abc</serial>');
    expect(xml).toContain('<source file="/shared.img"/>');
    expect(xml).not.toContain('/seed.iso');
  });

  it('keeps all that it does not know', () => {
    const xml = clone();
    for (const part of [
      '<x:own xmlns:x="urn:x" a="1"><x:deep/></x:own>',
      '<title>keep &amp; me</title>',
      '<entry name="serial">s1</entry>',
      '<future-device model="z"><!-- a remark --></future-device>',
      '<qemu:commandline><qemu:arg value="-x"/></qemu:commandline>',
      '<shareable/>',
    ]) {
      expect(xml).toContain(part);
    }
  });

  it('is no template where the original is one, and keeps its tags', () => {
    const change = { id: NEW_ID, name: 'copy', macs: [], disks: new Map<string, ClonedDisk>() };
    const from = (content: string): string =>
      clonedDomainXml(
        original.replace(
          '<x:own',
          `<v:machine xmlns:v="urn:virtdeck:domain:1">${content}<v:template/></v:machine><x:own`,
        ),
        change,
      );
    expect(from('<v:tag>web</v:tag>')).toContain('<v:tag>web</v:tag></v:machine>');
    expect(from('')).not.toContain('urn:virtdeck:domain:1');
  });

  it("is not told that the original's seed is its own", () => {
    const mark = '<seed:seed xmlns:seed="urn:virtdeck:seed:1" pool="p" volume="v" path="/seed.iso"/>';
    const change = { id: NEW_ID, name: 'copy', macs: [], disks: new Map<string, ClonedDisk>() };
    const xml = clonedDomainXml(original.replace('<x:own', `${mark}<x:own`), change);
    expect(xml).not.toContain('urn:virtdeck:seed:1');
    expect(xml).toContain('<x:own');
  });
});
