import type { MigrationCheck, MigrationPlan } from '../../../../shared/contract/migration.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/** A volume of a connected host. */
export interface VolumePlace {
  poolId: string;
  name: string;
}

/** Copies a volume of the source to a new one of the destination, by way of this computer; removes what is half-made. */
export type CopyVolume = (from: VolumePlace, to: VolumePlace, task: TaskContext) => Promise<void>;

/**
 * One libvirt host while it is online, as the one that machines come from and as the one that they go to. Throws
 * MACHINE_GONE for an id that it does not know.
 */
export interface MigrationBackend {
  /** Asks both hosts; sends nothing. */
  check(
    machineId: string,
    plan: MigrationPlan,
    destination: MigrationBackend,
    signal: AbortSignal,
  ): Promise<MigrationCheck[]>;
  /**
   * Migrates and resolves when the machine is in the destination's list. `destination` finds the other host whenever it
   * is needed, for its connection may be a new one then; it throws DISCONNECTED while there is none. `copyVolume` takes
   * the disks of a machine that is off, where the plan copies them.
   *
   * Throws CONFLICT for what `check` calls a blocker, CANCELLED and MIGRATION_FAILED where the machine is at the source
   * as it was, MIGRATION_PAUSED where it stands still there, MIGRATION_LEFTOVER where it runs at the destination and
   * the source has not let go of it, MIGRATION_UNKNOWN where it cannot be told.
   */
  migrate(
    machineId: string,
    plan: MigrationPlan,
    destination: () => MigrationBackend,
    copyVolume: CopyVolume,
    task: TaskContext,
  ): Promise<void>;
}
