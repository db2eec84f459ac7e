import { z } from 'zod';

export const soundModels = ['ich9', 'ich6', 'ac97', 'es1370', 'sb16', 'usb'] as const;
export const inputTypes = ['tablet', 'keyboard', 'mouse'] as const;
export const inputBuses = ['usb', 'virtio'] as const;
export const portKinds = ['serial', 'parallel', 'console'] as const;
export const portSources = ['pty', 'file', 'unix', 'tcp'] as const;
export const channelTypes = ['unix', 'spicevmc', 'spiceport', 'qemu-vdagent'] as const;
export const tpmModels = ['tpm-crb', 'tpm-tis'] as const;
export const tpmBackends = ['emulator', 'passthrough'] as const;
export const tpmVersions = ['2.0', '1.2'] as const;
export const rngBackends = ['random', 'builtin'] as const;
export const watchdogModels = ['i6300esb', 'ib700'] as const;
export const watchdogActions = ['reset', 'shutdown', 'poweroff', 'pause', 'dump', 'inject-nmi', 'none'] as const;
export const panicModels = ['isa', 'hyperv'] as const;
export const smartcardModes = ['passthrough', 'host'] as const;
export const filesystemDrivers = ['virtiofs', '9p'] as const;
export const accessModes = ['passthrough', 'mapped', 'squash'] as const;
export const videoModels = ['virtio', 'vga', 'qxl', 'bochs', 'ramfb', 'none'] as const;
export const graphicsTypes = ['vnc', 'spice'] as const;
/** Models by the kind of controller; a kind without models has one that libvirt knows. */
export const controllerModels = {
  scsi: ['virtio-scsi', 'lsilogic'],
  usb: ['qemu-xhci', 'nec-xhci', 'piix3-uhci'],
  'virtio-serial': [],
  sata: [],
} as const;
export const controllerTypes = ['scsi', 'usb', 'virtio-serial', 'sata'] as const;

/** QEMU's VNC takes no more than eight bytes. */
export const vncPassword = z.string().regex(/^[\x20-\x7e]{0,8}$/);
/** What SPICE takes (SPICE_MAX_PASSWORD_LENGTH). */
export const screenPassword = z.string().regex(/^[\x20-\x7e]{0,60}$/);

/** A path on the host. */
export const hostPath = z
  .string()
  .trim()
  .min(1)
  .max(4_096)
  .regex(/^\/[^\p{Cc}]*$/u);
const word = z
  .string()
  .trim()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}]+$/u);
const channelName = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9._-]{1,256}$/);
const MAX_CID = 2 ** 32 - 2;

const portSource = z.discriminatedUnion('type', [
  z.object({ type: z.literal('pty') }),
  z.object({ type: z.literal('file'), path: hostPath }),
  /** QEMU makes the socket and listens. */
  z.object({ type: z.literal('unix'), path: hostPath }),
  z.object({
    type: z.literal('tcp'),
    host: word,
    port: z.number().int().min(1).max(65_535),
    /** QEMU listens; else it connects. */
    isServer: z.boolean(),
  }),
]);
export type PortSource = z.infer<typeof portSource>;

