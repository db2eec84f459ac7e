import { createTRPCClient, createWSClient, wsLink, type TRPCClient } from '@trpc/client';
import type { AppRouter } from '../../electron/core/app/router.ts';
import type { ByteCarrier } from '../../shared/contract/byte-channel.ts';
import { hasDesktopBridge, openDesktopPort, portCarrier, PortWebSocket } from './port-link.ts';

/** Whether the core can be reached right now. */
export type LinkStatus = 'connecting' | 'connected' | 'disconnected';

/** The way from this page to the core. */
export interface CoreLink {
  client: TRPCClient<AppRouter>;
  /** Redeems a one-time ticket for the carrier of a byte channel. */
  openBytes: (ticket: string) => Promise<ByteCarrier>;
  /**
   * Sends a file to whoever gave the ticket, as the body of a request, which needs no script for each piece. Resolves when it
   * is over; how it ended is told by its task. Absent in the desktop app.
   */
  putFile?: (ticket: string, file: Blob, onBytes: (byteCount: number) => void) => Promise<void>;
  status: () => LinkStatus;
  /** Calls back on each change; returns a function that stops it. */
  onStatus: (listener: (status: LinkStatus) => void) => () => void;
  close: () => void;
}

/** Retry soon at first, then every five seconds. */
const retryDelayMs = (attempt: number): number => Math.min(5_000, 250 * 2 ** attempt);

/** Connects to the core: through the desktop bridge where there is one, else by WebSocket to where the page is from. */
export function connectCore(): CoreLink {
  const listeners = new Set<(status: LinkStatus) => void>();
  let current: LinkStatus = 'connecting';
  const set = (status: LinkStatus): void => {
    if (status === current) return;
    current = status;
    for (const listener of listeners) listener(status);
  };
  const isDesktop = hasDesktopBridge();
  const ws = createWSClient({
    url: socketUrl('rpc'),
    // PortWebSocket has the members that the client uses; the DOM's class has many more.
    ...(isDesktop ? { WebSocket: PortWebSocket as unknown as typeof WebSocket } : {}),
    retryDelayMs,
    keepAlive: { enabled: true, intervalMs: 10_000, pongTimeoutMs: 5_000 },
    onOpen: () => set('connected'),
    onClose: () => set('disconnected'),
  });
  return {
    client: createTRPCClient<AppRouter>({ links: [wsLink({ client: ws })] }),
    openBytes: (ticket) =>
      isDesktop ? openDesktopPort({ kind: 'bytes', ticket }).then(portCarrier) : openSocket(ticket),
    ...(!isDesktop && { putFile }),
    status: () => current,
    onStatus: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => void ws.close(),
  };
}

function socketUrl(path: string): string {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return url.href;
}

function putFile(ticket: string, file: Blob, onBytes: (byteCount: number) => void): Promise<void> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let sentBytes = 0;
    request.upload.onprogress = ({ loaded }) => {
      onBytes(loaded - sentBytes);
      sentBytes = loaded;
    };
    request.onloadend = () => resolve();
    request.open('PUT', `bytes?ticket=${encodeURIComponent(ticket)}`);
    request.send(file);
  });
}

function openSocket(ticket: string): Promise<ByteCarrier> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${socketUrl('bytes')}?ticket=${encodeURIComponent(ticket)}`);
    socket.binaryType = 'arraybuffer';
    const carrier: ByteCarrier = {
      send: (message) => socket.send(typeof message === 'string' ? message : new Uint8Array(message)),
      close: () => socket.close(),
      onMessage: () => undefined,
      onClose: () => undefined,
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
      carrier.onMessage(typeof data === 'string' ? data : new Uint8Array(data));
    socket.onopen = () => resolve(carrier);
    socket.onclose = () => {
      reject(new Error('the byte channel was refused'));
      carrier.onClose();
    };
  });
}
