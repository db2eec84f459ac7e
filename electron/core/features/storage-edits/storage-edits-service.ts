import type {
  CompressVolumeInput,
  DeletePoolInput,
  EditPoolInput,
  PoolContents,
  PoolSettings,
  VolumeChain,
  VolumePermissions,
  VolumePermissionsInput,
  VolumesAbove,
  VolumesAboveInput,
} from '../../../../shared/contract/storage-edits.ts';
import type { PoolRef, VolumeRef } from '../../../../shared/contract/storage.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import type { StorageEditsApi } from './api.ts';
import type { StorageEditBackend } from './ports.ts';

/** The storage of a connection, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while it is not online. */
type EditSource = (connectionId: string) => StorageEditBackend | undefined;

/** Changes of the storage of all connections. */
export class StorageEditsService implements StorageEditsApi {
  readonly #source: EditSource;
  readonly #tasks: TaskEngine;
  readonly #poolName: (ref: PoolRef) => string;

  constructor(source: EditSource, tasks: TaskEngine, poolName: (ref: PoolRef) => string) {
    this.#source = source;
    this.#tasks = tasks;
    this.#poolName = poolName;
  }

  poolSettings({ connectionId, poolId }: PoolRef, signal: AbortSignal): Promise<PoolSettings> {
    return this.#backend(connectionId).poolSettings(poolId, signal);
  }

  editPool(input: EditPoolInput): { taskId: string } {
    return this.#startOnPool('edit', false, input, (backend, task) => backend.editPool(input, task));
  }

  poolContents({ connectionId, poolId }: PoolRef, signal: AbortSignal): Promise<PoolContents> {
    return this.#backend(connectionId).poolContents(poolId, signal);
  }

  deletePool(input: DeletePoolInput): { taskId: string } {
    return this.#startOnPool('deleteAll', true, input, (backend, task) => backend.deletePool(input, task));
  }

  chain(ref: VolumeRef, signal: AbortSignal): Promise<VolumeChain> {
    return this.#backend(ref.connectionId).chain(ref, signal);
  }

  volumesAbove(input: VolumesAboveInput, signal: AbortSignal): Promise<VolumesAbove> {
    return this.#backend(input.connectionId).volumesAbove(input, signal);
  }

  permissions(ref: VolumeRef, signal: AbortSignal): Promise<VolumePermissions> {
    return this.#backend(ref.connectionId).permissions(ref, signal);
  }

  setPermissions(input: VolumePermissionsInput): { taskId: string } {
    return this.#startOnVolume('setPermissions', input, (backend, task) => backend.setPermissions(input, task));
  }

  hasShell(connectionId: string): boolean {
    return this.#backend(connectionId).hasShell;
  }

  compress(input: CompressVolumeInput): { taskId: string } {
    return this.#startOnVolume('compress', input, (backend, task) => backend.compress(input, task));
  }

  /** What runs on the host goes on there, whoever waits for it. */
  #startOnVolume(
    what: string,
    { connectionId, poolId, name }: VolumeRef,
    run: (backend: StorageEditBackend, task: TaskContext) => Promise<void>,
  ): { taskId: string } {
    const taskId = this.#tasks.start({
      kind: `storageVolume.${what}`,
      target: { connectionId, resource: 'storageVolume', id: `${poolId}/${name}`, name },
      cancelable: false,
      run: async (task) => run(this.#backend(connectionId), task),
    });
    return { taskId };
  }

  #startOnPool(
    what: string,
    cancelable: boolean,
    { connectionId, poolId }: PoolRef,
    run: (backend: StorageEditBackend, task: TaskContext) => Promise<void>,
  ): { taskId: string } {
    const taskId = this.#tasks.start({
      kind: `storagePool.${what}`,
      target: {
        ...{ connectionId, resource: 'storagePool', id: poolId },
        name: this.#poolName({ connectionId, poolId }),
      },
      cancelable,
      run: async (task) => run(this.#backend(connectionId), task),
    });
    return { taskId };
  }

  #backend(connectionId: string): StorageEditBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { detail: 'this connection has no storage pools' });
    return backend;
  }
}
