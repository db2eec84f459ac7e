import { openConsoleInput, type ConsoleTicket } from '../../../../shared/contract/consoles.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import { procedure, router } from '../../rpc/trpc.ts';

export interface ConsolesApi {
  /** Opens the machine's VNC console; throws NO_CONSOLE with the reason where there is none to reach. */
  open(machine: MachineRef, kind: 'vnc'): Promise<ConsoleTicket>;
}

export function createConsolesRouter(consoles: ConsolesApi) {
  return router({
    open: procedure.input(openConsoleInput).mutation(({ input }) => consoles.open(input.machine, input.kind)),
  });
}
