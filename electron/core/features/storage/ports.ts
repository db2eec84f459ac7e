import type { Duplex } from 'node:stream';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type {
  CloneVolumeInput,
  CreateVolumeInput,
  ResizeVolumeInput,
  StoragePool,
  StorageVolume,
  UploadVolumeInput,
  VolumeRef,
} from '../../../../shared/contract/storage.ts';
import type { PoolAction } from '../../../../shared/model/storage.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/** A volume that is being filled. */
export interface VolumeUpload {
  stream: Duplex;
  /** Follows the upload to its end; a volume that did not get all is removed. */
  follow(task: TaskContext): Promise<void>;
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
  runPoolAction(action: PoolAction, poolId: string, task: TaskContext): Promise<void>;
  createVolume(input: CreateVolumeInput, task: TaskContext): Promise<void>;
  /** Throws CONFLICT with the reason `inUseByRunning`. */
  resizeVolume(input: ResizeVolumeInput, task: TaskContext): Promise<void>;
  cloneVolume(input: CloneVolumeInput, task: TaskContext): Promise<void>;
  /** Creates a raw volume and opens it for writing; the caller ends or destroys the stream. */
  openUpload(input: UploadVolumeInput): Promise<VolumeUpload>;
  /** Throws CONFLICT with the reason `inUse` (by a machine) or `isBase` (of another volume) unless `evenIfUsed`. */
  deleteVolume(volume: VolumeRef, evenIfUsed: boolean, task: TaskContext): Promise<void>;
}
