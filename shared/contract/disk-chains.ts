import { z } from 'zod';
import { machineRef } from './machines.ts';
import type { SnapshotObstacle } from './snapshots.ts';

/** A file that a disk stands on. */
export interface ChainLayer {
  /** Path or name; null where libvirt names none. */
  path: string | null;
  /** e.g. `qcow2`. */
  format: string | null;
  /** Size of the disk that it is; null where unknown. */
  capacityBytes: number | null;
  /** What it takes on the host; null where unknown. */
  allocationBytes: number | null;
  /** The snapshot that put it there, so that what was written since then is in it; null for none. */
  snapshot: string | null;
}

/** A disk of a domain with all that is below it. */
export interface DiskChain {
  /** e.g. `vda`. */
  target: string;
  /** What the domain writes to first, then what is below it. */
  layers: ChainLayer[];
  /** False where something may be below the last one. */
  isComplete: boolean;
  /** Why what is below cannot be copied into the top; null where it can. */
  flattenObstacle: SnapshotObstacle | null;
  /** Why the top cannot be merged into what is below; null where it can. */
  commitObstacle: SnapshotObstacle | null;
}

export const diskChainRef = machineRef.extend({ target: z.string().min(1).max(32) });
export type DiskChainRef = z.infer<typeof diskChainRef>;
