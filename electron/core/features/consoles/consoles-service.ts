import type { Duplex } from 'node:stream';
import type {
  ConsoleTicket,
  TextConsole,
  Viewer,
  ViewerFile,
  ViewerFileInput,
} from '../../../../shared/contract/consoles.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { withTimeout } from '../../kernel/timing.ts';
import type { ByteChannels } from '../../rpc/byte-channels.ts';
import type { OpenConsole } from '../machines/ports.ts';
import type { ConsoleBackends, ViewerScreen } from './ports.ts';
import type { ConsolesApi } from './router.ts';
import { viewerFile } from './viewer-file.ts';

/** A console that is not open after this long is given up; slow proxies take a few seconds. */
const OPEN_TIMEOUT_MS = 20_000;

export interface ConsoleSource {
  openConsole(ref: MachineRef, signal: AbortSignal): Promise<OpenConsole>;
}

/** Where the consoles of a connection are found. Throws NOT_FOUND, and DISCONNECTED while not online. */
type BackendSource = (connectionId: string) => ConsoleBackends;

/** Opens consoles and leaves their bytes behind one-time tickets. */
export class ConsolesService implements ConsolesApi {
  readonly #source: ConsoleSource;
  readonly #backends: BackendSource;
  readonly #bytes: ByteChannels;
  readonly #clock: Clock;

  constructor(source: ConsoleSource, backends: BackendSource, bytes: ByteChannels, clock: Clock) {
    this.#source = source;
    this.#backends = backends;
    this.#bytes = bytes;
    this.#clock = clock;
  }

  async open(machine: MachineRef, _kind: 'vnc'): Promise<ConsoleTicket> {
    return this.#ticket((signal) => this.#source.openConsole(machine, signal));
  }

  async listText({ connectionId, id }: MachineRef, signal: AbortSignal): Promise<TextConsole[]> {
    return (await this.#backends(connectionId).textConsoles?.list(id, signal)) ?? [];
  }

  async openText({ connectionId, id }: MachineRef, device: string | null, takeOver: boolean): Promise<ConsoleTicket> {
    const backend = this.#backends(connectionId).textConsoles;
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'textConsole' } });
    const open = async (signal: AbortSignal): Promise<{ stream: Duplex; password: null }> => ({
      stream: await backend.open(id, device, takeOver, signal),
      password: null,
    });
    return this.#ticket(open);
  }

  async viewers(machine: MachineRef, signal: AbortSignal): Promise<Viewer[]> {
    const screens = await this.#screens(machine, signal);
    return screens.map(({ type, host, port, tunnel, password }) => ({
      type,
      host,
      port,
      tunnel,
      hasPassword: password !== null,
    }));
  }

  async viewerFile({ machine, type, withPassword }: ViewerFileInput, signal: AbortSignal): Promise<ViewerFile> {
    const screen = (await this.#screens(machine, signal)).find((each) => each.type === type);
    if (screen === undefined) throw new AppError('NO_CONSOLE', { params: { reason: 'none' } });
    return viewerFile(screen, withPassword);
  }

  async #screens({ connectionId, id }: MachineRef, signal: AbortSignal): Promise<ViewerScreen[]> {
    const backend = this.#backends(connectionId).viewers;
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'viewer' } });
    return backend.screens(id, signal);
  }

  async #ticket(open: (signal: AbortSignal) => Promise<OpenConsole>): Promise<ConsoleTicket> {
    const opened = await withTimeout(this.#clock, OPEN_TIMEOUT_MS, undefined, 'console', async (signal) => {
      const console = await open(signal);
      // Nobody waits for it any more.
      if (signal.aborted) console.stream.destroy();
      return console;
    });
    return { ticket: this.#bytes.offer(opened.stream), password: opened.password };
  }
}
