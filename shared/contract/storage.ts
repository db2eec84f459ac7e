import { z } from 'zod';
import { fieldsOf, poolFieldFault, poolFields, poolKinds, poolNameFault } from '../model/pool-kinds.ts';
import { imageFormats, poolActions, volumeNameFault, type PoolState } from '../model/storage.ts';

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

/** While it runs, the volume must not be changed under it. */
export interface VolumeMachine extends VolumeUser {
  isRunning: boolean;
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
  usedBy: VolumeMachine[] | null;
}

export const poolRef = z.object({ connectionId: z.string().max(64), poolId: z.string().max(64) });
export type PoolRef = z.infer<typeof poolRef>;

export const volumeRef = poolRef.extend({ name: z.string().min(1).max(1_024) });
export type VolumeRef = z.infer<typeof volumeRef>;

export const runPoolActionInput = z.object({ action: z.enum(poolActions), pools: z.array(poolRef).min(1).max(1_000) });

export const newPoolInput = z
  .object({
    connectionId: z.string().max(64),
    name: z.string().max(255),
    kind: z.enum(poolKinds),
    values: z.partialRecord(z.enum(poolFields), z.string().max(1_024)),
    /** Makes what it stands on first where libvirt can; never over data. */
    build: z.boolean(),
    start: z.boolean(),
    autostart: z.boolean(),
  })
  .refine(({ name }) => poolNameFault(name, []) === null)
  .refine(({ kind, values }) =>
    fieldsOf(kind).every((field) => poolFieldFault(kind, field, values[field] ?? '', []) === null),
  );
export type NewPoolInput = z.infer<typeof newPoolInput>;

const newName = z
  .string()
  .max(1_024)
  .refine((name) => volumeNameFault(name) === null);
const sizeBytes = z.number().int().positive();

export const createVolumeInput = poolRef
  .extend({
    name: newName,
    /** Null where the pool decides. */
    format: z.enum(imageFormats).nullable(),
    capacityBytes: sizeBytes,
    /** What is reserved now; the rest is taken when it is written. */
    allocationBytes: z.number().int().nonnegative(),
    /** The volume of the same pool on which it stands: it holds only what differs from that one. Only for qcow2. */
    base: z.string().min(1).max(1_024).optional(),
  })
  .refine(({ allocationBytes, capacityBytes }) => allocationBytes <= capacityBytes)
  .refine(({ base, format }) => base === undefined || format === 'qcow2');
export type CreateVolumeInput = z.infer<typeof createVolumeInput>;

export const resizeVolumeInput = volumeRef.extend({ capacityBytes: sizeBytes });
export type ResizeVolumeInput = z.infer<typeof resizeVolumeInput>;

export const cloneVolumeInput = volumeRef.extend({
  newName,
  /** Another pool of the same host; the volume's own where it is left out. */
  toPoolId: z.string().max(64).optional(),
  /** Converted to this; as it is where it is left out. Pools whose volumes have no format take no notice. */
  format: z.enum(imageFormats).optional(),
});
export type CloneVolumeInput = z.infer<typeof cloneVolumeInput>;

export const uploadVolumeInput = poolRef.extend({ name: newName, sizeBytes });
export type UploadVolumeInput = z.infer<typeof uploadVolumeInput>;

export const deleteVolumesInput = z.object({
  volumes: z.array(volumeRef).min(1).max(1_000),
  /** The person knows that machines or other volumes need them. */
  evenIfUsed: z.boolean(),
});
export type DeleteVolumesInput = z.infer<typeof deleteVolumesInput>;
