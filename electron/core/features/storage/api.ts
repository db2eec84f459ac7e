import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type {
  CloneVolumeInput,
  CreateVolumeInput,
  NewPoolInput,
  DeleteVolumesInput,
  PoolRef,
  ResizeVolumeInput,
  StoragePool,
  StorageVolume,
  UploadVolumeInput,
  VolumeRef,
} from '../../../../shared/contract/storage.ts';
import type { PoolAction } from '../../../../shared/model/storage.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/**
 * Storage pools and volumes of libvirt hosts, as the router offers them. Throws NOT_FOUND for an unknown connection,
 * DISCONNECTED while it is not online, UNSUPPORTED for a cloud.
 */
export interface StorageApi {
  /** Ends with DISCONNECTED when the connection is lost, and with what the host says where the list cannot be read. */
  watchPools(connectionId: string, watcher: Watcher): AsyncIterable<FeedEvent<StoragePool>>;
  /** As `watchPools`; a pool that is not started has no volumes to tell. */
  watchVolumes(pool: PoolRef, watcher: Watcher): AsyncIterable<FeedEvent<StorageVolume>>;
  /** The kinds of pools that the host can have; null where it does not tell. */
  poolKinds(connectionId: string): Promise<readonly string[] | null>;
  /** The XML by which `createPool` defines it. */
  newPoolXml(input: NewPoolInput): string;
  createPool(input: NewPoolInput): { taskId: string };
  /** Starts one task per pool, as all that follow, and returns at once. `delete` forgets the pool and keeps its data. */
  runPoolAction(action: PoolAction, pools: PoolRef[]): { taskIds: string[] };
  createVolume(input: CreateVolumeInput): { taskId: string };
  /** Only grows. */
  resizeVolume(input: ResizeVolumeInput): { taskId: string };
  /** A full copy, in the same pool or another one, as it is or converted. */
  cloneVolume(input: CloneVolumeInput): { taskId: string };
  /** Overwrites it with zeros. Refuses a volume that a machine or another volume needs. */
  wipeVolume(input: VolumeRef): { taskId: string };
  /** Creates a volume for a file; whoever redeems the ticket sends its bytes. What is not sent to its end is removed. */
  uploadVolume(input: UploadVolumeInput): Promise<{ taskId: string; ticket: string }>;
  /** Opens a volume; whoever redeems the ticket gets its bytes, `sizeBytes` of them where the host tells. */
  downloadVolume(input: VolumeRef): Promise<{ taskId: string; ticket: string; sizeBytes: number | null }>;
  /** Reads all of a volume on its host; `checksum` of the task tells what came out. */
  checksumVolume(input: VolumeRef): Promise<{ taskId: string }>;
  /** The SHA-256 that an upload, a download or `checksumVolume` found; null before its end and for tasks long ago. */
  checksum(taskId: string): { sha256: string | null };
  deleteVolumes(input: DeleteVolumesInput): { taskIds: string[] };
}
