import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type {
  CloneVolumeInput,
  CreateVolumeInput,
  DeleteVolumesInput,
  NewPoolInput,
  PoolRef,
  ResizeVolumeInput,
  StoragePool,
  StorageVolume,
  UploadVolumeInput,
  VolumeRef,
} from '../../../../shared/contract/storage.ts';
import { canRunPoolAction, type PoolAction } from '../../../../shared/model/storage.ts';
import { AppError } from '../../kernel/app-error.ts';
import { KeyedMutex } from '../../kernel/keyed-mutex.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { ByteChannels } from '../../rpc/byte-channels.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import type { StorageApi } from './api.ts';
import type { StorageBackend, VolumeTransfer } from './ports.ts';

/** Checksums of more transfers than these are forgotten, the oldest first. */
const MAX_CHECKSUMS = 200;

/** The storage of a connection, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while it is not online. */
type StorageSource = (connectionId: string) => StorageBackend | undefined;

/** Storage of all connections. */
export class StorageService implements StorageApi {
  readonly #source: StorageSource;
  readonly #tasks: TaskEngine;
  readonly #bytes: Pick<ByteChannels, 'offer'>;
  /** What changes one pool runs one after the other: libvirt refuses to work on a pool that is being changed. */
  readonly #perPool = new KeyedMutex();
  /** SHA-256 by task. */
  readonly #checksums = new Map<string, string>();

  constructor(source: StorageSource, tasks: TaskEngine, bytes: Pick<ByteChannels, 'offer'>) {
    this.#source = source;
    this.#tasks = tasks;
    this.#bytes = bytes;
  }

  watchPools(connectionId: string, watcher: Watcher): AsyncIterable<FeedEvent<StoragePool>> {
    return this.#backend(connectionId).watchPools(watcher);
  }

  watchVolumes({ connectionId, poolId }: PoolRef, watcher: Watcher): AsyncIterable<FeedEvent<StorageVolume>> {
    return this.#backend(connectionId).watchVolumes(poolId, watcher);
  }

  poolKinds(connectionId: string): Promise<readonly string[] | null> {
    return this.#backend(connectionId).poolKinds();
  }

  newPoolXml(input: NewPoolInput): string {
    return this.#backend(input.connectionId).newPoolXml(input);
  }

