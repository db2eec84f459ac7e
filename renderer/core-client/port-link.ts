import type { ByteCarrier } from '../../shared/contract/byte-channel.ts';

/** What the desktop app's preload offers to the page (electron/preload/preload.ts). */
interface DesktopBridge {
  saveFile: (suggestedName: string, text: string, isPrivate: boolean) => Promise<boolean>;
  requestPort: () => void;
  requestBytePort: (ticket: string) => void;
}

type PortWish = { kind: 'rpc' } | { kind: 'bytes'; ticket: string };

declare global {
  interface Window {
    virtdeck?: DesktopBridge;
  }
}

export function hasDesktopBridge(): boolean {
  return window.virtdeck !== undefined;
}

/** Asks the desktop shell for a port; it comes as a window message from this page's own origin. */
export function openDesktopPort(wish: PortWish): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const bridge = window.virtdeck;
    if (bridge === undefined) {
      reject(new Error('not in the desktop app'));
      return;
    }
    const receive = (event: MessageEvent<unknown>): void => {
      const port = event.ports[0];
      if (event.source !== window || port === undefined || !answers(event.data, wish)) return;
      window.removeEventListener('message', receive);
      resolve(port);
    };
    window.addEventListener('message', receive);
    if (wish.kind === 'rpc') bridge.requestPort();
    else bridge.requestBytePort(wish.ticket);
  });
}

function answers(message: unknown, wish: PortWish): boolean {
  if (typeof message !== 'object' || message === null || !('type' in message) || !('kind' in message)) return false;
  if (message.type !== 'virtdeck:port' || message.kind !== wish.kind) return false;
  return wish.kind === 'rpc' || ('ticket' in message && message.ticket === wish.ticket);
}

/** A byte channel's carrier over a MessagePort. */
export function portCarrier(port: MessagePort): ByteCarrier {
  const carrier: ByteCarrier = {
    send: (message) => port.postMessage(message),
    close: () => port.close(),
    onMessage: () => undefined,
    onClose: () => undefined,
  };
  port.onmessage = ({ data }: MessageEvent<string | Uint8Array>) => carrier.onMessage(data);
  port.addEventListener('close', () => carrier.onClose());
  return carrier;
}

/**
 * A MessagePort dressed as a WebSocket, for tRPC's client. Tells the server how much it has taken, since a port has no
 * buffer level of its own.
 */
export class PortWebSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  // The client compares with the instance's constants, as the DOM's sockets have them too.
  readonly OPEN = 1;
  readyState: number = PortWebSocket.CONNECTING;
  #port: MessagePort | null = null;

  /** `open` comes on a later turn, when the port is there; the URL means nothing to a port. */
  constructor(_url: string, openPort: () => Promise<MessagePort> = () => openDesktopPort({ kind: 'rpc' })) {
    super();
    // A turn later: the client looks for its events only after it has the socket.
    openPort().then(
      (port) => setTimeout(() => this.#attach(port)),
      () => setTimeout(() => this.#closed()),
    );
  }

  send(text: string): void {
    this.#port?.postMessage(text);
  }

  close(): void {
    this.#port?.close();
    this.#closed();
  }

  #attach(port: MessagePort): void {
    if (this.readyState === PortWebSocket.CLOSED) {
      port.close();
      return;
    }
    this.#port = port;
    this.readyState = PortWebSocket.OPEN;
    port.onmessage = ({ data }: MessageEvent<string>) => {
      this.dispatchEvent(new MessageEvent('message', { data }));
      port.postMessage({ taken: data.length });
    };
    port.addEventListener('close', () => this.#closed());
    this.dispatchEvent(new Event('open'));
  }

  #closed(): void {
    if (this.readyState === PortWebSocket.CLOSED) return;
    this.readyState = PortWebSocket.CLOSED;
    const event = typeof CloseEvent === 'undefined' ? new Event('close') : new CloseEvent('close', { code: 1006 });
    this.dispatchEvent(event);
  }
}
