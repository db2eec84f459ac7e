import { z } from 'zod';
import {
  cloneVolumeInput,
  createVolumeInput,
  deleteVolumesInput,
  newPoolInput,
  poolRef,
  resizeVolumeInput,
  runPoolActionInput,
  uploadVolumeInput,
  volumeRef,
} from '../../../../shared/contract/storage.ts';
import { taskIdInput } from '../../../../shared/contract/tasks.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { StorageApi } from './api.ts';

export function createStorageRouter(storage: StorageApi) {
  return router({
    watchPools: procedure
      .input(z.object({ connectionId: z.string().max(64) }))
      .subscription((o) => storage.watchPools(o.input.connectionId, watcherOf(o))),
    watchVolumes: procedure.input(poolRef).subscription((o) => storage.watchVolumes(o.input, watcherOf(o))),
    poolKinds: procedure
      .input(z.object({ connectionId: z.string().max(64) }))
      .query(({ input }) => storage.poolKinds(input.connectionId)),
    newPoolXml: procedure.input(newPoolInput).query(({ input }) => storage.newPoolXml(input)),
    createPool: procedure.input(newPoolInput).mutation(({ input }) => storage.createPool(input)),
    runPoolAction: procedure
      .input(runPoolActionInput)
      .mutation(({ input }) => storage.runPoolAction(input.action, input.pools)),
    createVolume: procedure.input(createVolumeInput).mutation(({ input }) => storage.createVolume(input)),
    resizeVolume: procedure.input(resizeVolumeInput).mutation(({ input }) => storage.resizeVolume(input)),
    cloneVolume: procedure.input(cloneVolumeInput).mutation(({ input }) => storage.cloneVolume(input)),
    wipeVolume: procedure.input(volumeRef).mutation(({ input }) => storage.wipeVolume(input)),
    uploadVolume: procedure.input(uploadVolumeInput).mutation(({ input }) => storage.uploadVolume(input)),
    downloadVolume: procedure.input(volumeRef).mutation(({ input }) => storage.downloadVolume(input)),
    checksumVolume: procedure.input(volumeRef).mutation(({ input }) => storage.checksumVolume(input)),
    checksum: procedure.input(taskIdInput).query(({ input }) => storage.checksum(input.id)),
    deleteVolumes: procedure.input(deleteVolumesInput).mutation(({ input }) => storage.deleteVolumes(input)),
  });
}
