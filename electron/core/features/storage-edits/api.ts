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

/** Changes of pools and volumes, as the router offers them. Throws as `StorageApi` does. */
export interface StorageEditsApi {
  poolSettings(ref: PoolRef, signal: AbortSignal): Promise<PoolSettings>;
  editPool(input: EditPoolInput): { taskId: string };
  /** What would go with a pool and its volumes, and who needs it. */
  poolContents(ref: PoolRef, signal: AbortSignal): Promise<PoolContents>;
  /** A pool together with its volumes. */
  deletePool(input: DeletePoolInput): { taskId: string };
  /** What a volume stands on. */
  chain(ref: VolumeRef, signal: AbortSignal): Promise<VolumeChain>;
  /** What would become unreadable with some volumes. */
  volumesAbove(input: VolumesAboveInput, signal: AbortSignal): Promise<VolumesAbove>;
  /** Whether commands can be run on the host, which compressing needs. */
  hasShell(connectionId: string): boolean;
  /** A compressed qcow2 copy. */
  compress(input: CompressVolumeInput): { taskId: string };
  permissions(ref: VolumeRef, signal: AbortSignal): Promise<VolumePermissions>;
  setPermissions(input: VolumePermissionsInput): { taskId: string };
}
