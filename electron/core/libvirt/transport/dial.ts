import { once } from 'node:events';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { abortError, AppError } from '../../kernel/app-error.ts';

/** Connects to a unix socket of this computer. Rejects with Node's error (`code`: ENOENT, EACCES, ECONNREFUSED). */
export async function dialUnix(path: string, signal: AbortSignal): Promise<Duplex> {
  return connected(net.connect({ path }), signal);
}

/** Connects by TCP. Throws HOST_NOT_RESOLVED, CONNECTION_REFUSED, HOST_UNREACHABLE. */
export async function dialTcp(host: string, port: number, signal: AbortSignal): Promise<net.Socket> {
  try {
    return await connected(net.connect({ host, port, noDelay: true, keepAlive: true, autoSelectFamily: true }), signal);
  } catch (thrown) {
    throw networkError(thrown, host, port);
  }
}

async function connected(socket: net.Socket, signal: AbortSignal): Promise<net.Socket> {
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.on('error', () => undefined);
    socket.destroy();
    throw signal.aborted ? abortError(signal) : error;
  }
}

/** The `code` of a failed system call; empty for anything else. */
export function systemCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

function networkError(thrown: unknown, host: string, port: number): AppError {
  // With several addresses tried, the first failure speaks for all.
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return networkError(thrown.errors[0], host, port);
  const init = {
    params: { host, port },
    retryable: true,
    detail: thrown instanceof Error ? thrown.message : String(thrown),
    cause: thrown,
  };
  switch (systemCode(thrown)) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new AppError('HOST_NOT_RESOLVED', init);
    case 'ECONNREFUSED':
      return new AppError('CONNECTION_REFUSED', init);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
    case 'EHOSTDOWN':
      return new AppError('HOST_UNREACHABLE', init);
    case 'ECONNRESET':
    case 'EPIPE':
      return new AppError('CONNECTION_LOST', init);
    default:
      return AppError.from(thrown);
  }
}
