import {
  openConsoleInput,
  openTextConsoleInput,
  type ConsoleTicket,
  type TextConsole,
} from '../../../../shared/contract/consoles.ts';
import { machineRef, type MachineRef } from '../../../../shared/contract/machines.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';

export interface ConsolesApi {
  /** Opens the machine's VNC console; throws NO_CONSOLE with the reason where there is none to reach. */
  open(machine: MachineRef, kind: 'vnc'): Promise<ConsoleTicket>;
  /** Serial ports and text consoles that can be opened; none of a cloud's instances. */
  listText(machine: MachineRef, signal: AbortSignal): Promise<TextConsole[]>;
  /** Throws NO_CONSOLE with the reason, UNSUPPORTED for a cloud. */
  openText(machine: MachineRef, device: string | null, takeOver: boolean): Promise<ConsoleTicket>;
}

export function createConsolesRouter(consoles: ConsolesApi) {
  return router({
    open: procedure.input(openConsoleInput).mutation(({ input }) => consoles.open(input.machine, input.kind)),
    listText: procedure.input(machineRef).query((o) => consoles.listText(o.input, watcherOf(o).signal)),
    openText: procedure
      .input(openTextConsoleInput)
      .mutation(({ input }) => consoles.openText(input.machine, input.device, input.takeOver)),
  });
}
