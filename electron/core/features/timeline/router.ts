import { machineRef } from '../../../../shared/contract/machines.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { TimelineApi } from './api.ts';

export function createTimelineRouter(timeline: TimelineApi) {
  return router({
    watch: procedure.input(machineRef).subscription((o) => timeline.watch(o.input, watcherOf(o))),
    messages: procedure.input(machineRef).query((o) => timeline.messages(o.input, watcherOf(o).signal)),
  });
}
