import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { CreateSnapshotInput, DomainSnapshot, SnapshotRef } from '../../../../shared/contract/snapshots.ts';

/** Snapshots of domains, as the router offers them. Throws NOT_FOUND for an unknown connection, UNSUPPORTED for a cloud. */
export interface SnapshotsApi {
  /** In the order in which they were made. */
  list(ref: MachineRef, signal: AbortSignal): Promise<DomainSnapshot[]>;
  create(input: CreateSnapshotInput): { taskId: string };
  revert(ref: SnapshotRef): { taskId: string };
  remove(ref: SnapshotRef): { taskId: string };
}
