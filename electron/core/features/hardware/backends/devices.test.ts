import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deviceSpec, type DeviceSpec } from '../../../../../shared/contract/hardware-devices.ts';
import { DomainEdit } from '../../../libvirt/xml/domain-edit.ts';
import { prepareDefinition } from './definition-change.ts';
import { readDevice } from './device-readers.ts';
import { hardwareOf } from './hardware-model.ts';
import { prepareLive } from './live-change.ts';

const centos = readFileSync(new URL('../../../libvirt/xml/fixtures/centos7-spice.xml', import.meta.url), 'utf8');
const settled = { target: '', mac: '', hostDevice: null };
const tpm = { kind: 'tpm', model: 'tpm-crb', backend: 'emulator', version: '2.0', path: '/dev/tpm0' } as const;
const rng = { kind: 'rng', backend: 'random', path: '/dev/urandom', rateBytes: null, ratePeriodMs: 1000 } as const;
const folder = {
  kind: 'filesystem',
  driver: 'virtiofs',
  sourceDir: '/srv/a & b',
  tag: 'home',
  accessMode: 'passthrough',
  isReadOnly: false,
} as const;
const tcp = { type: 'tcp', host: '::1', port: 4555, isServer: true } as const;

/** Each kind in its forms, with what libvirt is given for a new one. */
const forms: [DeviceSpec, string][] = [
  [{ kind: 'sound', model: 'ich9' }, '<sound model="ich9"/>'],
  [{ kind: 'input', type: 'tablet', bus: 'virtio' }, '<input type="tablet" bus="virtio"/>'],
  [{ kind: 'serial', source: { type: 'pty' } }, '<serial type="pty"/>'],
  [
    { kind: 'serial', source: tcp },
    '<serial type="tcp"><source mode="bind" host="::1" service="4555"/><protocol type="raw"/></serial>',
  ],
  [
    { kind: 'parallel', source: { type: 'file', path: '/var/log/<p>' } },
    '<parallel type="file"><source path="/var/log/&lt;p&gt;"/></parallel>',
  ],
  [
    { kind: 'console', source: { type: 'unix', path: '/run/c.sock' } },
    '<console type="unix"><source mode="bind" path="/run/c.sock"/><target type="virtio"/></console>',
  ],
  [
    { kind: 'channel', type: 'unix', name: 'org.qemu.guest_agent.0' },
    '<channel type="unix"><target type="virtio" name="org.qemu.guest_agent.0"/></channel>',
  ],
  [
    { kind: 'channel', type: 'spiceport', name: 'org.spice-space.webdav.0' },
    '<channel type="spiceport"><source channel="org.spice-space.webdav.0"/><target type="virtio" name="org.spice-space.webdav.0"/></channel>',
  ],
  [
    { kind: 'channel', type: 'qemu-vdagent', name: 'com.example.0' },
    '<channel type="qemu-vdagent"><source><clipboard copypaste="yes"/><mouse mode="client"/></source><target type="virtio" name="com.example.0"/></channel>',
  ],
  [tpm, '<tpm model="tpm-crb"><backend type="emulator" version="2.0"/></tpm>'],
  [
    { ...tpm, model: 'tpm-tis', backend: 'passthrough' },
    '<tpm model="tpm-tis"><backend type="passthrough"><device path="/dev/tpm0"/></backend></tpm>',
  ],
  [rng, '<rng model="virtio"><backend model="random">/dev/urandom</backend></rng>'],
  [
    { ...rng, backend: 'builtin', rateBytes: 1024, ratePeriodMs: 500 },
    '<rng model="virtio"><rate bytes="1024" period="500"/><backend model="builtin"/></rng>',
  ],
  [{ kind: 'watchdog', model: 'i6300esb', action: 'inject-nmi' }, '<watchdog model="i6300esb" action="inject-nmi"/>'],
  [{ kind: 'panic', model: 'isa' }, '<panic model="isa"/>'],
  [{ kind: 'vsock', cid: null }, '<vsock model="virtio"><cid auto="yes"/></vsock>'],
  [{ kind: 'vsock', cid: 42 }, '<vsock model="virtio"><cid auto="no" address="42"/></vsock>'],
  [{ kind: 'smartcard', mode: 'passthrough' }, '<smartcard mode="passthrough" type="spicevmc"/>'],
  [{ kind: 'smartcard', mode: 'host' }, '<smartcard mode="host"/>'],
  [{ kind: 'redirdev' }, '<redirdev bus="usb" type="spicevmc"/>'],
  [
    { kind: 'controller', type: 'scsi', model: 'virtio-scsi', iothread: 2 },
    '<controller type="scsi" model="virtio-scsi"><driver iothread="2"/></controller>',
  ],
  [{ kind: 'controller', type: 'sata', model: null, iothread: null }, '<controller type="sata"/>'],
  [
    { kind: 'memballoon', periodSeconds: 10, deflatesOnNeed: true, reportsFreePages: false },
    '<memballoon model="virtio" autodeflate="on"><stats period="10"/></memballoon>',
  ],
  [
    folder,
    '<filesystem type="mount" accessmode="passthrough"><driver type="virtiofs"/><source dir="/srv/a &amp; b"/><target dir="home"/></filesystem>',
  ],
  [
    { ...folder, driver: '9p', accessMode: 'squash', isReadOnly: true },
    '<filesystem type="mount" accessmode="squash"><source dir="/srv/a &amp; b"/><target dir="home"/><readonly/></filesystem>',
  ],
  [{ kind: 'video', model: 'virtio' }, '<video><model type="virtio"/></video>'],
  [
    { kind: 'graphics', type: 'vnc', listen: '127.0.0.1', password: 'pw' },
    '<graphics type="vnc" port="-1" autoport="yes" passwd="pw"><listen type="address" address="127.0.0.1"/></graphics>',
  ],
];
/** Added by a form; changed by forms of their own, or not at all. */
const addedOnly = new Set(['channel', 'redirdev', 'video', 'graphics']);

