import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { RpcClient } from '../rpc/client.ts';
import { openLibvirt } from '../rpc/open.ts';
import type { LibvirtTransport } from '../transport/open-transport.ts';

export interface SessionDeps {
  clock: Clock;
  log: Logger;
}

/**
 * One daemon, over one transport. `rpc` carries lists, events and quick calls; what may block (guest agent, shutdown
 * of storage, migration) and byte streams get channels of their own, opened on first use, because the daemon answers
 * only five calls at a time per channel (max_client_requests).
 */
export class LibvirtSession {
  readonly rpc: RpcClient;
  readonly transport: LibvirtTransport;
  readonly #deps: SessionDeps;
  readonly #extra = new Map<'blocking' | 'streams', Promise<RpcClient>>();

  private constructor(transport: LibvirtTransport, rpc: RpcClient, deps: SessionDeps) {
    this.transport = transport;
    this.rpc = rpc;
    this.#deps = deps;
  }

  /** Opens the main channel. Rejects as the transport and `openLibvirt` do. */
  static async open(transport: LibvirtTransport, deps: SessionDeps, signal: AbortSignal): Promise<LibvirtSession> {
    return new LibvirtSession(transport, await openChannel(transport, deps, signal), deps);
  }

  /** Resolves with the reason when the daemon or the way to it is gone; never rejects. */
  get lost(): Promise<AppError> {
    return Promise.race([this.rpc.closed, this.transport.lost]);
  }

  /** The channel for calls that may take long. */
  blocking(signal: AbortSignal): Promise<RpcClient> {
    return this.#channel('blocking', signal);
  }

  /** The channel for byte streams. */
  streams(signal: AbortSignal): Promise<RpcClient> {
    return this.#channel('streams', signal);
  }

  /** Closes all channels and the transport. */
  async close(): Promise<void> {
    const extra = await Promise.allSettled(this.#extra.values());
    for (const channel of extra) if (channel.status === 'fulfilled') channel.value.close();
    this.rpc.close();
    await this.transport.close();
  }

  #channel(name: 'blocking' | 'streams', signal: AbortSignal): Promise<RpcClient> {
    const present = this.#extra.get(name);
    if (present !== undefined) return present;
    const opening = openChannel(this.transport, this.#deps, signal);
    this.#extra.set(name, opening);
    const forget = (): void => {
      if (this.#extra.get(name) === opening) this.#extra.delete(name);
    };
    // A channel that failed or closed is opened anew by the next caller.
    opening
      .then((rpc) => rpc.closed.then(forget), forget)
      .catch((error: unknown) => {
        this.#deps.log.warn('channel', { name, error: AppError.from(error).code });
      });
    return opening;
  }
}

async function openChannel(transport: LibvirtTransport, deps: SessionDeps, signal: AbortSignal): Promise<RpcClient> {
  const stream = await transport.openChannel(signal);
  return openLibvirt(stream, { uri: transport.uriName, clock: deps.clock, log: deps.log, signal });
}
