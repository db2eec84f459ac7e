import type { DiskChain } from '../../../../shared/contract/disk-chains.ts';
import type { DiskMoveOffer, MoveDiskInput } from '../../../../shared/contract/disk-moves.ts';
import type {
  CreateSnapshotInput,
  DescribeSnapshotInput,
  SnapshotOverview,
} from '../../../../shared/contract/snapshots.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/** The snapshots of a domain as the host has them. */
export type SnapshotsNow = Omit<SnapshotOverview, 'pictured'>;

/**
 * Snapshots of the domains of one libvirt host while it is online. All throw MACHINE_GONE, NOT_FOUND for a snapshot,
 * and CONFLICT with the reason (a SnapshotReason) for what would go wrong, before anything is done.
 */
export interface SnapshotBackend {
  /** Whether a deletion that merges files can be stopped halfway: where this app does it, not libvirt. */
  readonly canStopRemoval: boolean;
  overview(machineId: string, signal: AbortSignal): Promise<SnapshotsNow>;
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

/** Moves disks of the domains of one libvirt host to other places, while it is online. */
export interface DiskMoveBackend {
  /** Whether a move can be stopped halfway: where the domain runs, which does the copying. */
  canStop(machineId: string): boolean;
  /** The disks of a domain that are no drives. Throws MACHINE_GONE. */
  offers(machineId: string, signal: AbortSignal): Promise<DiskMoveOffer[]>;
  /**
   * Copies a disk to a new volume, lets the domain go on with it, and deletes the old one where asked. While it runs by
   * DOMAIN_BLOCK_COPY, else by STORAGE_VOL_CREATE_XML_FROM and a new definition. Whatever fails or is cancelled before
   * leaves the disk where it was, without the new volume. Throws CONFLICT with the reason for what would go wrong,
   * before anything is done; MOVE_LEFTOVER where a volume could not be deleted.
   */
  move(machineId: string, input: MoveDiskInput, task: TaskContext): Promise<void>;
  /** Stops a copy that nobody follows any more, and deletes the volume that it wrote. */
  stopCopy(machineId: string, target: string, task: TaskContext): Promise<void>;
}

/** Which picture: the time tells a snapshot from another one of its name. */
export interface PictureKey {
  connectionId: string;
  machineId: string;
  name: string;
  createdAt: number;
}

/** Pictures of screens beside snapshots, in the profile and bounded there. What cannot be kept or read is not there. */
export interface SnapshotPictureStore {
  save(key: PictureKey, png: Buffer): Promise<void>;
  read(key: PictureKey): Promise<Buffer | null>;
  /** The names of those with a picture; pictures of other snapshots of the machine are removed. */
  sync(
    connectionId: string,
    machineId: string,
    snapshots: readonly { name: string; createdAt: number }[],
  ): Promise<string[]>;
  forget(connectionId: string): Promise<void>;
}
