import type { DiskChain } from '../../../../shared/contract/disk-chains.ts';
import type {
  CreateSnapshotInput,
  DescribeSnapshotInput,
  SnapshotOverview,
} from '../../../../shared/contract/snapshots.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/**
 * Snapshots of the domains of one libvirt host while it is online. All throw MACHINE_GONE, NOT_FOUND for a snapshot,
 * and CONFLICT with the reason (a SnapshotReason) for what would go wrong, before anything is done.
 */
export interface SnapshotBackend {
  /** Whether a deletion that merges files can be stopped halfway: where this app does it, not libvirt. */
  readonly canStopRemoval: boolean;
  overview(machineId: string, signal: AbortSignal): Promise<SnapshotOverview>;
  create(machineId: string, input: CreateSnapshotInput, task: TaskContext): Promise<void>;
  describe(machineId: string, input: DescribeSnapshotInput, task: TaskContext): Promise<void>;
  /** The domain is as it was then, with its memory where the snapshot has it. */
  revert(machineId: string, name: string, task: TaskContext): Promise<void>;
  /** Its children are kept and grow from its parent; files that it put above the disks are merged and removed. */
  remove(machineId: string, name: string, task: TaskContext): Promise<void>;
}

/** What the disks of the domains of one libvirt host stand on, while it is online. Throws as `SnapshotBackend` does. */
export interface DiskChainBackend {
  chains(machineId: string, signal: AbortSignal): Promise<DiskChain[]>;
  /** Copies what is below into the top, which stands alone then (DOMAIN_BLOCK_PULL). */
  flatten(machineId: string, target: string, task: TaskContext): Promise<void>;
  /** Merges the top into what is below it (DOMAIN_BLOCK_COMMIT), which the domain writes to then. */
  commit(machineId: string, target: string, task: TaskContext): Promise<void>;
}
