import type { Firmware } from '../../../../shared/contract/provisioning.ts';
import { renderXml, type XmlNode } from './render-xml.ts';
import { seedMarkNode, type SeedMark } from './seed-xml.ts';

/** A disk or CD of a new domain. */
export interface PlannedDisk {
  device: 'disk' | 'cdrom';
  /** Whether the path is a file or a block device. */
  type: 'file' | 'block';
  path: string;
  /** e.g. `qcow2`. */
  format: string;
  bus: 'virtio' | 'scsi' | 'sata' | 'ide' | 'usb';
  /** 1 is tried first; null never. */
  bootOrder: number | null;
}

/** A network card of a new domain. */
export interface PlannedInterface {
  type: 'network' | 'bridge';
  /** Name of the network or bridge. */
  source: string;
  model: string;
  mac: string;
  bootOrder: number | null;
}

/** All that a new domain is made from. */
export interface DomainPlan {
  id: string;
  name: string;
  virtType: string;
  architecture: string;
  machineType: string | null;
  firmware: Firmware;
  /** Whether the host is told which UEFI is meant; older ones know no such words and take their first. */
  canNameFirmware: boolean;
  /** Model of the emulated TPM; null for none. */
  tpmModel: string | null;
  vcpus: number;
  memoryBytes: number;
  /** `host-model`, `maximum`, ...; null leaves it to the host. */
  cpuMode: string | null;
  /** Null leaves it to QEMU. */
  topology: { sockets: number; cores: number; threads: number } | null;
  osinfoId: string;
  usesLocalTime: boolean;
  videoModel: string;
  disks: PlannedDisk[];
  interfaces: PlannedInterface[];
  /** The seed among the disks; null where there is none. */
  seed: SeedMark | null;
}

const OSINFO_NAMESPACE = 'http://libosinfo.org/xmlns/libvirt/domain/1.0';

/** The XML by which a domain is defined (https://libvirt.org/formatdomain.html), laid out for reading. */
export function newDomainXml(plan: DomainPlan): string {
  const isX86 = isX86Architecture(plan.architecture);
  // What is checked at the start must be out of reach of what was started.
  const isSecure = isX86 && plan.firmware === 'efiSecure';
  const memoryKib = Math.round(plan.memoryBytes / 1024);
  const root: XmlNode = [
    'domain',
    { type: plan.virtType },
    ['name', {}, plan.name],
    ['uuid', {}, plan.id],
    [
      'metadata',
      {},
      ['libosinfo:libosinfo', { 'xmlns:libosinfo': OSINFO_NAMESPACE }, ['libosinfo:os', { id: plan.osinfoId }]],
      plan.seed === null ? null : seedMarkNode(plan.seed),
    ],
    ['memory', { unit: 'KiB' }, String(memoryKib)],
    ['vcpu', {}, String(plan.vcpus)],
    [
      'os',
      { firmware: plan.firmware === 'bios' ? null : 'efi' },
      ['type', { arch: plan.architecture, machine: plan.machineType }, 'hvm'],
      ...firmwareNodes(plan),
    ],
    ['features', {}, ['acpi', {}], isX86 ? ['apic', {}] : null, isSecure ? ['smm', { state: 'on' }] : null],
    plan.cpuMode === null && plan.topology === null
      ? null
      : ['cpu', { mode: plan.cpuMode }, plan.topology === null ? null : ['topology', plan.topology]],
    ['clock', { offset: plan.usesLocalTime ? 'localtime' : 'utc' }],
    [
      'devices',
      {},
      ...diskNodes(plan.disks),
      ...scsiNodes(plan.disks),
      ...plan.interfaces.map(interfaceNode),
      ...fixedDevices(plan),
    ],
  ];
  return renderXml(root);
}

/** Which UEFI is meant: libvirt's own choice may be one that refuses what is not signed. */
function firmwareNodes({ firmware, canNameFirmware }: DomainPlan): XmlNode[] {
  if (firmware === 'bios') return [];
  const isSecure = firmware === 'efiSecure';
  const loader: XmlNode[] = isSecure ? [['loader', { secure: 'yes' }]] : [];
  if (!canNameFirmware) return loader;
  const enabled = isSecure ? 'yes' : 'no';
  const features = ['secure-boot', 'enrolled-keys'].map((name): XmlNode => ['feature', { enabled, name }]);
  return [['firmware', {}, ...features], ...loader];
}

/** True for the PCs of all times. */
export function isX86Architecture(architecture: string): boolean {
  return architecture === 'x86_64' || architecture === 'i686';
}

const targetPrefix = { virtio: 'vd', scsi: 'sd', sata: 'sd', ide: 'hd', usb: 'sd' } as const;

function diskNodes(disks: readonly PlannedDisk[]): XmlNode[] {
  const counts = { vd: 0, sd: 0, hd: 0 };
  return disks.map(({ device, type, path, format, bus, bootOrder }): XmlNode => {
    const prefix = targetPrefix[bus];
    const target = `${prefix}${String.fromCharCode('a'.charCodeAt(0) + counts[prefix]++)}`;
    return [
      'disk',
      { type, device },
      ['driver', { name: 'qemu', type: format, discard: device === 'disk' ? 'unmap' : null }],
      ['source', { [type === 'file' ? 'file' : 'dev']: path }],
      ['target', { dev: target, bus }],
      device === 'cdrom' ? ['readonly', {}] : null,
      bootOrder === null ? null : ['boot', { order: bootOrder }],
    ];
  });
}

/** Without a model of its own, libvirt would take one for which today's systems have no driver. */
function scsiNodes(disks: readonly PlannedDisk[]): XmlNode[] {
  return disks.some(({ bus }) => bus === 'scsi') ? [['controller', { type: 'scsi', model: 'virtio-scsi' }]] : [];
}

function interfaceNode({ type, source, model, mac, bootOrder }: PlannedInterface): XmlNode {
  return [
    'interface',
    { type },
    ['mac', { address: mac }],
    ['source', { [type]: source }],
    ['model', { type: model }],
    bootOrder === null ? null : ['boot', { order: bootOrder }],
  ];
}

/** What every machine should have: a screen, a mouse that does not drift, a serial console, the agent's channel, entropy. */
function fixedDevices({ videoModel, virtType, tpmModel }: DomainPlan): XmlNode[] {
  const tpm: XmlNode[] =
    tpmModel === null ? [] : [['tpm', { model: tpmModel }, ['backend', { type: 'emulator', version: '2.0' }]]];
  const screen: XmlNode[] = [
    ...tpm,
    ['serial', { type: 'pty' }],
    ['console', { type: 'pty' }],
    ['graphics', { type: 'vnc', autoport: 'yes', listen: '127.0.0.1' }],
    ['video', {}, ['model', { type: videoModel }]],
  ];
  if (virtType !== 'kvm' && virtType !== 'qemu') return screen;
  return [
    ['controller', { type: 'usb', model: 'qemu-xhci' }],
    ['input', { type: 'tablet', bus: 'usb' }],
    ['channel', { type: 'unix' }, ['target', { type: 'virtio', name: 'org.qemu.guest_agent.0' }]],
    ['rng', { model: 'virtio' }, ['backend', { model: 'random' }, '/dev/urandom']],
    ...screen,
  ];
}
