import type { Duplex } from 'node:stream';
import type { TextConsole } from '../../../../shared/contract/consoles.ts';

/** Serial ports and text consoles of the machines of one connection. All throw MACHINE_GONE. */
export interface TextConsoleBackend {
  /** Those that can be opened, the machine's first one first; none while it does not run. */
  list(machineId: string, signal: AbortSignal): Promise<TextConsole[]>;
  /**
   * Bytes both ways; the caller owns and destroys the stream. Throws NO_CONSOLE with `params.reason`: `off`, `noSerial`,
   * `noPty`, and `taken` where somebody has it open and `takeOver` is false.
   */
  open(machineId: string, device: string | null, takeOver: boolean, signal: AbortSignal): Promise<Duplex>;
}
