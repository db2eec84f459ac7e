import { z } from 'zod';
import { machineRef } from './machines.ts';

/** Why something cannot be done with snapshots or disks of a domain; names a text (snapshots:reasons.<reason>). */
export type SnapshotReason =
  | 'notRunning'
  | 'noDisks'
  | 'notQcow2'
  | 'uefi'
  | 'hostDevices'
  | 'hasExternal'
  | 'hasInternal'
  | 'managedSave'
  | 'hasCheckpoints'
  | 'revertTooOld'
  | 'externalAbove'
  | 'internalAbove'
  | 'notInChain'
  | 'removeNeedsRunning'
  | 'hasSnapshots'
  | 'nothingBelow'
  | 'sharedBase'
  | 'sharersUnknown'
  | 'fileExists';

/** What stands against something, and the disks that it is about. */
export interface SnapshotObstacle {
  reason: SnapshotReason;
  disks: string[];
}

/** A snapshot of a domain. Its name is unique in the domain. */
export interface DomainSnapshot {
  name: string;
  /** Name of the snapshot it grew from; null at the root. */
  parent: string | null;
  description: string;
  createdAt: number | null;
  /** What the domain did: libvirt's word, e.g. `running`, `shutoff`, `disk-snapshot`. */
  state: string;
  /** Whether it goes on with its memory after a revert. */
  hasMemory: boolean;
  /** In the disk's own file (internal) or as a new file above it (external). */
  kind: 'internal' | 'external';
  /** The one that the domain's present state grew from. */
  isCurrent: boolean;
  /** Disks that it has, e.g. `vda`. */
  disks: string[];
  /** The file with the memory of an external one. */
  memoryFile: string | null;
  /** Why there is no way back to it; null where there is. */
  revertObstacle: SnapshotObstacle | null;
  /** Why it cannot be deleted; null where it can. */
  removeObstacle: SnapshotObstacle | null;
}

/**
 * Where a snapshot keeps what was: in the disks' own files, with the memory of a running guest (`internal`); or the
 * files stay as they are and new ones are written to from then on, without memory (`disks`) or with it in a file of its
 * own (`full`).
 */
export const snapshotForms = ['internal', 'disks', 'full'] as const;
export type SnapshotForm = (typeof snapshotForms)[number];

/** A disk that a snapshot can have. */
export interface SnapshotDisk {
  target: string;
  path: string | null;
  format: string | null;
  /** False where a folder for its new file must be named: it is no file itself. */
  isFile: boolean;
}

/** What a snapshot of a domain can be right now. */
export interface SnapshotOffer {
  isRunning: boolean;
  /** The guest agent answers: file systems can be frozen. */
  hasAgent: boolean;
  disks: SnapshotDisk[];
  /** Folder of the first disk that is a file; null where there is none. */
  folder: string | null;
  obstacles: Record<SnapshotForm, SnapshotObstacle | null>;
}

export interface SnapshotOverview {
  /** In the order in which they were made. */
  snapshots: DomainSnapshot[];
  offer: SnapshotOffer;
  /** Names of those that were taken here with a picture of the screen. */
  pictured: string[];
}

/**
 * A slash would name another file, for libvirt keeps a file of that name. A quote or backslash reaches the disk as
 * another name than libvirt's, and then there is no way back (libvirt 9.0 with QEMU 7.2).
 */
export const snapshotName = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[^/\\"\p{Cc}]+$/u)
  .refine((name) => !name.startsWith('.'));

/** An absolute path on a host, without a step up in it. */
export const hostPath = z
  .string()
  .trim()
  .max(1_000)
  .regex(/^\/[^\p{Cc}]*$/u)
  .refine((path) => !path.split('/').includes('..'));

const description = z.string().max(1_000);
/** As many disks as a domain has at most. */
const targets = z.array(z.string().max(32)).max(512);

export const createSnapshotInput = machineRef.extend({
  name: snapshotName,
  description,
  form: z.enum(snapshotForms).default('internal'),
  /** The disks of an external one; null for all. */
  disks: targets.min(1).nullable().default(null),
  /** Where the new files go; null for beside the old ones. */
  folder: hostPath.nullable().default(null),
  /** The file for the memory of form `full`. */
  memoryFile: hostPath.nullable().default(null),
  /** Has the guest agent freeze the file systems meanwhile; form `disks` of a running guest only. */
  quiesce: z.boolean().default(false),
});
export type CreateSnapshotInput = z.infer<typeof createSnapshotInput>;

export const snapshotRef = machineRef.extend({ name: z.string().min(1).max(1_024) });
export type SnapshotRef = z.infer<typeof snapshotRef>;

/** Another snapshot of the same name was made at another time. */
export const snapshotPictureRef = snapshotRef.extend({ createdAt: z.number().int() });
export type SnapshotPictureRef = z.infer<typeof snapshotPictureRef>;

/** What the screen showed when a snapshot was taken. */
export interface SnapshotPicture {
  /** A PNG image in Base64. */
  png: string;
}

export const describeSnapshotInput = snapshotRef.extend({ description });
export type DescribeSnapshotInput = z.infer<typeof describeSnapshotInput>;
