import type { Duplex } from 'node:stream';
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

/** The bytes of a volume on their way to the host or from it. */
export interface VolumeTransfer {
  stream: Duplex;
  /**
   * Follows the transfer to its end and gives the SHA-256 of the bytes, in hexadecimal digits; a volume that did not get
   * all of an upload is removed.
   */
  follow(task: TaskContext): Promise<string>;
}

export interface VolumeDownload extends VolumeTransfer {
  /** Null where the host does not tell. */
  sizeBytes: number | null;
  /** For who wants only the SHA-256: reads all and keeps nothing. */
  drain(): void;
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
  /** Creates a raw volume and opens it for writing; the caller ends or destroys the stream. */
  openUpload(input: UploadVolumeInput): Promise<VolumeTransfer>;
  /** Opens the volume for reading, as it is on the host; the caller ends the stream when it has all, or destroys it. */
  openDownload(volume: VolumeRef): Promise<VolumeDownload>;
  /** Shows anew what a pool has and who uses it, after something that libvirt tells nobody. Costs nothing where nobody looks. */
  lookAgain(poolId: string): Promise<void>;
  /** Throws CONFLICT with the reason `inUse` (by a machine) or `isBase` (of a volume of any pool) unless `evenIfUsed`. */
  deleteVolume(volume: VolumeRef, evenIfUsed: boolean, task: TaskContext): Promise<void>;
}
