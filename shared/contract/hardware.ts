import { z } from 'zod';
import { isParameter } from '../model/filter-rules.ts';
import { deviceSpec, screenPassword, videoModels, type DeviceSpec } from './hardware-devices.ts';
import { machineRef } from './machines.ts';
import { cpuPins, guestCells, hugepages, numaTune, type CpuPlacement, type NumaPlacement } from './placement.ts';

/** One setting of a device: the place in its XML, e.g. `driver.cache` for `<driver cache='none'/>`. */
export interface HardwareFact {
  path: string;
  value: string;
}

/** A setting that is another one after the next start; null where it is not set. */
export interface PendingFact {
  path: string;
  now: string | null;
  next: string | null;
}

/** A device of a domain, as it runs and as it is defined. */
export interface HardwareDevice {
  /** Finds it again in both: e.g. `disk:vda`, `interface:52:54:00:00:00:01`, `sound:ich6:0`. */
  key: string;
  /** libvirt's name of the element, e.g. `disk`, `hostdev`. */
  kind: string;
  /** What tells it from others of its kind, e.g. `vda`; may be empty. */
  label: string;
  /** Where it is: now, after the next start, or both. */
  presence: 'both' | 'now' | 'next';
  /** As it is now; after the next start for a device that is there only then. */
  facts: HardwareFact[];
  pending: PendingFact[];
  /** Its settings at the next start (now, where there is none), as its form has them; null for a device without a form. */
  spec: DeviceSpec | null;
  /** Place in the order in which the firmware tries devices, from 1; null where it is not tried. */
  bootOrder: number | null;
}

/** A feature of a CPU, and what the guest is to see of it. */
export interface CpuFeature {
  name: string;
  policy: string;
}

/** Which CPU the guest sees. */
export interface CpuChoice {
  /** Null leaves it to the hypervisor. */
  mode: string | null;
  /** Of the mode `custom`. */
  model: string | null;
  features: CpuFeature[];
}

export interface CpuTopology {
  sockets: number;
  cores: number;
  threads: number;
}

/** What a domain has besides devices. Sizes in bytes. */
export interface HardwareBasics {
  title: string;
  description: string;
  vcpus: number;
  maxVcpus: number;
  topology: CpuTopology | null;
  memoryBytes: number;
  maxMemoryBytes: number;
  /** Memory that is told per NUMA cell has no single size to change. */
  hasNumaCells: boolean;
  /** The host's daemons may map its memory, as virtiofs needs it. */
  hasSharedMemory: boolean;
  machineType: string | null;
  firmware: 'BIOS' | 'UEFI';
  hasSecureBoot: boolean;
  /** Numbers of its I/O threads. */
  iothreads: number[];
  cpu: CpuChoice;
  placement: CpuPlacement;
  numa: NumaPlacement;
}

export interface Hardware {
  isRunning: boolean;
  /** False for a transient domain, which has no next start. */
  isPersistent: boolean;
  /** As it runs; null while it does not. */
  now: HardwareBasics | null;
  /** As it is defined; null for a transient domain. */
  next: HardwareBasics | null;
  devices: HardwareDevice[];
}

/** What a NIC can be plugged into. */
export interface HardwareNetwork {
  name: string;
  isActive: boolean;
}

export const diskBuses = ['virtio', 'scsi', 'sata', 'ide', 'usb'] as const;
export const cacheModes = ['default', 'none', 'writeback', 'writethrough', 'directsync', 'unsafe'] as const;
export const ioModes = ['default', 'native', 'threads', 'io_uring'] as const;
export const discardModes = ['default', 'unmap', 'ignore'] as const;
export const cpuModes = ['host-model', 'host-passthrough', 'maximum', 'custom'] as const;
export const cpuPolicies = ['require', 'optional', 'disable', 'forbid', 'force'] as const;
export const firmwares = ['bios', 'efi', 'efi-secure'] as const;
export const nicModels = ['virtio', 'e1000e', 'e1000', 'rtl8139'] as const;

const MEBIBYTE = 1024 ** 2;
const MAX_VCPUS = 4_096;
const shortText = z
  .string()
  .max(256)
  .regex(/^[^\p{Cc}]*$/u);
