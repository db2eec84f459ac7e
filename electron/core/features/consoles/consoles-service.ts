import type { ConsoleTicket } from '../../../../shared/contract/consoles.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { Clock } from '../../kernel/clock.ts';
import { withTimeout } from '../../kernel/timing.ts';
import type { ByteChannels } from '../../rpc/byte-channels.ts';
import type { OpenConsole } from '../machines/ports.ts';
import type { ConsolesApi } from './router.ts';

/** A console that is not open after this long is given up; slow proxies take a few seconds. */
const OPEN_TIMEOUT_MS = 20_000;

export interface ConsoleSource {
  openConsole(ref: MachineRef, signal: AbortSignal): Promise<OpenConsole>;
}

/** Opens consoles and leaves their bytes behind one-time tickets. */
export class ConsolesService implements ConsolesApi {
  readonly #source: ConsoleSource;
  readonly #bytes: ByteChannels;
  readonly #clock: Clock;

  constructor(source: ConsoleSource, bytes: ByteChannels, clock: Clock) {
    this.#source = source;
    this.#bytes = bytes;
    this.#clock = clock;
  }

  async open(machine: MachineRef, _kind: 'vnc'): Promise<ConsoleTicket> {
    const opened = await withTimeout(this.#clock, OPEN_TIMEOUT_MS, undefined, 'console', async (signal) => {
      const console = await this.#source.openConsole(machine, signal);
      // Nobody waits for it any more.
      if (signal.aborted) console.stream.destroy();
      return console;
    });
    return { ticket: this.#bytes.offer(opened.stream), password: opened.password };
  }
}
