import { z } from 'zod';
import { volumeFormats, volumeNameFault } from '../model/storage.ts';
import { machineRef } from './machines.ts';

/** Why a disk cannot be moved now; names a text (diskMoves:reasons.<reason>). */
export type DiskMoveReason =
  | 'moveSnapshots'
  | 'moveCheckpoints'
  | 'moveSavedMemory'
  | 'moveShared'
  | 'moveSharersUnknown'
  | 'moveEncrypted'
  | 'moveJobRunning'
  | 'moveTooOld'
  | 'moveNoPool'
  | 'moveNoSize';

/** A disk of a domain that has a place of its own, and what moving it would mean. */
export interface DiskMoveOffer {
  /** e.g. `vda`. */
  target: string;
  /** Path or name; null where libvirt names none. */
  path: string | null;
  /** e.g. `qcow2`; null where libvirt does not say. */
  format: string | null;
  /** The started pool that has it; null for none. */
  pool: { id: string; name: string } | null;
  /** Name of its volume; null where it is in no pool. */
  volume: string | null;
  /** Size of the disk that it is; null where unknown. */
  capacityBytes: number | null;
  /** What its copy will take at least, with what it stands on; null where unknown. */
  takesBytes: number | null;
  /** The file that it stands on, which is copied into it; null for none. */
  base: string | null;
  /** The machine goes on with its work meanwhile. */
  isRunning: boolean;
  /** Why the old volume stays whatever is asked for; null where it can be deleted. */
  oldStays: 'noPool' | 'usersUnknown' | null;
  /** Where a copy of it is written that nobody follows here; null for none. */
  strayCopy: string | null;
  /** Why it cannot be moved; null where it can. */
  obstacle: DiskMoveReason | null;
}

export const moveDiskInput = machineRef.extend({
  target: z.string().min(1).max(32),
  /** Where the person saw it: a disk that is elsewhere meanwhile is not moved. */
  from: z.string().max(4_096).nullable(),
  toPoolId: z.string().max(64),
  newName: z
    .string()
    .max(1_024)
    .refine((name) => volumeNameFault(name) === null),
  /** Pools whose volumes have no format take no notice. */
  format: z.enum(volumeFormats),
  /** Leaves the old volume where it is; one in no pool always stays. */
  keepsOld: z.boolean(),
  /** For a machine that runs; null for no limit. */
  bandwidthMiBps: z.number().int().min(1).max(1_000_000).nullable(),
});
export type MoveDiskInput = z.infer<typeof moveDiskInput>;
