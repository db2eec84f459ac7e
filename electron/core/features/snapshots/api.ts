import type { DiskChain, DiskChainRef } from '../../../../shared/contract/disk-chains.ts';
import type { DiskMoveOffer, MoveDiskInput } from '../../../../shared/contract/disk-moves.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type {
  CreateSnapshotInput,
  DescribeSnapshotInput,
  SnapshotOverview,
  SnapshotPicture,
  SnapshotPictureRef,
  SnapshotRef,
} from '../../../../shared/contract/snapshots.ts';

/** Snapshots and disk chains of domains, as the router offers them. Throws NOT_FOUND for an unknown connection, UNSUPPORTED for a cloud. */
export interface SnapshotsApi {
  overview(ref: MachineRef, signal: AbortSignal): Promise<SnapshotOverview>;
  /** What the screen showed when it was taken; null where nobody has kept it. */
  picture(ref: SnapshotPictureRef): Promise<SnapshotPicture | null>;
  create(input: CreateSnapshotInput): { taskId: string };
  describe(input: DescribeSnapshotInput): { taskId: string };
  revert(ref: SnapshotRef): { taskId: string };
  remove(ref: SnapshotRef): { taskId: string };
  /** What each disk stands on. */
  chains(ref: MachineRef, signal: AbortSignal): Promise<DiskChain[]>;
  flatten(ref: DiskChainRef): { taskId: string };
  commit(ref: DiskChainRef): { taskId: string };
  /** The disks that can be moved to another pool, and why others cannot. */
  moveOffers(ref: MachineRef, signal: AbortSignal): Promise<DiskMoveOffer[]>;
  moveDisk(input: MoveDiskInput): { taskId: string };
  /** Ends a copy of a disk that nobody follows, e.g. since the connection was lost. */
  stopCopy(ref: DiskChainRef): { taskId: string };
}
