import { z } from 'zod';
import {
  fieldsOf,
  poolFieldFault,
  poolFields,
  poolKinds,
  type PoolField,
  type PoolKind,
  type PoolValues,
} from '../model/pool-kinds.ts';
import { idFault, modeFault, type FilePermissions } from '../model/permissions.ts';
import { volumeNameFault } from '../model/storage.ts';
import { poolRef, volumeRef, type VolumeMachine } from './storage.ts';

/** How a pool is defined, which is how it will be at its next start. */
export interface PoolSettings {
  /** Null for a kind that no form knows. */
  kind: PoolKind | null;
  values: PoolValues;
  /** Of its directory; null for a kind without one of its own, and where the definition says nothing. */
  permissions: FilePermissions | null;
}

/** Kinds whose directory is the pool's own: libvirt gives it the permissions of the definition. */
const directoryKinds: ReadonlySet<string> = new Set(['dir', 'fs', 'netfs']);

/** Whether pools of a kind have a directory whose permissions can be set. */
export function hasDirectory(kind: PoolKind): boolean {
  return directoryKinds.has(kind);
}

/** Written when such a pool is made: another word in the definition would not change what is there. */
const fixedFields: Partial<Record<PoolKind, readonly PoolField[]>> = {
  disk: ['format'],
  logical: ['device'],
  zfs: ['device'],
};

/** The fields of a pool that can be changed later without loss of data. */
export function editableFields(kind: PoolKind): readonly PoolField[] {
  return fieldsOf(kind).filter((field) => fixedFields[kind]?.includes(field) !== true);
}

export const filePermissions = z.object({
  mode: z.string().refine((mode) => modeFault(mode) === null),
  owner: z
    .number()
    .nullable()
    .refine((id) => idFault(String(id ?? '')) === null),
  group: z
    .number()
    .nullable()
    .refine((id) => idFault(String(id ?? '')) === null),
});

export const editPoolInput = poolRef
  .extend({
    kind: z.enum(poolKinds),
    values: z.partialRecord(z.enum(poolFields), z.string().max(1_024)),
    /** Null leaves them as they are. */
    permissions: filePermissions.nullable(),
  })
  .refine(({ kind, values }) =>
    editableFields(kind).every((field) => poolFieldFault(kind, field, values[field] ?? '', []) === null),
  );
export type EditPoolInput = z.infer<typeof editPoolInput>;

/** Who needs a volume. */
export interface VolumeNeeds {
  name: string;
  /** Null where it could not be found out. */
  machines: VolumeMachine[] | null;
  /** Volumes of other pools that stand on it. */
  above: { pool: string; name: string }[];
}

/** What goes with a pool that is deleted together with its volumes. */
export interface PoolContents {
  volumes: number;
  /** What they take; null where not all tell. */
  allocationBytes: number | null;
  /** Those of them that somebody outside of the pool needs, or might need. */
  needs: VolumeNeeds[];
  /** False where there are too many volumes on the host to find out what stands on these. */
  areBasesKnown: boolean;
}

export const deletePoolInput = poolRef.extend({
  /** The person knows that machines or other volumes need some of them. */
  evenIfUsed: z.boolean(),
});
export type DeletePoolInput = z.infer<typeof deletePoolInput>;

/** A volume with all that is below it, as far as started pools know it. */
export interface VolumeChain {
  /** The volume itself, then what is below it. */
  layers: {
    path: string | null;
    format: string | null;
    capacityBytes: number | null;
    allocationBytes: number | null;
  }[];
  /** False where something may be below the last one. */
  isComplete: boolean;
}

export const volumePermissionsInput = volumeRef.extend({ permissions: filePermissions });
export type VolumePermissionsInput = z.infer<typeof volumePermissionsInput>;

/** Permissions of a volume, and whether they can be changed from here. */
export interface VolumePermissions {
  /** Null for what is no file or device. */
  permissions: FilePermissions | null;
  /** Why they stay; null where they can be changed. Names a text (storageEdits:permissions.obstacles.<obstacle>). */
  obstacle: 'noShell' | 'inUseByRunning' | 'noFile' | null;
}

export const volumesAboveInput = poolRef.extend({ names: z.array(z.string().min(1).max(1_024)).min(1).max(1_000) });
export type VolumesAboveInput = z.infer<typeof volumesAboveInput>;

/** A volume of a started pool that stands on another one. */
export interface VolumeAbove {
  pool: string;
  name: string;
  isSamePool: boolean;
}

/** What stands directly on volumes of a pool; null where there are too many on the host to look. */
export type VolumesAbove = { name: string; above: VolumeAbove[] }[] | null;

export const compressVolumeInput = volumeRef.extend({
  newName: z
    .string()
    .max(1_024)
    .refine((name) => volumeNameFault(name) === null),
  /** A pool of files of the same host. */
  toPoolId: z.string().max(64),
});
export type CompressVolumeInput = z.infer<typeof compressVolumeInput>;
