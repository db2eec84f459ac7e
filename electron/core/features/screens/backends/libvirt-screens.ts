import type { Machine } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { withTimeout } from '../../../kernel/timing.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { RawPicture, ScreenBackend } from '../ports.ts';

/** A domain that is busy with a job makes the call wait. */
const CAPTURE_TIMEOUT_MS = 20_000;
/** A pixmap of 5120 x 2880 has 42 MiB. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024;

interface ScreenDeps {
  clock: Clock;
  /** Throws MACHINE_GONE. */
  machine(machineId: string): Machine;
}

/** Screens of domains, by DOMAIN_SCREENSHOT: no console is opened, and nobody is disturbed. */
export class LibvirtScreens implements ScreenBackend {
  readonly #session: LibvirtSession;
  readonly #deps: ScreenDeps;

  constructor(session: LibvirtSession, deps: ScreenDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async capture(machineId: string): Promise<RawPicture> {
    const machine = this.#deps.machine(machineId);
    if (machine.state === 'stopped' || machine.state === 'crashed') {
      throw new AppError('CONFLICT', {
        params: { machine: machine.name, reason: 'notRunning' },
        detail: 'the domain is not running',
      });
    }
    return withTimeout(this.#deps.clock, CAPTURE_TIMEOUT_MS, undefined, 'screenshot', (limited) =>
      this.#capture(machine, limited),
    );
  }

  async #capture(machine: Machine, signal: AbortSignal): Promise<RawPicture> {
    const rpc = await this.#session.streams(signal);
    const dom = domainRef(machine.id, machine.name);
    const { ret, stream } = await rpc.openStream('DOMAIN_SCREENSHOT', { dom, screen: 0, flags: 0 }, { signal });
    const leave = (): void => void stream.destroy();
    signal.addEventListener('abort', leave, { once: true });
    try {
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > MAX_PICTURE_BYTES) throw new AppError('LIMIT_EXCEEDED', { detail: 'a picture over 64 MiB' });
        chunks.push(chunk);
      }
      return { mime: ret.mime ?? '', bytes: Buffer.concat(chunks) };
    } finally {
      signal.removeEventListener('abort', leave);
      stream.destroy();
    }
  }
}
