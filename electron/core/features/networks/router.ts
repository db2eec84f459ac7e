import { z } from 'zod';
import {
  changeNetworkInput,
  editNetworkInput,
  networkRef,
  newNetworkInput,
  runNetworkActionInput,
} from '../../../../shared/contract/networks.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { NetworksApi } from './api.ts';

export function createNetworksRouter(networks: NetworksApi) {
  return router({
    watch: procedure
      .input(z.object({ connectionId: z.string().max(64) }))
      .subscription((o) => networks.watch(o.input.connectionId, watcherOf(o))),
    watchLinks: procedure
      .input(z.object({ connectionId: z.string().max(64) }))
      .subscription((o) => networks.watchLinks(o.input.connectionId, watcherOf(o))),
    details: procedure.input(networkRef).query(({ input }) => networks.details(input)),
    settings: procedure.input(networkRef).query(({ input }) => networks.settings(input)),
    edit: procedure.input(editNetworkInput).query(({ input }) => networks.edit(input)),
    hostInterfaces: procedure
      .input(z.object({ connectionId: z.string().max(64) }))
      .query(({ input }) => networks.hostInterfaces(input.connectionId)),
    preview: procedure.input(newNetworkInput).query(({ input }) => networks.preview(input)),
    create: procedure.input(newNetworkInput).mutation(({ input }) => networks.create(input)),
    change: procedure.input(changeNetworkInput).mutation(({ input }) => networks.change(input)),
    runAction: procedure
      .input(runNetworkActionInput)
      .mutation(({ input }) => networks.runAction(input.action, input.networks)),
  });
}