/** The settings of a device that can be added by a form and changed by the same form. */
export const deviceSpec = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sound'), model: z.enum(soundModels) }),
  z.object({ kind: z.literal('input'), type: z.enum(inputTypes), bus: z.enum(inputBuses) }),
  z.object({ kind: z.enum(portKinds), source: portSource }),
  z.object({ kind: z.literal('channel'), type: z.enum(channelTypes), name: channelName }),
  z
    .object({
      kind: z.literal('tpm'),
      model: z.enum(tpmModels),
      backend: z.enum(tpmBackends),
      /** Of the emulator; one of the host has its own. */
      version: z.enum(tpmVersions),
      /** The host's, for `passthrough`. */
      path: hostPath,
    })
    // CRB is an interface of TPM 2.0.
    .refine(({ model, backend, version }) => model !== 'tpm-crb' || backend !== 'emulator' || version === '2.0', {
      path: ['version'],
    }),
  z.object({
    kind: z.literal('rng'),
    backend: z.enum(rngBackends),
    /** Where `random` reads. */
    path: hostPath,
    /** At most so many bytes in each period; null for no limit. */
    rateBytes: z.number().int().min(1).max(1_073_741_824).nullable(),
    ratePeriodMs: z.number().int().min(1).max(3_600_000),
  }),
  z.object({ kind: z.literal('watchdog'), model: z.enum(watchdogModels), action: z.enum(watchdogActions) }),
  z.object({ kind: z.literal('panic'), model: z.enum(panicModels) }),
  /** Null takes an address that is free. 0 to 2 are the hypervisor's and the host's. */
  z.object({ kind: z.literal('vsock'), cid: z.number().int().min(3).max(MAX_CID).nullable() }),
  z.object({ kind: z.literal('smartcard'), mode: z.enum(smartcardModes) }),
  z.object({ kind: z.literal('redirdev') }),
  z
    .object({
      kind: z.literal('controller'),
      type: z.enum(controllerTypes),
      model: z.string().max(64).nullable(),
      /** The I/O thread that serves its disks; null leaves them to QEMU's own. */
      iothread: z.number().int().min(1).max(4_294_967_295).nullable(),
    })
    .refine(({ type, model }) => isControllerModel(type, model), { path: ['model'] })
    .refine(({ model, iothread }) => iothread === null || model === 'virtio-scsi', { path: ['iothread'] }),
  z.object({
    kind: z.literal('memballoon'),
    /** How often the guest tells how it uses its memory; null for never. */
    periodSeconds: z.number().int().min(1).max(86_400).nullable(),
    /** The guest takes memory back before it kills programs for want of it. */
    deflatesOnNeed: z.boolean(),
    /** The guest tells which pages are free, so that the host takes them. */
    reportsFreePages: z.boolean(),
  }),
  z.object({
    kind: z.literal('filesystem'),
    driver: z.enum(filesystemDrivers),
    sourceDir: hostPath,
    /** By which the guest mounts it. QEMU takes 31 bytes for 9p, virtiofs 36. */
    tag: z
      .string()
      .trim()
      .regex(/^[\x21-\x7e]{1,31}$/),
    /** virtiofs has neither of these. */
    accessMode: z.enum(accessModes),
    isReadOnly: z.boolean(),
  }),
  z.object({ kind: z.literal('video'), model: z.enum(videoModels) }),
  z
    .object({
      kind: z.literal('graphics'),
      type: z.enum(graphicsTypes),
      listen: z.union([z.ipv4(), z.ipv6()]),
      /** Empty for none. */
      password: screenPassword,
    })
    .refine(({ type, password }) => type !== 'vnc' || vncPassword.safeParse(password).success, { path: ['password'] }),
]);
export type DeviceSpec = z.infer<typeof deviceSpec>;
export type DeviceSpecOf<K extends DeviceSpec['kind']> = Extract<DeviceSpec, { kind: K }>;

export function isControllerModel(type: keyof typeof controllerModels, model: string | null): boolean {
  const models: readonly string[] = controllerModels[type];
  return models.length === 0 ? model === null : model !== null && models.includes(model);
}

/** Whether QEMU takes the device while the machine runs; libvirt has the last word. */
export function canPlugIn(spec: DeviceSpec, hasSharedMemory: boolean): boolean {
  switch (spec.kind) {
    case 'input':
    case 'channel':
    case 'rng':
    case 'watchdog':
    case 'vsock':
    case 'redirdev':
      return true;
    case 'controller':
      return spec.type === 'scsi';
    case 'filesystem':
      // The daemon of virtiofs maps the memory of the guest, which is settled at the start.
      return spec.driver === 'virtiofs' && hasSharedMemory;
    default:
      return false;
  }
}

/** Kinds of devices that QEMU never lets go of while the machine runs. */
const fixedKinds: ReadonlySet<string> = new Set([
  'sound',
  'tpm',
  'panic',
  'smartcard',
  'video',
  'graphics',
  'parallel',
]);

export function canUnplug(kind: string): boolean {
  return !fixedKinds.has(kind);
}

/** False for a device without which the guest cannot be, or that libvirt adds again. */
export function canRemove(key: string): boolean {
  return !key.startsWith('memballoon:') && !key.startsWith('controller:pci');
}

/** A device of the host that a machine can be given whole. */
export interface HostDevice {
  /** libvirt's name, e.g. `pci_0000_65_00_0`. */
  name: string;
  type: 'usb' | 'pci' | 'mdev';
  vendor: string;
  product: string;
  /** e.g. `0000:65:00.0`, `001:004`, the UUID of an mdev. */
  address: string;
  /** Those of one group go to one machine together; null where the host tells none. */
  iommuGroup: number | null;
  /** Addresses of the others of its group. */
  groupMembers: string[];
  /** The host's driver that has it now, e.g. `nvme`; null for none. */
  driver: string | null;
  /** Machines that have it in their definition. */
  usedBy: { id: string; name: string; isRunning: boolean }[];
}

/** What a host can give to one machine, as its domain capabilities tell. */
export interface HardwareOffer {
  architecture: string;
  /** Modes of the CPU; empty where the host does not tell. */
  cpuModes: string[];
  /** Models of the mode `custom`, with whether the host can run them (null where it does not tell). */
  cpuModels: { name: string; isUsable: boolean | null }[];
  /** Names of features that the host knows. */
  cpuFeatures: string[];
  /** Types that the machine can have without moving its devices, the newest last. */
  machineTypes: string[];
  /** What the machine can start with. */
  firmwares: ('bios' | 'efi' | 'efi-secure')[];
  /** Kinds of devices that its QEMU has none of. */
  unsupportedKinds: string[];
  /** What a setting may be by its name in libvirt, e.g. `tpm.model`; missing where the host does not tell. */
  values: Record<string, string[]>;
}
