import { editPoolInput } from '../../../../shared/contract/storage-edits.ts';
import { poolRef } from '../../../../shared/contract/storage.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { StorageEditsApi } from './api.ts';

export function createStorageEditsRouter(edits: StorageEditsApi) {
  return router({
    poolSettings: procedure.input(poolRef).query((o) => edits.poolSettings(o.input, watcherOf(o).signal)),
    editPool: procedure.input(editPoolInput).mutation(({ input }) => edits.editPool(input)),
  });
}