function added(spec: DeviceSpec, xml = '<domain><devices/></domain>'): string {
  return prepareDefinition(xml, { what: 'addDevice', device: spec }, settled) ?? '';
}

/** The last device of a domain. */
function lastKey(xml: string): string {
  return new DomainEdit(xml).devices().at(-1)?.key ?? '';
}

describe.each(forms)('%j', (spec, element) => {
  it('is written as libvirt has it, and read as it was entered', () => {
    expect(deviceSpec.parse(spec)).toEqual(spec);
    const xml = added(spec);
    expect(xml).toContain(`<devices>${element}</devices>`);
    const device = new DomainEdit(xml).device(lastKey(xml));
    if (addedOnly.has(spec.kind)) expect(readDevice(device)).toBeNull();
    else expect(readDevice(device)).toEqual(spec);
  });

  it('is put into a domain of which all else stays', () => {
    // The one of CentOS has a screen, sound and console of its own, and its only balloon.
    const present = spec.kind === 'memballoon' ? centos.replace("<memballoon model='virtio'/>", '') : centos;
    const xml = added(spec, present);
    expect(xml.replace(element, '')).toContain('<future-device speed="9"><inside/></future-device>');
    const before = new DomainEdit(present).devices().map(({ key }) => key);
    expect(new DomainEdit(xml).devices().map(({ key }) => key)).toEqual(expect.arrayContaining(before));
  });
});

describe.each(forms.filter(([{ kind }]) => !addedOnly.has(kind)))('%j', (spec) => {
  it('keeps what it does not know when it is changed to what it is', () => {
    const xml = added(spec)
      .replace(`<${spec.kind} `, `<${spec.kind} future="1" `)
      .replace(/(<(\w+)[^<>]*)\/><\/devices>/, '$1></$2></devices>')
      .replace(
        `</${spec.kind}></devices>`,
        `<!-- by hand --><odd:x xmlns:odd="urn:odd" a="1"/></${spec.kind}></devices>`,
      );
    expect(xml).toContain('odd:x');
    expect(prepareDefinition(xml, { what: 'editDevice', key: lastKey(xml), device: spec }, settled)).toBe(xml);
  });
});

it('has a form for every kind of device', () => {
  const kinds = deviceSpec.options.flatMap((option) => {
    const { kind } = option.shape;
    return 'value' in kind ? [kind.value] : kind.options;
  });
  expect([...new Set(forms.map(([{ kind }]) => kind))].sort()).toEqual([...kinds].sort());
});

