import { z } from 'zod';
import { poolRef } from '../../../../shared/contract/storage.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { StorageApi } from './api.ts';

export function createStorageRouter(storage: StorageApi) {
  return router({
    watchPools: procedure
      .input(z.object({ connectionId: z.string().max(64) }))
      .subscription((o) => storage.watchPools(o.input.connectionId, watcherOf(o))),
    watchVolumes: procedure.input(poolRef).subscription((o) => storage.watchVolumes(o.input, watcherOf(o))),
  });
}
