import type { Duplex } from 'node:stream';
import { abortError, AppError, throwIfAborted } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { authType, driverFeature, errorNumber, openFlags } from '../protocol/constants.ts';
import { RpcClient, type RpcClientOptions } from './client.ts';

export interface OpenOptions {
  /** The name that the daemon is asked for: `qemu:///system`, `test:///default`, or '' for its own choice. */
  uri: string;
  readOnly?: boolean;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
  window?: number;
  keepalive?: NonNullable<RpcClientOptions['keepalive']>;
  traffic?: NonNullable<RpcClientOptions['traffic']>;
}

/**
 * Authenticates and opens a connection over `stream`, which it owns from then on, also where it fails. Rejects with
 * what the server said (LIBVIRT_PERMISSION where polkit refuses), UNSUPPORTED where the daemon wants SASL,
 * CONNECTION_LOST, PROTOCOL, or the signal's reason.
 *
 * One round trip where the daemon wants no authentication: AUTH_LIST, CONNECT_SUPPORTS_FEATURE (which also tells the
 * daemon that we answer its pings) and CONNECT_OPEN go out together. Three with polkit: the early CONNECT_OPEN is
 * refused, AUTH_POLKIT follows, then CONNECT_OPEN again. Two for root on a daemon with polkit, where AUTH_LIST itself
 * lets root in and the early CONNECT_OPEN may come a moment too soon.
 */
export async function openLibvirt(stream: Duplex, options: OpenOptions): Promise<RpcClient> {
  const { signal, uri, readOnly = false, ...rest } = options;
  const client = new RpcClient(stream, rest);
  const onAbort = (): void => client.close(abortError(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    throwIfAborted(signal);
    await negotiate(client, uri, readOnly, signal);
    return client;
  } catch (error) {
    client.close(AppError.from(error));
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function negotiate(client: RpcClient, uri: string, readOnly: boolean, signal: AbortSignal): Promise<void> {
  const open = (): Promise<unknown> =>
    client.call('CONNECT_OPEN', { name: uri, flags: readOnly ? openFlags.readOnly : 0 }, { signal });
  const askKeepalive = (): Promise<boolean> =>
    client
      .call('CONNECT_SUPPORTS_FEATURE', { feature: driverFeature.keepalive }, { signal })
      .then(({ supported }) => supported !== 0);

  const auth = client.call('AUTH_LIST', {}, { signal });
  const [types, keepalive, opened] = await Promise.allSettled([auth, askKeepalive(), open()]);
  if (types.status === 'rejected') throw types.reason;
  const early = types.value.types;
  if (early.includes(authType.polkit)) await client.call('AUTH_POLKIT', {}, { signal });
  else if (early.length > 0 && !early.includes(authType.none)) {
    throw new AppError('UNSUPPORTED', {
      params: { feature: 'SASL' },
      detail: 'the daemon wants a SASL login, which is not supported',
    });
  }

  if (opened.status === 'rejected') {
    if (!wasTooEarly(opened.reason)) throw opened.reason;
    await open();
  }
  const supportsKeepalive =
    keepalive.status === 'fulfilled' ? keepalive.value : wasTooEarly(keepalive.reason) && (await askKeepalive());
  if (supportsKeepalive) client.startKeepalive();
}

/** Whether a call was refused only because the login was not over yet. */
function wasTooEarly(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.source?.kind === 'libvirt' &&
    error.source.code === errorNumber.rpc &&
    error.detail.includes('authentication required')
  );
}