const key = z.string().min(1).max(1_024);
const path = z
  .string()
  .min(1)
  .max(4_096)
  .regex(/^\/[^\p{Cc}]*$/u);

/** A name that libvirt takes for a domain: it becomes the name of files. */
export const domainName = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[^/\p{Cc}]+$/u)
  .refine((name) => name !== '.' && name !== '..');

/** libvirt's name of a CPU model, a feature or a machine type. */
export const cpuWord = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9._+-]{1,64}$/);

/** A unicast address, as QEMU takes it. */
export const macAddress = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/);

export const macvtapModes = ['bridge', 'vepa', 'private', 'passthrough'] as const;
const nicSource = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['network', 'bridge']), name: shortText.min(1) }),
  /** A card of the host by macvtap. */
  z.object({ type: z.literal('direct'), name: shortText.min(1), mode: z.enum(macvtapModes) }),
]);
export type NicSource = z.infer<typeof nicSource>;

/** A network filter with the values of its variables. */
const nicFilter = z.object({
  filter: shortText.min(1),
  parameters: z.array(z.object({ name: z.string(), value: z.string() }).refine(isParameter)).max(1_000),
});

const diskSettings = {
  cache: z.enum(cacheModes),
  io: z.enum(ioModes),
  discard: z.enum(discardModes),
  serial: shortText.max(128),
  isReadOnly: z.boolean(),
  /** Several machines may have it at once. */
  isShareable: z.boolean(),
  /** The I/O thread that serves it; null leaves it to QEMU's own. */
  iothread: z.number().int().min(1).max(4_294_967_295).nullable(),
};

const perSecond = z
  .number()
  .int()
  .min(0)
  .max(10 ** 15);
/** libvirt's names of the limits of a disk, by unit: bytes and requests per second. */
export const diskLimitNames = [
  'total_bytes_sec',
  'read_bytes_sec',
  'write_bytes_sec',
  'total_iops_sec',
  'read_iops_sec',
  'write_iops_sec',
] as const;
export type DiskLimitName = (typeof diskLimitNames)[number];

/** 0 for none. */
export const diskLimits = z
  .object({
    total_bytes_sec: perSecond,
    read_bytes_sec: perSecond,
    write_bytes_sec: perSecond,
    total_iops_sec: perSecond,
    read_iops_sec: perSecond,
    write_iops_sec: perSecond,
  })
  // Of both, libvirt takes one limit for all or one for each direction.
  .refine((limits) => limits.total_bytes_sec === 0 || limits.read_bytes_sec + limits.write_bytes_sec === 0, {
    path: ['total_bytes_sec'],
  })
  .refine((limits) => limits.total_iops_sec === 0 || limits.read_iops_sec + limits.write_iops_sec === 0, {
    path: ['total_iops_sec'],
  });

/** More than a limit for a short time: up to `most` for so many seconds. */
const diskBurst = z.object({
  limit: z.enum(diskLimitNames),
  most: perSecond.min(1),
  seconds: z.number().int().min(1).max(86_400),
});
export type DiskBurst = z.infer<typeof diskBurst>;

const kibibytes = z.number().int().min(0).max(4_294_967_295);
/** In libvirt's units: KiB per second, and KiB for the burst; 0 of peak and burst for none. */
const nicLimit = z.object({ average: kibibytes.min(1), peak: kibibytes, burst: kibibytes });
export type NicLimit = z.infer<typeof nicLimit>;

