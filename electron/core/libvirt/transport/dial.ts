import { once } from 'node:events';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { abortError, AppError } from '../../kernel/app-error.ts';
import { networkErrorCode } from '../../kernel/network-error.ts';

/** Connects to a unix socket of this computer. Rejects with Node's error (`code`: ENOENT, EACCES, ECONNREFUSED). */
export async function dialUnix(path: string, signal: AbortSignal): Promise<Duplex> {
  return connected(net.connect({ path }), signal);
}

/** Connects by TCP. Throws HOST_NOT_RESOLVED, CONNECTION_REFUSED, HOST_UNREACHABLE, CONNECTION_LOST. */
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
  const code = networkErrorCode(thrown);
  if (code === null) return AppError.from(thrown);
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError(code, { params: { host, port }, retryable: true, detail, cause: thrown });
}
