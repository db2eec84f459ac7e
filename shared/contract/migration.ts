import { z } from 'zod';
import { migrationAddressFault } from '../model/migration.ts';
import { machineRef, type MachineRef } from './machines.ts';

/** Who leads a migration: this app between its two connections, or the source host, which connects to the other. */
export const migrationWays = ['client', 'peer2peer'] as const;
export type MigrationWay = (typeof migrationWays)[number];

/** How many machines of one bulk migration are on their way at once, at most. */
export const MAX_PARALLEL_MIGRATIONS = 3;

/** How machines are to be migrated. What is about memory does not count for a machine that is off. */
export const migrationPlan = z.object({
  toConnectionId: z.string().max(64),
  /** `shared`: both hosts see the same disks. `copy`: they are copied, by the hosts where it runs, else by this app. */
  storage: z.enum(['shared', 'copy']),
  /** UUID of the pool at the destination that takes copied disks; null for the paths that they have now. */
  poolId: z.string().max(64).nullable(),
  /** True leaves the definition at the source, off. */
  keepSource: z.boolean(),
  /** Slows the guest down where it changes its memory faster than that can be sent. */
  autoConverge: z.boolean(),
  /** Goes over to the destination after the first pass, and fetches the rest of the memory from there. */
  postCopy: z.boolean(),
  /** Migrates where libvirt takes the disks' cache for a risk. */
  allowUnsafe: z.boolean(),
  /** Encrypts what QEMU sends; both hosts need certificates for it. */
  tls: z.boolean(),
  /** Sends the memory over so many connections at once; null for one. */
  connections: z.number().int().min(2).max(255).nullable(),
  /** Null for no limit. */
  bandwidthMiBps: z.number().int().min(1).max(1_000_000).nullable(),
  /** How long the guest may stand still at the end; null leaves it to the host. */
  downtimeMs: z.number().int().min(1).max(600_000).nullable(),
  /** Name or IP address by which the source reaches the destination; empty for the name that the destination tells. */
  address: z
    .string()
    .max(255)
    .refine((address) => migrationAddressFault(address) === null),
  way: z.enum(migrationWays),
  /** libvirt URI by which the source host reaches the destination; only for `peer2peer`. */
  peerUri: z.string().max(1_024),
});
export type MigrationPlan = z.infer<typeof migrationPlan>;

export const checkMigrationInput = z.object({
  machines: z.array(machineRef).min(1).max(200),
  plan: migrationPlan,
});
export type CheckMigrationInput = z.infer<typeof checkMigrationInput>;

export const startMigrationInput = checkMigrationInput.extend({
  /** How many are on their way at once. */
  parallel: z.number().int().min(1).max(MAX_PARALLEL_MIGRATIONS),
});
export type StartMigrationInput = z.infer<typeof startMigrationInput>;

export const migrationCheckIds = [
  ...(['host', 'owner', 'state', 'clash', 'emulator', 'cpu', 'networks', 'disks'] as const),
  ...(['media', 'space', 'devices', 'snapshots', 'way'] as const),
] as const;
export type MigrationCheckId = (typeof migrationCheckIds)[number];

/** One finding of the pre-flight. `id` and `reason` name its text (migration:checks.<id>.<reason>). */
export interface MigrationCheck {
  id: MigrationCheckId;
  level: 'ok' | 'warning' | 'blocker';
  /** `ok` where all is well. */
  reason: string;
  /** Values of the text: names of networks and disks, what libvirt says. */
  params: Record<string, string | number>;
}

/** What stands in the way of migrating one machine, in the order of `migrationCheckIds`. */
export interface MachineMigrationCheck {
  machine: MachineRef;
  checks: MigrationCheck[];
}
