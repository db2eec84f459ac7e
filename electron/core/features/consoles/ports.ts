import type { Duplex } from 'node:stream';
import type { TextConsole, Viewer } from '../../../../shared/contract/consoles.ts';

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

/** A screen that another program can show. */
export type ViewerScreen = Omit<Viewer, 'hasPassword'> & { machineName: string; password: string | null };

/** Screens of the machines of one connection, for other programs. */
export interface ViewerBackend {
  /** Those that can be reached, at least one. Throws MACHINE_GONE, NO_CONSOLE with `params.reason`. */
  screens(machineId: string, signal: AbortSignal): Promise<ViewerScreen[]>;
}

/** What a connection has of consoles besides those that `openConsole` of its machines opens. */
export interface ConsoleBackends {
  /** Absent for a cloud. */
  textConsoles?: TextConsoleBackend;
  /** Absent for a cloud. */
  viewers?: ViewerBackend;
}