  createPool(input: NewPoolInput): { taskId: string } {
    const { connectionId, name } = input;
    const backend = this.#backend(connectionId);
    const taskId = this.#tasks.start({
      kind: 'storagePool.create',
      // Its id is not known before it is there.
      target: { connectionId, resource: 'storage', id: name, name },
      cancelable: false,
      run: (task) => backend.createPool(input, task),
    });
    return { taskId };
  }

  runPoolAction(action: PoolAction, pools: PoolRef[]): { taskIds: string[] } {
    const groupId = pools.length > 1 ? crypto.randomUUID() : null;
    const taskIds = pools.map((pool) => {
      const { connectionId, poolId } = pool;
      return this.#tasks.start({
        kind: `storagePool.${action}`,
        target: { connectionId, resource: 'storagePool', id: poolId, name: this.#poolName(pool) },
        groupId,
        // libvirt cannot be stopped once it was asked.
        cancelable: false,
        run: (task) =>
          this.#changePool(pool, task, async (backend) => {
            const row = backend.pool(poolId);
            const allowed = row === undefined ? true : canRunPoolAction(action, row);
            if (allowed !== true) {
              throw new AppError('CONFLICT', { params: { action, reason: allowed }, detail: `${action}: ${allowed}` });
            }
            await backend.runPoolAction(action, poolId, task);
          }),
      });
    });
    return { taskIds };
  }

  createVolume(input: CreateVolumeInput): { taskId: string } {
    return this.#startOnVolume('create', input, null, (backend, task) => backend.createVolume(input, task));
  }

  resizeVolume(input: ResizeVolumeInput): { taskId: string } {
    return this.#startOnVolume('resize', input, null, (backend, task) => backend.resizeVolume(input, task));
  }

  cloneVolume(input: CloneVolumeInput): { taskId: string } {
    return this.#startOnVolume('clone', input, null, (backend, task) => backend.cloneVolume(input, task));
  }

  wipeVolume(input: VolumeRef): { taskId: string } {
    return this.#startOnVolume('wipe', input, null, (backend, task) => backend.wipeVolume(input, task));
  }

  async uploadVolume(input: UploadVolumeInput): Promise<{ taskId: string; ticket: string }> {
    const { connectionId, poolId } = input;
    const backend = this.#backend(connectionId);
    // Only the creation changes the pool; others may work on it while the bytes come.
    const upload = await this.#perPool.run(`${connectionId}/${poolId}`, () => backend.openUpload(input));
    return { taskId: this.#follow('upload', input, upload), ticket: this.#bytes.offer(upload.stream) };
  }

  async downloadVolume(input: VolumeRef): Promise<{ taskId: string; ticket: string; sizeBytes: number | null }> {
    const download = await this.#backend(input.connectionId).openDownload(input);
    const taskId = this.#follow('download', input, download);
    return { taskId, ticket: this.#bytes.offer(download.stream), sizeBytes: download.sizeBytes };
  }

  async checksumVolume(input: VolumeRef): Promise<{ taskId: string }> {
    const download = await this.#backend(input.connectionId).openDownload(input);
    const taskId = this.#follow('checksum', input, download);
    download.drain();
    return { taskId };
  }

  checksum(taskId: string): { sha256: string | null } {
    return { sha256: this.#checksums.get(taskId) ?? null };
  }

  #follow(
    what: 'upload' | 'download' | 'checksum',
    { connectionId, poolId, name }: VolumeRef,
    transfer: VolumeTransfer,
  ): string {
    const taskId = this.#tasks.start({
      kind: `storageVolume.${what}`,
      target: { connectionId, resource: 'storageVolume', id: `${poolId}/${name}`, name },
      run: async (task) => {
        const sha256 = await transfer.follow(task);
        this.#remember(taskId, sha256);
      },
    });
    return taskId;
  }

  #remember(taskId: string, sha256: string): void {
    this.#checksums.set(taskId, sha256);
    const [oldest] = this.#checksums.keys();
    if (this.#checksums.size > MAX_CHECKSUMS && oldest !== undefined) this.#checksums.delete(oldest);
  }

  deleteVolumes({ volumes, evenIfUsed }: DeleteVolumesInput): { taskIds: string[] } {
    const groupId = volumes.length > 1 ? crypto.randomUUID() : null;
    const taskIds = volumes.map(
      (volume) =>
        this.#startOnVolume('delete', volume, groupId, (backend, task) =>
          backend.deleteVolume(volume, evenIfUsed, task),
        ).taskId,
    );
    return { taskIds };
  }

  #startOnVolume(
    what: 'create' | 'resize' | 'clone' | 'wipe' | 'delete',
    { connectionId, poolId, name }: VolumeRef,
    groupId: string | null,
    run: (backend: StorageBackend, task: TaskContext) => Promise<void>,
  ): { taskId: string } {
    const taskId = this.#tasks.start({
      kind: `storageVolume.${what}`,
      target: { connectionId, resource: 'storageVolume', id: `${poolId}/${name}`, name },
      groupId,
      cancelable: false,
      run: (task) => this.#changePool({ connectionId, poolId }, task, (backend) => run(backend, task)),
    });
    return { taskId };
  }

  #changePool(
    { connectionId, poolId }: PoolRef,
    task: TaskContext,
    change: (backend: StorageBackend) => Promise<void>,
  ): Promise<void> {
    return this.#perPool.run(`${connectionId}/${poolId}`, () => {
      task.progress('request');
      return change(this.#backend(connectionId));
    });
  }

  #poolName({ connectionId, poolId }: PoolRef): string {
    return this.#backend(connectionId).pool(poolId)?.name ?? poolId;
  }

  #backend(connectionId: string): StorageBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { detail: 'this connection has no storage pools' });
    return backend;
  }
}
