import { cpuTopology, presetCpuModes } from './flavors.ts';
import { z } from 'zod';
import { volumeFormats, volumeNameFault } from '../model/storage.ts';
import {
  isHostName,
  isPackageName,
  isPublicKey,
  isUserName,
  networkConfigFault,
  userDataFault,
} from '../model/cloud-config.ts';
import { imageUrlFault } from '../model/image-url.ts';
import { domainNameFault } from '../model/domain-name.ts';
import { macFault } from '../model/mac-address.ts';
import { diskBuses } from './hardware.ts';

/** `efiSecure` starts only what is signed. */
const firmwares = ['bios', 'efi', 'efiSecure'] as const;
export type Firmware = (typeof firmwares)[number];

/** A machine type that a host offers. */
export interface OfferedMachineType {
  /** e.g. `q35`. */
  name: string;
  firmwares: Firmware[];
  /** Whether the host can emulate a TPM 2.0. */
  hasTpm: boolean;
  /** Null where the host does not tell. */
  maxVcpus: number | null;
}

/** What a libvirt host offers to new machines. Sizes in bytes. */
export interface ProvisioningOffer {
  /** `kvm` first where the host has it; `qemu` emulates. At least one. */
  virtTypes: string[];
  /** e.g. `x86_64`. */
  architecture: string;
  cpus: number;
  memoryBytes: number;
  /** Best first; none where the host leaves no choice. */
  machineTypes: OfferedMachineType[];
  networks: { name: string; isActive: boolean }[];
}

/** A volume that is there. */
const volume = z.object({ poolId: z.string().max(64), name: z.string().min(1).max(1_024) });

export const nicModels = ['virtio', 'e1000e', 'e1000', 'rtl8139'] as const;
export type NicModel = (typeof nicModels)[number];

const newVolumeName = z
  .string()
  .max(1_024)
  .refine((name) => volumeNameFault(name) === null);

const newDisk = z.object({
  kind: z.literal('new'),
  poolId: z.string().max(64),
  name: newVolumeName,
  /** Null where the pool decides. */
  format: z.enum(volumeFormats).nullable(),
  capacityBytes: z.number().int().positive(),
});

/** How a disk is made from an image: a copy that stands on its own, or a qcow2 file that holds only what differs. */
export const imageWays = ['copy', 'link'] as const;
export type ImageWay = (typeof imageWays)[number];

/** A new disk with what an image holds, and at least as big. */
const diskFromImage = newDisk.extend({
  kind: z.literal('image'),
  image: volume,
  way: z.enum(imageWays),
  format: z.enum(volumeFormats),
});

/** Null is what suits the system. */
const bus = z.enum(diskBuses).nullable();
const machineDisk = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('existing'), volume, bus }),
  newDisk.extend({ bus }),
  diskFromImage.extend({ bus }),
]);
export type MachineDiskInput = z.infer<typeof machineDisk>;

const networkCard = z.object({
  kind: z.enum(['network', 'bridge']),
  source: z.string().min(1).max(255),
  model: z.enum(nicModels),
  mac: z.string().refine((mac) => macFault(mac) === null && mac === mac.toLowerCase()),
});

const MAX_DOCUMENT_LENGTH = 64 * 1024;

/** What the fields of the form make of a user-data document. */
export const cloudConfigForm = z.object({
  /** Empty stands for the user that the image has. */
  userName: z.string().refine((name) => name === '' || isUserName(name)),
  /** In clear, hashed by the core; empty for none. */
  password: z
    .string()
    .max(256)
    .regex(/^\P{Cc}*$/u),
  sshKeys: z
    .array(
      z
        .string()
        .max(16 * 1024)
        .refine(isPublicKey),
    )
    .max(50),
  packages: z.array(z.string().refine(isPackageName)).max(200),
});
export type CloudConfigForm = z.infer<typeof cloudConfigForm>;

export const userDataInput = z.object({
  connectionId: z.string().max(64),
  form: cloudConfigForm,
  /** Id of an OsProfile. */
  osId: z.string().max(64),
});
export type UserDataInput = z.infer<typeof userDataInput>;

/** What cloud-init reads at the first boot (https://docs.cloud-init.io, datasource NoCloud). */
const cloudInitInput = z.object({
  /** The volume that is made for it, beside the disk, and removed when the machine has started once. */
  seed: z.object({ poolId: z.string().max(64), name: newVolumeName }),
  hostName: z.string().refine(isHostName),
  userData: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('form'), form: cloudConfigForm }),
    z.object({
      kind: z.literal('text'),
      text: z
        .string()
        .max(MAX_DOCUMENT_LENGTH)
        .refine((text) => userDataFault(text) === null),
    }),
  ]),
  /** Empty leaves it to cloud-init: DHCP on the first card. */
  networkConfig: z
    .string()
    .max(MAX_DOCUMENT_LENGTH)
    .refine((text) => networkConfigFault(text) === null),
});
export type CloudInitInput = z.infer<typeof cloudInitInput>;

