import type { Duplex } from 'node:stream';
import type { ConsoleTicket, TextConsole } from '../../../../shared/contract/consoles.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { withTimeout } from '../../kernel/timing.ts';
import type { ByteChannels } from '../../rpc/byte-channels.ts';
import type { OpenConsole } from '../machines/ports.ts';
import type { TextConsoleBackend } from './ports.ts';
import type { ConsolesApi } from './router.ts';

/** A console that is not open after this long is given up; slow proxies take a few seconds. */
const OPEN_TIMEOUT_MS = 20_000;

export interface ConsoleSource {
  openConsole(ref: MachineRef, signal: AbortSignal): Promise<OpenConsole>;
}

/** Where the text consoles of a connection are found, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type TextConsoleSource = (connectionId: string) => TextConsoleBackend | undefined;

/** Opens consoles and leaves their bytes behind one-time tickets. */
export class ConsolesService implements ConsolesApi {
  readonly #source: ConsoleSource;
  readonly #textSource: TextConsoleSource;
  readonly #bytes: ByteChannels;
  readonly #clock: Clock;

  constructor(source: ConsoleSource, textSource: TextConsoleSource, bytes: ByteChannels, clock: Clock) {
    this.#source = source;
    this.#textSource = textSource;
    this.#bytes = bytes;
    this.#clock = clock;
  }

  async open(machine: MachineRef, _kind: 'vnc'): Promise<ConsoleTicket> {
    return this.#ticket((signal) => this.#source.openConsole(machine, signal));
  }

  async listText({ connectionId, id }: MachineRef, signal: AbortSignal): Promise<TextConsole[]> {
    return (await this.#textSource(connectionId)?.list(id, signal)) ?? [];
  }

  async openText({ connectionId, id }: MachineRef, device: string | null, takeOver: boolean): Promise<ConsoleTicket> {
    const backend = this.#textSource(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'textConsole' } });
    const open = async (signal: AbortSignal): Promise<{ stream: Duplex; password: null }> => ({
      stream: await backend.open(id, device, takeOver, signal),
      password: null,
    });
    return this.#ticket(open);
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
