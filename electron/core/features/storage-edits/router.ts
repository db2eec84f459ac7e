import {
  compressVolumeInput,
  deletePoolInput,
  editPoolInput,
  volumePermissionsInput,
  volumesAboveInput,
} from '../../../../shared/contract/storage-edits.ts';
import { poolRef, volumeRef } from '../../../../shared/contract/storage.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { StorageEditsApi } from './api.ts';

const hostRef = poolRef.pick({ connectionId: true });

export function createStorageEditsRouter(edits: StorageEditsApi) {
  return router({
    poolSettings: procedure.input(poolRef).query((o) => edits.poolSettings(o.input, watcherOf(o).signal)),
    editPool: procedure.input(editPoolInput).mutation(({ input }) => edits.editPool(input)),
    poolContents: procedure.input(poolRef).query((o) => edits.poolContents(o.input, watcherOf(o).signal)),
    deletePool: procedure.input(deletePoolInput).mutation(({ input }) => edits.deletePool(input)),
    volumesAbove: procedure.input(volumesAboveInput).query((o) => edits.volumesAbove(o.input, watcherOf(o).signal)),
    hasShell: procedure.input(hostRef).query(({ input }) => edits.hasShell(input.connectionId)),
    compress: procedure.input(compressVolumeInput).mutation(({ input }) => edits.compress(input)),
    permissions: procedure.input(volumeRef).query((o) => edits.permissions(o.input, watcherOf(o).signal)),
    setPermissions: procedure.input(volumePermissionsInput).mutation(({ input }) => edits.setPermissions(input)),
    chain: procedure.input(volumeRef).query((o) => edits.chain(o.input, watcherOf(o).signal)),
  });
}
