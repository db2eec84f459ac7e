import { z } from 'zod';
import {
  lookInput,
  machineRef,
  runMachineActionInput,
  runMachinePlanInput,
} from '../../../../shared/contract/machines.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { MachinesApi } from './api.ts';

export function createMachinesRouter(machines: MachinesApi) {
  return router({
    watch: procedure
      .input(z.object({ connectionId: z.string().max(64) }))
      .subscription((o) => machines.watch(o.input.connectionId, watcherOf(o))),
    look: procedure.input(lookInput).mutation(({ input }) => machines.look(input.connectionId, input.ids)),
    runAction: procedure
      .input(runMachineActionInput)
      .mutation(({ input }) => machines.runAction(input.action, input.machines, input.deleteDisks)),
    runPlan: procedure.input(runMachinePlanInput).mutation(({ input }) => machines.runPlan(input)),
    disks: procedure.input(machineRef).query((o) => machines.disks(o.input, watcherOf(o).signal)),
    details: procedure.input(machineRef).query((o) => machines.details(o.input, watcherOf(o).signal)),
    watchUsage: procedure.input(machineRef).subscription((o) => machines.watchUsage(o.input, watcherOf(o))),
    watchConsoleLog: procedure.input(machineRef).subscription((o) => machines.watchConsoleLog(o.input, watcherOf(o))),
  });
}
