import { z } from 'zod';
import type { PoolState } from '../model/storage.ts';

/** A storage pool of a libvirt host, as one row of the Storage table. JSON-safe; sizes in bytes. */
export interface StoragePool {
  /** UUID. */
  id: string;
  connectionId: string;
  name: string;
  state: PoolState;
  /** libvirt's word, e.g. `dir`, `logical`, `rbd`; null where it could not be read. */
  type: string | null;
  /** Null while the pool is not started. */
  capacityBytes: number | null;
  allocationBytes: number | null;
  availableBytes: number | null;
  autostart: boolean;
  /** False for a transient pool, which vanishes when it stops. */
  persistent: boolean;
  /** The directory in which its volumes are; null for pools without one. */
  targetPath: string | null;
  /** Where the storage comes from, e.g. `nas:/export/vm`; null for a plain directory. */
  source: string | null;
}

/** A machine that has a volume as its disk, or as the base of one. */
export interface VolumeUser {
  /** UUID of the domain. */
  id: string;
  name: string;
}

/** A volume of a storage pool. Null where the host has not told yet. */
export interface StorageVolume {
  /** Its name, which is unique in its pool. */
  id: string;
  connectionId: string;
  poolId: string;
  name: string;
  path: string | null;
  /** `file`, `block`, `dir`, `network`. */
  type: string | null;
  /** e.g. `qcow2`; null also where volumes of this pool have no format. */
  format: string | null;
  capacityBytes: number | null;
  allocationBytes: number | null;
  /** The file below a copy-on-write volume. */
  backingPath: string | null;
  /** Null where it could not be found out. */
  usedBy: VolumeUser[] | null;
}

export const poolRef = z.object({ connectionId: z.string().max(64), poolId: z.string().max(64) });
export type PoolRef = z.infer<typeof poolRef>;