describe('a changed device', () => {
  const changed = (device: string, spec: DeviceSpec): string => {
    const xml = `<domain><devices>${device}</devices></domain>`;
    const out = prepareDefinition(xml, { what: 'editDevice', key: lastKey(xml), device: spec }, settled) ?? '';
    return /<devices>(.*)<\/devices>/.exec(out)?.[1] ?? out;
  };

  it('loses what belongs to the setting that goes, and its place on the old bus', () => {
    expect(
      changed('<sound model="ich6"><address type="pci"/><codec type="x"/></sound>', { kind: 'sound', model: 'usb' }),
    ).toBe('<sound model="usb"><codec type="x"/></sound>');
    expect(
      changed('<tpm model="tpm-tis"><backend type="passthrough"><device path="/dev/tpm0"/></backend></tpm>', tpm),
    ).toBe('<tpm model="tpm-crb"><backend type="emulator" version="2.0"/></tpm>');
    expect(changed('<tpm model="tpm-crb"><backend type="emulator"><encryption secret="u"/></backend></tpm>', tpm)).toBe(
      '<tpm model="tpm-crb"><backend type="emulator" version="2.0"><encryption secret="u"/></backend></tpm>',
    );
    expect(changed('<rng model="virtio"><rate bytes="9"/><backend model="builtin"/></rng>', rng)).toBe(
      '<rng model="virtio"><backend model="random">/dev/urandom</backend></rng>',
    );
    expect(
      changed('<serial type="unix"><log file="/l"/><source mode="bind" path="/s"/><target port="0"/></serial>', {
        kind: 'serial',
        source: { type: 'pty' },
      }),
    ).toBe('<serial type="pty"><log file="/l"/><target port="0"/></serial>');
    expect(
      changed(
        '<filesystem type="mount"><driver type="virtiofs" queue="1024"/><binary path="/v"/><source dir="/a"/><target dir="t"/></filesystem>',
        { ...folder, driver: '9p', sourceDir: '/b', tag: 't', accessMode: 'mapped' },
      ),
    ).toBe('<filesystem type="mount" accessmode="mapped"><source dir="/b"/><target dir="t"/></filesystem>');
  });

  it('is told once where libvirt tells the first serial port twice', () => {
    const device: DeviceSpec = { kind: 'serial', source: { type: 'file', path: '/l' } };
    const xml = prepareDefinition(centos, { what: 'editDevice', key: 'serial::0', device }, settled) ?? '';
    expect(xml).toContain('<serial type="file"><target port="0"/><source path="/l"/></serial>');
    expect(xml).not.toContain('<console');
  });

  it('is refused for a key of another kind', () => {
    const device: DeviceSpec = { kind: 'sound', model: 'ac97' };
    expect(() => prepareDefinition(centos, { what: 'editDevice', key: 'serial::0', device }, settled)).toThrow(
      'otherKind',
    );
  });

  it('shows what is another setting at the next start', () => {
    const live = `<domain type='qemu' id='1'><devices>${forms[9]?.[1]}</devices></domain>`;
    const next = `<domain type='qemu'><devices>${forms[10]?.[1]}</devices></domain>`;
    const [device] = hardwareOf(live, next).devices;
    expect(device).toMatchObject({ key: 'tpm::0', presence: 'both', spec: forms[10]?.[0] });
    expect(device?.pending).toContainEqual({ path: 'model', now: 'tpm-crb', next: 'tpm-tis' });
  });
});

describe('a device without a form', () => {
  it.each([
    '<input type="mouse" bus="ps2"/>',
    '<sound model="future"/>',
    '<console type="pty"><target type="serial" port="0"/></console>',
    '<serial type="tcp"><source mode="bind" host="h" service="1"/><protocol type="telnet"/></serial>',
    '<serial type="unix"><source mode="connect" path="/s"/></serial>',
    '<smartcard mode="host-certificates"><certificate>a</certificate></smartcard>',
    '<controller type="usb" index="0" model="ich9-ehci1"/>',
    '<filesystem type="mount"><driver type="handle"/><source dir="/a"/><target dir="t"/></filesystem>',
    '<filesystem type="ram"><source usage="1"/><target dir="t"/></filesystem>',
    '<tpm model="tpm-tis"><backend type="external"><source type="unix"/></backend></tpm>',
    '<future-device/>',
  ])('%s', (device) => {
    const xml = `<domain><devices>${device}</devices></domain>`;
    expect(readDevice(new DomainEdit(xml).device(lastKey(xml)))).toBeNull();
  });
});

describe('what a domain has once', () => {
  it.each<DeviceSpec>([
    tpm,
    { kind: 'vsock', cid: null },
    { kind: 'watchdog', model: 'ib700', action: 'reset' },
    { kind: 'panic', model: 'isa' },
    { kind: 'graphics', type: 'vnc', listen: '127.0.0.1', password: '' },
    { kind: 'channel', type: 'unix', name: 'a.0' },
    folder,
  ])('%j', (spec) => {
    expect(() => added(spec, added(spec))).toThrow('like it');
  });

  it('is not refused where only the kind is the same', () => {
    const xml = added({ ...folder, tag: 'other' }, added(folder));
    expect(new DomainEdit(xml).devices().map(({ key }) => key)).toEqual(['filesystem:home', 'filesystem:other']);
  });
});

describe('virtiofs', () => {
  it('shares the memory of the machine, and leaves what is shared already', () => {
    expect(added(folder)).toContain('<memoryBacking><source type="memfd"/><access mode="shared"/></memoryBacking>');
    const huge = '<domain><memoryBacking><hugepages/><locked/></memoryBacking><devices/></domain>';
    expect(added(folder, huge)).toContain('<hugepages/><locked/><access mode="shared"/></memoryBacking>');
    const shared =
      '<domain><memoryBacking><source type="file"/><access mode="shared"/></memoryBacking><devices/></domain>';
    expect(added(folder, shared)).toContain('<source type="file"/><access mode="shared"/></memoryBacking>');
    expect(added({ ...folder, driver: '9p' })).not.toContain('memoryBacking');
  });

  it('is plugged in only where the running machine shares its memory', () => {
    const add = { what: 'addDevice', device: folder } as const;
    expect(prepareLive('<domain><devices/></domain>', add, settled)).toBeNull();
    const live = '<domain><memoryBacking><access mode="shared"/></memoryBacking><devices/></domain>';
    expect(prepareLive(live, add, settled)).toBeTypeOf('function');
  });
});