export const hardwareChange = z.discriminatedUnion('what', [
  z.object({ what: z.literal('describe'), title: shortText, description: z.string().max(10_000) }),
  z.object({ what: z.literal('rename'), name: domainName }),
  z.object({
    what: z.literal('vcpus'),
    vcpus: z.number().int().min(1).max(MAX_VCPUS),
    maxVcpus: z.number().int().min(1).max(MAX_VCPUS),
    /** Null leaves it to the hypervisor. */
    topology: z
      .object({
        sockets: z.number().int().min(1).max(MAX_VCPUS),
        cores: z.number().int().min(1).max(MAX_VCPUS),
        threads: z.number().int().min(1).max(64),
      })
      .nullable(),
  }),
  z.object({
    what: z.literal('memory'),
    memoryBytes: z.number().int().min(MEBIBYTE),
    maxMemoryBytes: z.number().int().min(MEBIBYTE),
  }),
  z
    .object({
      what: z.literal('cpu'),
      mode: z.enum(cpuModes).nullable(),
      model: cpuWord.nullable(),
      features: z.array(z.object({ name: cpuWord, policy: z.enum(cpuPolicies) })).max(512),
    })
    .refine(({ mode, model }) => (mode === 'custom') === (model !== null), { path: ['model'] }),
  /** Between families of machine types every device would have another place. */
  z.object({ what: z.literal('platform'), machineType: cpuWord, firmware: z.enum(firmwares).nullable() }),
  z.object({ what: z.literal('bootOrder'), keys: z.array(key).max(256) }),
  z.object({
    what: z.literal('addDisk'),
    device: z.enum(['disk', 'cdrom']),
    /** Null for an empty drive. */
    source: z.object({ path, format: shortText.nullable() }).nullable(),
    bus: z.enum(diskBuses),
    ...diskSettings,
  }),
  z.object({ what: z.literal('editDisk'), key, bus: z.enum(diskBuses).nullable(), ...diskSettings }),
  z.object({ what: z.literal('media'), key, source: z.object({ path }).nullable() }),
  z.object({
    what: z.literal('addNic'),
    source: nicSource,
    model: z.enum(nicModels),
    /** Null for one that nobody has. */
    mac: macAddress.nullable(),
    filter: nicFilter.optional(),
  }),
  z.object({
    what: z.literal('editNic'),
    key,
    /** Null keeps a source of a kind that cannot be chosen here. */
    source: nicSource.nullable(),
    /** Null keeps it. */
    model: shortText.min(1).nullable(),
    isLinkUp: z.boolean(),
    vlan: z.union([z.number().int().min(1).max(4_094), z.literal('none'), z.literal('keep')]),
    /** Null takes it away; without it the filter stays. */
    filter: nicFilter.nullable().optional(),
  }),
  z.object({
    what: z.literal('diskLimits'),
    key,
    limits: diskLimits,
    /** Of limits that are set; one that is not named has none. */
    bursts: z.array(diskBurst).max(diskLimitNames.length),
  }),
  /** Null for no limit. */
  z.object({ what: z.literal('nicLimits'), key, inbound: nicLimit.nullable(), outbound: nicLimit.nullable() }),
  z.object({ what: z.literal('addIothread'), id: z.number().int().min(1).max(4_294_967_295) }),
  z.object({ what: z.literal('removeIothread'), id: z.number().int().min(1).max(4_294_967_295) }),
  z.object({ what: z.literal('pins'), pins: cpuPins }),
  /** Null leaves it to the host. */
  z.object({ what: z.literal('numaTune'), tune: numaTune.nullable() }),
  /** None takes the cells away. */
  z.object({ what: z.literal('guestCells'), cells: guestCells }),
  z.object({ what: z.literal('memoryBacking'), hugepages, isLocked: z.boolean(), isShared: z.boolean() }),
  z.object({
    what: z.literal('editGraphics'),
    key,
    /** Null keeps it. */
    listen: z.union([z.ipv4(), z.ipv6()]).nullable(),
    /** Null keeps it; empty lets everybody in who reaches the port. */
    password: screenPassword.nullable(),
  }),
  z.object({ what: z.literal('editVideo'), key, model: z.enum(videoModels) }),
  z.object({ what: z.literal('addDevice'), device: deviceSpec }),
  z.object({ what: z.literal('editDevice'), key, device: deviceSpec }),
  /** By libvirt's name of a device of the host. */
  z.object({ what: z.literal('addHostDevice'), name: shortText.min(1) }),
  z.object({ what: z.literal('remove'), key }),
]);
export type HardwareChange = z.infer<typeof hardwareChange>;

export const changeWhens = ['both', 'now', 'next'] as const;
export type ChangeWhen = (typeof changeWhens)[number];

export const changeHardwareInput = machineRef.extend({ change: hardwareChange, when: z.enum(changeWhens) });
export type ChangeHardwareInput = z.infer<typeof changeHardwareInput>;
