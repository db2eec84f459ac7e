import { z } from 'zod';
import { machineRef } from './machines.ts';

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

export const createSnapshotInput = machineRef.extend({ name: snapshotName, description: z.string().max(1_000) });
export type CreateSnapshotInput = z.infer<typeof createSnapshotInput>;

export const snapshotRef = machineRef.extend({ name: z.string().min(1).max(1_024) });
export type SnapshotRef = z.infer<typeof snapshotRef>;
