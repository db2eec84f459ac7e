import type { DomainSnapshot } from '../../../../shared/contract/snapshots.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/** Snapshots of the domains of one libvirt host while it is online. All throw MACHINE_GONE, NOT_FOUND for a snapshot. */
export interface SnapshotBackend {
  list(machineId: string, signal: AbortSignal): Promise<DomainSnapshot[]>;
  create(machineId: string, snapshot: { name: string; description: string }, task: TaskContext): Promise<void>;
  /** The domain is as it was then, with its memory where the snapshot has it. */
  revert(machineId: string, name: string, task: TaskContext): Promise<void>;
  /** Its children are kept and grow from its parent. */
  remove(machineId: string, name: string, task: TaskContext): Promise<void>;
}
