import { hostRef } from '../../../../shared/contract/hosts.ts';
import {
  changeFilterInput,
  copyFilterInput,
  deleteFiltersInput,
  newFilterInput,
} from '../../../../shared/contract/network-filters.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { NetworkFiltersApi } from './api.ts';

export function createNetworkFiltersRouter(filters: NetworkFiltersApi) {
  return router({
    watch: procedure.input(hostRef).subscription((o) => filters.watch(o.input.connectionId, watcherOf(o))),
    names: procedure.input(hostRef).query(({ input }) => filters.names(input.connectionId)),
    create: procedure.input(newFilterInput).mutation(({ input }) => filters.create(input)),
    copy: procedure.input(copyFilterInput).mutation(({ input }) => filters.copy(input)),
    change: procedure.input(changeFilterInput).mutation(({ input }) => filters.change(input)),
    delete: procedure.input(deleteFiltersInput).mutation(({ input }) => filters.delete(input.filters)),
  });
}
