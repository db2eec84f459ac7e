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
import type { VolumeRef } from '../../../../shared/contract/storage.ts';
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
  /** Throws CONFLICT with the reason `notStarted` for a pool that tells nothing, `notDeletable` for storage that libvirt cannot delete. */
  poolContents(poolId: string, signal: AbortSignal): Promise<PoolContents>;
  /**
   * Deletes the volumes of a pool, those first that stand on others, then stops and undefines it. A stop or a failure
   * leaves the pool with the volumes that are left. Throws as `poolContents` does, and CONFLICT with the reason
   * `poolNeeded` before anything is deleted.
   */
  deletePool(input: DeletePoolInput, task: TaskContext): Promise<void>;
  chain(volume: VolumeRef, signal: AbortSignal): Promise<VolumeChain>;
  /** Of volumes that are gone nothing is told. */
  volumesAbove(input: VolumesAboveInput, signal: AbortSignal): Promise<VolumesAbove>;
  /** Whether commands can be run on the host, which some of this needs. */
  readonly hasShell: boolean;
  /** A compressed qcow2 copy that stands alone, by qemu-img on the host. Throws CONFLICT, SSH_COMMAND_FAILED. */
  compress(input: CompressVolumeInput, task: TaskContext): Promise<void>;
  permissions(volume: VolumeRef, signal: AbortSignal): Promise<VolumePermissions>;
  /**
   * By chmod and chown on the host, for libvirt cannot. Throws CONFLICT with the obstacle as reason, SSH_COMMAND_FAILED
   * with what the host says.
   */
  setPermissions(input: VolumePermissionsInput, task: TaskContext): Promise<void>;
}
