import type { EditPoolInput, PoolSettings } from '../../../../shared/contract/storage-edits.ts';
import type { PoolRef } from '../../../../shared/contract/storage.ts';

/** Changes of pools and volumes, as the router offers them. Throws as `StorageApi` does. */
export interface StorageEditsApi {
  poolSettings(ref: PoolRef, signal: AbortSignal): Promise<PoolSettings>;
  editPool(input: EditPoolInput): { taskId: string };
}
