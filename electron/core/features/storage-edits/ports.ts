import type { EditPoolInput, PoolSettings } from '../../../../shared/contract/storage-edits.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/** Changes what is there of the storage of one libvirt host, while it is online. Throws NOT_FOUND for what is gone. */
export interface StorageEditBackend {
  poolSettings(poolId: string, signal: AbortSignal): Promise<PoolSettings>;
  /**
   * Defines a pool anew (STORAGE_POOL_DEFINE_XML); one that is started takes it at its next start. Permissions are given
   * to its directory at once (STORAGE_POOL_BUILD); where that fails it is defined as before. Throws CONFLICT with the
   * reason `stopFirst` for permissions of a pool that is started, `otherPoolKind` for one of another kind.
   */
  editPool(input: EditPoolInput, task: TaskContext): Promise<void>;
}
