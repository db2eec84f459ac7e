import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocket } from 'ws';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { withTimeout } from '../../kernel/timing.ts';
import { withoutQuery, type HttpClient } from '../http/http-client.ts';

const OPEN_TIMEOUT_MS = 15_000;
/** Frames of the proxy hold what QEMU wrote at once; more than this is no VNC. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/**
 * The RFB bytes behind a noVNC page (`http://host:6080/vnc_auto.html?path=%3Ftoken%3D...`): a WebSocket without an
 * Origin header, which nova-novncproxy accepts from programs, over the cloud's own rewrites, trust and tunnel.
 * Throws what Dialer.connect throws, with the proxy's `url` in params, and NO_CONSOLE where the proxy refuses.
 */
export async function openVncProxy(http: HttpClient, clock: Clock, page: string, signal: AbortSignal): Promise<Duplex> {
  const url = new URL(http.effectiveUrl(socketUrl(page)));
  const shown = withoutQuery(url.href);
  const secure = url.protocol === 'https:';
  const port = Number(url.port === '' ? (secure ? 443 : 80) : url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  url.protocol = secure ? 'wss:' : 'ws:';
  try {
    return await withTimeout(clock, OPEN_TIMEOUT_MS, signal, `console proxy ${shown}`, async (limit) => {
      const socket = await http.dialer.connect({ host, port, secure }, limit);
      return upgrade(url.href, socket, shown, limit);
    });
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (signal.aborted) throw error;
    throw new AppError(error.code, {
      params: { ...error.params, url: shown },
      retryable: error.retryable,
      detail: `the console proxy ${shown} cannot be used: ${error.detail || error.code}`,
      cause: thrown,
    });
  }
}

/** Where noVNC on that page would connect: `path` is relative to the page, without it `websockify` beside it. */
export function socketUrl(page: string): string {
  const url = new URL(page);
  const path = url.searchParams.get('path') ?? `websockify${url.search}`;
  const target = new URL(path.startsWith('?') ? `./${path}` : path, new URL('./', withoutQuery(page)));
  if (target.host !== url.host)
    throw new AppError('PROTOCOL', { params: { host: url.host }, detail: 'odd console URL' });
  return target.href;
}

function upgrade(url: string, socket: Duplex, shown: string, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, 'binary', {
      createConnection: () => socket,
      perMessageDeflate: false,
      maxPayload: MAX_FRAME_BYTES,
      followRedirects: false,
    });
    // Made before the socket opens: the proxy's first bytes may come together with its 101.
    const stream = createWebSocketStream(ws, { highWaterMark: 256 * 1024 });
    const end = (error: Error | null): void => {
      ws.off('open', onOpen).off('unexpected-response', onRefused);
      stream.off('error', onError);
      signal.removeEventListener('abort', onAbort);
      if (error === null) {
        resolve(stream);
        return;
      }
      stream.on('error', () => undefined);
      stream.destroy();
      ws.terminate();
      socket.destroy();
      reject(error);
    };
    const onOpen = (): void => end(null);
    const onError = (error: Error): void =>
      end(new AppError('CONNECTION_LOST', { retryable: true, detail: error.message, cause: error }));
    const onRefused = (_request: unknown, response: { statusCode?: number }): void =>
      end(
        new AppError('NO_CONSOLE', {
          params: { reason: 'proxyRefused', status: response.statusCode ?? 0 },
          retryable: true,
          detail: `${shown} answered HTTP ${response.statusCode ?? 0}`,
        }),
      );
    const onAbort = (): void => end(AppError.from(signal.reason));
    ws.on('open', onOpen).on('unexpected-response', onRefused);
    stream.on('error', onError);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
