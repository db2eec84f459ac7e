/** A small Linux guest of the lab. */
export interface Guest {
  name: string;
  /** Names its files and is its host name. */
  slug: string;
  uuid: string;
  mac: string;
  description: string;
}

/** The one that `up` starts. */
export const runningGuest: Guest = {
  name: 'lab-guest',
  slug: 'lab-guest',
  uuid: '1ab00000-0000-4000-8000-000000000001',
  mac: '52:54:00:1a:b0:01',
  description: 'A small Linux: shell on VNC and serial, DHCP, power button. The lab starts it.',
};

/** All guests that the lab defines; the others are off at first. */
export const guests: readonly [Guest, Guest, Guest] = [
  runningGuest,
  {
    name: 'lab-guest-2',
    slug: 'lab-guest-2',
    uuid: '1ab00000-0000-4000-8000-000000000002',
    mac: '52:54:00:1a:b0:02',
    description: 'Like lab-guest; off at first.',
  },
  {
    name: `it's "odd" & <script>alert(1)<b> 😀 $(touch odd);\`id\` %s \\n -rf *`,
    slug: 'lab-guest-odd',
    uuid: '1ab00000-0000-4000-8000-000000000003',
    mac: '52:54:00:1a:b0:03',
    description: 'Its name must be shown as it is and run nowhere: <img src=x onerror=alert(1)>.',
  },
];

/** The libvirt domain of a guest. Emulated everywhere, so that it behaves alike on every machine. */
export function guestXml(guest: Guest, { dataDir, kernelDir }: { dataDir: string; kernelDir: string }): string {
  const file = (suffix: string): string => escapeXml(`${dataDir}/${guest.slug}.${suffix}`);
  return `<domain type='qemu'>
  <name>${escapeXml(guest.name)}</name>
  <uuid>${guest.uuid}</uuid>
  <title>${escapeXml(guest.name)}</title>
  <description>${escapeXml(guest.description)}</description>
  <memory unit='MiB'>96</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
    <kernel>${escapeXml(kernelDir)}/vmlinuz</kernel>
    <initrd>${escapeXml(kernelDir)}/initrd</initrd>
    <cmdline>console=tty0 console=ttyS0 panic=10 quiet cryptomgr.notests hostname=${guest.slug} lab_traffic</cmdline>
  </os>
  <features><acpi/><apic/></features>
  <clock offset='utc'><timer name='hpet' present='no'/></clock>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw'/>
      <source file='${file('img')}'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='network'>
      <mac address='${guest.mac}'/>
      <source network='default'/>
      <model type='virtio'/>
      <rom enabled='no'/>
    </interface>
    <serial type='pty'>
      <log file='${file('console.log')}' append='off'/>
      <target port='0'/>
    </serial>
    <console type='pty'><target type='serial' port='0'/></console>
    <graphics type='vnc' autoport='yes' listen='127.0.0.1'/>
    <video><model type='vga' vram='16384'/></video>
    <memballoon model='virtio'><stats period='5'/></memballoon>
  </devices>
</domain>
`;
}

/** Text as it stands in XML, in an element or in an attribute. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>'"]/g, (character) => `&#${character.codePointAt(0)!};`);
}
