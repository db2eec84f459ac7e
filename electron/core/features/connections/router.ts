import {
  addConnectionInput,
  connectionIdInput,
  parseCloudFileInput,
  updateConnectionInput,
} from '../../../../shared/contract/connections.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { ConnectionsApi } from './api.ts';

export function createConnectionsRouter(connections: ConnectionsApi) {
  return router({
    watch: procedure.subscription((o) => connections.watch(watcherOf(o))),
    add: procedure.input(addConnectionInput).mutation(({ input }) => connections.add(input)),
    update: procedure
      .input(updateConnectionInput)
      .mutation(({ input: { id, ...rest } }) => connections.update(id, rest)),
    remove: procedure.input(connectionIdInput).mutation(({ input }) => connections.remove(input.id)),
    connect: procedure.input(connectionIdInput).mutation(({ input }) => connections.connect(input.id)),
    disconnect: procedure.input(connectionIdInput).mutation(({ input }) => connections.disconnect(input.id)),
    suggestions: procedure.query((o) => connections.suggestions(watcherOf(o).signal)),
    parseCloudFile: procedure
      .input(parseCloudFileInput)
      .mutation(({ input }) => connections.parseCloudFile(input.fileName, input.text)),
    checkEndpoints: procedure
      .input(connectionIdInput)
      .query((o) => connections.checkEndpoints(o.input.id, watcherOf(o).signal)),
  });
}
