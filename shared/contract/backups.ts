import { z } from 'zod';
import { machineRef } from './machines.ts';
import { hostPath } from './snapshots.ts';

/** Why something cannot be done with backups or memory files; names a text (backups:reasons.<reason>). */
export type BackupReason =
  | 'mustRun'
  | 'mustBeOff'
  | 'backupTooOld'
  | 'noDisks'
  | 'checkpointNeedsQcow2'
  | 'diskNotInCheckpoint'
  | 'memoryHostDevices'
  | 'otherMachine'
  | 'noSaveFile';

/** A moment that later backups can be told apart from: since it, libvirt notes what changes on its disks. */
export interface Checkpoint {
  name: string;
  /** The one before it; null for the first. */
  parent: string | null;
  createdAt: number | null;
  /** Disks that it has. */
  disks: string[];
  /** What was written together with it, by the app's own note; empty where somebody else made it. */
  files: { target: string; path: string }[];
  /** The checkpoint since which those files have the changes; null where they have everything. */
  since: string | null;
  /** What to type on the host to make a disk from the files; empty where some are not known. */
  restore: { target: string; commands: string[] }[];
}

export interface BackupDisk {
  target: string;
  path: string | null;
  format: string | null;
  /** Only qcow2 keeps a note of what has changed. */
  canCheckpoint: boolean;
}

export interface BackupOverview {
  /** In the order in which they were made. */
  checkpoints: Checkpoint[];
  disks: BackupDisk[];
  /** A folder to begin with: where the last backup went, else that of the first disk. */
  folder: string | null;
  isRunning: boolean;
  /** Why no backup can be made now; null where it can. */
  obstacle: BackupReason | null;
}

/** Names files and, in libvirt, the checkpoint. */
export const backupName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9][\w.-]*$/);

export const beginBackupInput = machineRef.extend({
  name: backupName,
  disks: z.array(z.string().max(32)).min(1).max(512),
  folder: hostPath,
  /** The checkpoint since which changes are written; null writes everything. */
  since: z.string().max(1_024).nullable().default(null),
  /** Makes a checkpoint of that name, so that the next backup can be of the changes. */
  makesCheckpoint: z.boolean().default(true),
});
export type BeginBackupInput = z.infer<typeof beginBackupInput>;

export const checkpointRef = machineRef.extend({ name: z.string().min(1).max(1_024) });
export type CheckpointRef = z.infer<typeof checkpointRef>;

export const memoryFileInput = machineRef.extend({ path: hostPath });
export type MemoryFileInput = z.infer<typeof memoryFileInput>;

/** How a core dump is written: with all that QEMU knows of the guest, or its memory only. */
export const dumpFormats = ['migration', 'elf', 'kdumpZlib', 'kdumpLzo', 'kdumpSnappy'] as const;
export type DumpFormat = (typeof dumpFormats)[number];

/** What the guest does: runs on, stands still meanwhile, is off afterwards, or is reset afterwards. */
export const dumpGuests = ['live', 'pause', 'crash', 'reset'] as const;
export type DumpGuest = (typeof dumpGuests)[number];

export const coreDumpInput = memoryFileInput.extend({
  format: z.enum(dumpFormats),
  guest: z.enum(dumpGuests),
});
export type CoreDumpInput = z.infer<typeof coreDumpInput>;