export const newMachineInput = z.object({
  connectionId: z.string().max(64),
  /** UUID of the new domain. */
  id: z.uuid(),
  name: z.string().refine((name) => domainNameFault(name) === null),
  /** One that the host offers. */
  virtType: z.string().regex(/^[a-z]{1,16}$/),
  /** Id of an OsProfile. */
  osId: z.string().max(64),
  /** Null leaves it to the host. */
  machineType: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .nullable(),
  firmware: z.enum(firmwares),
  /** With an emulated TPM 2.0. */
  tpm: z.boolean(),
  vcpus: z.number().int().min(1).max(4_096),
  memoryBytes: z
    .number()
    .int()
    .min(1024 ** 2),
  /** What it sees of the host's CPU; nulls leave it to what suits the host. */
  cpu: z.object({ mode: z.enum(presetCpuModes).nullable(), topology: cpuTopology.nullable() }).optional(),
  /** What it starts from while its disk has nothing to start: a CD, the network, or nothing. */
  installer: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('cdrom'), volume }),
    z.object({ kind: z.literal('network') }),
  ]),
  /** It starts from the first. */
  disks: z.array(machineDisk).max(16),
  /** Null where the machine is given no seed. */
  cloudInit: cloudInitInput.nullable(),
  /** The network from which it may start is that of the first. */
  networks: z.array(networkCard).max(16),
  /** The XML as a person has changed it, of which only name and UUID are set; null where it is made from the rest. */
  xml: z
    .string()
    .max(1024 ** 2)
    .nullable(),
  start: z.boolean(),
});
export type NewMachineInput = z.infer<typeof newMachineInput>;

/** One after the other, on one host. */
export const newMachinesInput = z.array(newMachineInput).min(1).max(50);

/** What would be made. */
export interface NewMachinePreview {
  /** The XML that libvirt gets where nobody changes it. */
  xml: string;
  /** A virt-install command for the host's shell that makes an equal machine. */
  command: string;
}

/** A public key of the computer on which the core runs. */
export interface OwnPublicKey {
  /** Its file below ~/.ssh. */
  file: string;
  line: string;
}

/** What can become of a disk in a clone. */
export type CloneDiskWay = 'copy' | 'link' | 'share' | 'leaveOut';

/** A disk or drive of a machine that may be cloned. */
export interface CloneSourceDisk {
  /** e.g. `vda`. */
  target: string;
  /** `disk`, `cdrom`, `floppy`, `lun`. */
  device: string;
  /** Path, or the volume's name; null for an empty drive. */
  source: string | null;
  /** The volume that it is; null where it is in no pool, and then it cannot be copied. */
  volume: { poolId: string; poolName: string; name: string; capacityBytes: number | null } | null;
  /** What is possible; the first suits it best. */
  ways: CloneDiskWay[];
}

/** What a clone of a machine can be made from. */
export interface CloneSource {
  name: string;
  isRunning: boolean;
  /** Its clones stand on its disks where they can. */
  isTemplate: boolean;
  disks: CloneSourceDisk[];
  /** The clone starts with fresh firmware settings. */
  hasNvram: boolean;
}

export const cloneMachineInput = z.object({
  connectionId: z.string().max(64),
  /** UUID of the machine that is cloned. */
  id: z.string().max(64),
  /** UUID of the clone. */
  newId: z.uuid(),
  name: z.string().refine((name) => domainNameFault(name) === null),
  disks: z
    .array(
      z.discriminatedUnion('way', [
        z.object({ target: z.string().max(64), way: z.enum(['share', 'leaveOut']) }),
        z.object({ target: z.string().max(64), way: z.enum(['copy', 'link']), name: newVolumeName }),
      ]),
    )
    .max(256),
  start: z.boolean(),
});
export type CloneMachineInput = z.infer<typeof cloneMachineInput>;

/** One after the other, on one host. */
export const cloneMachinesInput = z.array(cloneMachineInput).min(1).max(50);

/** An image that is to be read. */
export const imageRef = z.object({ connectionId: z.string().max(64), ...volume.shape });
export type ImageRef = z.infer<typeof imageRef>;

export const fetchImageInput = imageRef.extend({
  name: newVolumeName,
  /** Over http or https, without a password in it. */
  url: z.string().refine((url) => imageUrlFault(url) === null),
  /** What its bytes must have, in lower-case digits; null where it is not known. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
});
export type FetchImageInput = z.infer<typeof fetchImageInput>;
