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
import { poolRef } from './storage.ts';

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
