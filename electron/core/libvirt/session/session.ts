import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { raceAbort } from '../../kernel/timing.ts';
import type { RpcClient, Traffic } from '../rpc/client.ts';
import { openLibvirt } from '../rpc/open.ts';
import type { LibvirtTransport } from '../transport/transport.ts';

export interface SessionDeps {
  clock: Clock;
  log: Logger;
}

interface ChannelDeps extends SessionDeps {
  traffic: Traffic;
}

/**
 * One daemon, over one transport. `rpc` carries lists, events and quick calls; what may block (guest agent, shutdown
 * of storage, migration) and byte streams get channels of their own, opened on first use, because the daemon answers
 * only five calls at a time per channel (max_client_requests).
 */
export class LibvirtSession {
  readonly rpc: RpcClient;
  readonly transport: LibvirtTransport;
  /** What all channels have carried since the session was opened, not what consoles and SSH itself carry. */
  readonly traffic: Readonly<Traffic>;
  /** Epoch ms. */
  readonly openedAt: number;
  readonly #deps: ChannelDeps;
  readonly #extra = new Map<'blocking' | 'streams', Promise<RpcClient>>();
  readonly #lifetime = new AbortController();

  private constructor(transport: LibvirtTransport, rpc: RpcClient, deps: ChannelDeps) {
    this.transport = transport;
    this.rpc = rpc;
    this.#deps = deps;
    this.traffic = deps.traffic;
    this.openedAt = deps.clock.now();
  }

  /** Opens the main channel. Rejects as the transport and `openLibvirt` do. */
  static async open(transport: LibvirtTransport, deps: SessionDeps, signal: AbortSignal): Promise<LibvirtSession> {
    const channelDeps = { ...deps, traffic: { calls: 0, sentBytes: 0, receivedBytes: 0 } };
    return new LibvirtSession(transport, await openChannel(transport, channelDeps, signal), channelDeps);
  }

  /** Resolves with the reason when the daemon or the way to it is gone; never rejects. */
  get lost(): Promise<AppError> {
    return Promise.race([this.rpc.closed.then(asLoss), this.transport.lost]);
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
    this.#lifetime.abort(new AppError('DISCONNECTED', { detail: 'connection closed by us' }));
    const extra = await Promise.allSettled(this.#extra.values());
    for (const channel of extra) if (channel.status === 'fulfilled') channel.value.close();
    this.rpc.close();
    await this.transport.close();
  }

  /** Opened for all, so that one caller's leaving does not take it from the others. */
  #channel(name: 'blocking' | 'streams', signal: AbortSignal): Promise<RpcClient> {
    return raceAbort(this.#extra.get(name) ?? this.#openExtra(name), signal);
  }

  #openExtra(name: 'blocking' | 'streams'): Promise<RpcClient> {
    const opening = openChannel(this.transport, this.#deps, this.#lifetime.signal);
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

/** Rejects with LIBVIRT_PERMISSION naming who was refused where, and else as transport and `openLibvirt` do. */
async function openChannel(transport: LibvirtTransport, deps: ChannelDeps, signal: AbortSignal): Promise<RpcClient> {
  const { uriName, user, hostName } = transport;
  const stream = await transport.openChannel(signal);
  try {
    return await openLibvirt(stream, { uri: uriName, ...deps, signal });
  } catch (thrown) {
    const error = asLoss(AppError.from(thrown));
    if (!isRefusal(error)) throw error;
    const { params, detail, source } = error;
    throw new AppError('LIBVIRT_PERMISSION', {
      params: { ...params, user, host: hostName },
      detail,
      cause: error,
      ...(source === null ? {} : { source }),
    });
  }
}

/** Whatever goes wrong with polkit (refusal, no agent, no D-Bus), the user is not let in. */
function isRefusal({ code, source }: AppError): boolean {
  return code === 'LIBVIRT_PERMISSION' || (source?.kind === 'libvirt' && source.procedure === 'AUTH_POLKIT');
}

/** The end of a program that carried the connection is the loss of it, whatever its exit code. */
function asLoss(error: AppError): AppError {
  if (error.code !== 'SSH_COMMAND_FAILED') return error;
  const { params, detail } = error;
  return new AppError('CONNECTION_LOST', { params, detail, retryable: true, cause: error });
}
