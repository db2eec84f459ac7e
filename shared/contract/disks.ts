import { z } from 'zod';
import type { VolumeMachine } from './storage.ts';

/** A disk image of a libvirt host: a volume of a started pool, or a file or device that a machine uses without one. JSON-safe. */
export interface HostDisk {
  /** Unique in its connection. */
  id: string;
  connectionId: string;
  name: string;
  /** Null where it is not known yet. */
  path: string | null;
  /** Null for a disk in no pool. */
  pool: { id: string; name: string } | null;
  format: string | null;
  /** Null until it was looked at, and where the host does not tell. */
  capacityBytes: number | null;
  allocationBytes: number | null;
  /** The file below a copy-on-write image. */
  backingPath: string | null;
  /** Whether the machines have it only below another disk. */
  isBase: boolean;
  /** Null where it could not be found out. */
  usedBy: VolumeMachine[] | null;
  /** Whether all of this was asked for. */
  isRead: boolean;
}

/** The disks of a host at one moment. */
export interface DiskList {
  /** Epoch ms. */
  readAt: number;
  disks: HostDisk[];
  /** Pools that are not started: their volumes are in no list. */
  closedPools: string[];
}

export const diskListInput = z.object({ connectionId: z.string().max(64) });

export const diskDetailsInput = z.object({
  connectionId: z.string().max(64),
  ids: z.array(z.string().max(4_096)).max(200),
});
export type DiskDetailsInput = z.infer<typeof diskDetailsInput>;
