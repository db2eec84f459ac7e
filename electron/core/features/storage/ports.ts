import type { Duplex, Readable } from 'node:stream';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type {
  CloneVolumeInput,
  CreateVolumeInput,
  NewPoolInput,
  ResizeVolumeInput,
  StoragePool,
  StorageVolume,
  UploadVolumeInput,
  VolumeRef,
} from '../../../../shared/contract/storage.ts';
import type { PoolAction } from '../../../../shared/model/storage.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/** Part of a volume's bytes; a length of null means all from `offset` on. */
export interface VolumeRange {
  offset: number;
  length: number | null;
}

/**
 * The storage of one libvirt host while it is online. Nothing is read while nobody watches. Calls throw NOT_FOUND for
 * what does not exist any more; actions resolve when the lists that are watched show what they did.
 */
export interface StorageBackend {
  watchPools(watcher: Watcher): AsyncIterable<FeedEvent<StoragePool>>;
  watchVolumes(poolId: string, watcher: Watcher): AsyncIterable<FeedEvent<StorageVolume>>;
  /** The pool as it was last read; undefined where nobody has looked. */
  pool(poolId: string): StoragePool | undefined;
  /** The kinds of pools that the host can have; null where it does not tell. */
  poolKinds(): Promise<readonly string[] | null>;
  /** The XML by which `createPool` defines it. */
  newPoolXml(input: NewPoolInput): string;
  /** Defines a pool and, as asked, builds, starts and autostarts it; a pool of which a step fails is forgotten again. */
  createPool(input: NewPoolInput, task: TaskContext): Promise<void>;
  runPoolAction(action: PoolAction, poolId: string, task: TaskContext): Promise<void>;
  createVolume(input: CreateVolumeInput, task: TaskContext): Promise<void>;
  /**
   * Through the machine where one runs from the volume. Throws CONFLICT with the reason `inUseByRunning` where several
   * do, and `baseOfRunning` where one stands on it.
   */
  resizeVolume(input: ResizeVolumeInput, task: TaskContext): Promise<void>;
  cloneVolume(input: CloneVolumeInput, task: TaskContext): Promise<void>;
  /** Throws CONFLICT with the reason `inUse` (by a machine), `isBase` (of another volume) or `usersUnknown`. */
  wipeVolume(volume: VolumeRef, task: TaskContext): Promise<void>;
  /** Creates a volume that takes a file of `sizeBytes` as it is. */
  createForUpload(input: UploadVolumeInput): Promise<void>;
  /**
   * Opens a volume for writing from `offset` on; 'finish' comes when the host has all. The caller ends or destroys the
   * stream. Throws BUSY while the host still writes what it was sent over a connection that is lost.
   */
  openForWriting(volume: VolumeRef, range: VolumeRange, signal: AbortSignal): Promise<Duplex>;
  /**
   * Opens a volume for reading, as it is on the host; the caller reads it to its end or destroys the stream. `sizeBytes`
   * is that of the whole volume, null where the host does not tell.
   */
  openForReading(
    volume: VolumeRef,
    range: VolumeRange,
    signal: AbortSignal,
  ): Promise<{ source: Readable; sizeBytes: number | null }>;
  /** Shows what was written to a volume in the lists that are watched. */
  showVolume(volume: VolumeRef): Promise<void>;
  /** Removes a volume that did not get all its bytes. Throws CONFLICT with the reason `inUse` where a machine has it. */
  removeHalfMade(volume: VolumeRef): Promise<void>;
  /** Shows anew what a pool has and who uses it, after something that libvirt tells nobody. Costs nothing where nobody looks. */
  lookAgain(poolId: string): Promise<void>;
  /** Throws CONFLICT with the reason `inUse` (by a machine) or `isBase` (of a volume of any pool) unless `evenIfUsed`. */
  deleteVolume(volume: VolumeRef, evenIfUsed: boolean, task: TaskContext): Promise<void>;
}
