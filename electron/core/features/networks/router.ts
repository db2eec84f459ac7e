import { z } from 'zod';
import { networkRef, runNetworkActionInput } from '../../../../shared/contract/networks.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { NetworksApi } from './api.ts';

export function createNetworksRouter(networks: NetworksApi) {
  return router({
    watch: procedure
      .input(z.object({ connectionId: z.string().max(64) }))
      .subscription((o) => networks.watch(o.input.connectionId, watcherOf(o))),
    details: procedure.input(networkRef).query(({ input }) => networks.details(input)),
    runAction: procedure
      .input(runNetworkActionInput)
      .mutation(({ input }) => networks.runAction(input.action, input.networks)),
  });
}
