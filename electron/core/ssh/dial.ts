import { connect, type Socket } from 'node:net';
import { abortError } from '../kernel/app-error.ts';
import type { Clock } from '../kernel/clock.ts';
import { withTimeout } from '../kernel/timing.ts';
import { socketError, type SshPlace } from './errors.ts';

const DIAL_TIMEOUT_MS = 20_000;
const TCP_KEEPALIVE_MS = 15_000;

/**
 * A TCP connection to the host. Throws HOST_NOT_RESOLVED, HOST_UNREACHABLE, CONNECTION_REFUSED, TIMEOUT, or the
 * signal's reason.
 */
export function dial(place: SshPlace, clock: Clock, signal: AbortSignal): Promise<Socket> {
  return withTimeout(clock, DIAL_TIMEOUT_MS, signal, place.host, (limit) => connectSocket(place, limit));
}

function connectSocket(place: SshPlace, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: place.host,
      port: place.port,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEPALIVE_MS,
    });
    const onAbort = (): void => {
      socket.destroy();
      reject(abortError(signal));
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      signal.removeEventListener('abort', onAbort);
      reject(socketError(error, place));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    socket.once('error', onError);
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
