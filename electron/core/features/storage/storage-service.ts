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
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import type { StorageApi } from './api.ts';
import type { StorageBackend } from './ports.ts';
import { VolumeTransfers, type VolumeTransferDeps } from './volume-transfers.ts';

/** The storage of a connection, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while it is not online. */
type StorageSource = (connectionId: string) => StorageBackend | undefined;

/** Storage of all connections. */
export class StorageService implements StorageApi {
  readonly #source: StorageSource;
  readonly #tasks: TaskEngine;
  readonly #transfers: VolumeTransfers;
  /** What changes one pool runs one after the other: libvirt refuses to work on a pool that is being changed. */
  readonly #perPool = new KeyedMutex();

  constructor(source: StorageSource, tasks: TaskEngine, transferDeps: Omit<VolumeTransferDeps, 'backend' | 'tasks'>) {
    this.#source = source;
    this.#tasks = tasks;
    this.#transfers = new VolumeTransfers({ ...transferDeps, tasks, backend: (id) => this.#backend(id) });
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
    await this.#perPool.run(`${connectionId}/${poolId}`, () => backend.createForUpload(input));
    return this.#transfers.upload(input);
  }

  downloadVolume(input: VolumeRef): Promise<{ taskId: string; ticket: string; sizeBytes: number | null }> {
    return this.#transfers.download(input);
  }

  checksumVolume(input: VolumeRef): Promise<{ taskId: string }> {
    return this.#transfers.checksum(input);
  }

  /** Copies a volume, as it is, to a new one, maybe of another host; what does not come to its end is removed. */
  async copyVolume(from: VolumeRef, to: VolumeRef, task: TaskContext): Promise<void> {
    await this.#transfers.copy(from, to, task);
  }

  checksum(taskId: string): { sha256: string | null } {
    return { sha256: this.#transfers.checksumOf(taskId) };
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
