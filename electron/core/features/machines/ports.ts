import type { Duplex } from 'node:stream';
import type {
  ConsoleLogChunk,
  MachineDetails,
  MachineDisk,
  UsageSample,
} from '../../../../shared/contract/machines.ts';
import type { MachineAction } from '../../../../shared/model/machine-actions.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/** An open VNC console: bytes of the RFB protocol, and the password where the backend tells it. */
export interface OpenConsole {
  stream: Duplex;
  password: string | null;
}

/**
 * The machines of one connection while it is online. Rows are pushed into the connection's LiveList by the backend
 * itself; these are the calls. All throw MACHINE_GONE for an id the server does not know any more.
 */
export interface MachineBackend {
  /** Runs the action and resolves at its true end (e.g. when the guest is off, not when it was asked to stop). */
  runAction(action: MachineAction, id: string, task: TaskContext, deleteDisks?: readonly string[]): Promise<void>;
  /** The disks that may be deleted with the machine. Absent where machines do not own disks. */
  disks?(id: string, signal: AbortSignal): Promise<MachineDisk[]>;
  details(id: string, signal: AbortSignal): Promise<MachineDetails>;
  /** These rows are looked at: read what costs a call per machine for them. Absent where rows are complete anyway. */
  look?(ids: string[]): void;
  /** One sample per tick, until the signal aborts. */
  watchUsage(id: string, signal: AbortSignal): AsyncIterable<UsageSample>;
  watchConsoleLog(id: string, signal: AbortSignal): AsyncIterable<ConsoleLogChunk>;
  /** Throws NO_CONSOLE with `params.reason` where there is none. The caller owns and destroys the stream. */
  openConsole(id: string, signal: AbortSignal): Promise<OpenConsole>;
}
