import {
  openConsoleInput,
  openTextConsoleInput,
  type ConsoleTicket,
  viewerFileInput,
  type TextConsole,
  type Viewer,
  type ViewerFile,
  type ViewerFileInput,
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
  /** How other programs get at the machine's screens. Throws NO_CONSOLE with the reason, UNSUPPORTED for a cloud. */
  viewers(machine: MachineRef, signal: AbortSignal): Promise<Viewer[]>;
  /** The same as a file; throws NO_CONSOLE where there is no such screen any more. */
  viewerFile(input: ViewerFileInput, signal: AbortSignal): Promise<ViewerFile>;
}

export function createConsolesRouter(consoles: ConsolesApi) {
  return router({
    open: procedure.input(openConsoleInput).mutation(({ input }) => consoles.open(input.machine, input.kind)),
    listText: procedure.input(machineRef).query((o) => consoles.listText(o.input, watcherOf(o).signal)),
    openText: procedure
      .input(openTextConsoleInput)
      .mutation(({ input }) => consoles.openText(input.machine, input.device, input.takeOver)),
    viewers: procedure.input(machineRef).query((o) => consoles.viewers(o.input, watcherOf(o).signal)),
    viewerFile: procedure.input(viewerFileInput).mutation((o) => consoles.viewerFile(o.input, watcherOf(o).signal)),
  });
}
