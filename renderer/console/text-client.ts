import type { RfbCredentials, RfbEvents } from '@novnc/novnc';
import { ByteChannel, type ByteCarrier } from '../../shared/contract/byte-channel.ts';
import type { AppErrorData } from '../../shared/contract/errors.ts';
import type { RfbClient } from './console-session.ts';

/** Keys typed while the guest takes none are kept up to this; the rest is dropped. */
const MAX_QUEUED_BYTES = 256 * 1024;

/** What the client needs of a terminal; xterm's Terminal is one. */
export interface TextScreen {
  write(bytes: Uint8Array, written: () => void): void;
  onData(listener: (text: string) => void): { dispose(): void };
  onBinary(listener: (bytes: string) => void): { dispose(): void };
}

/** The bytes of a text console, kept until a client reads them. */
export class TextChannel {
  readonly bytes: ByteChannel;
  /** Why the channel ended, where the core said so. */
  error: AppErrorData | null = null;
  onOver: () => void = () => undefined;

  constructor(carrier: ByteCarrier) {
    this.bytes = new ByteChannel(carrier);
    this.bytes.onPeerEnd = () => this.bytes.end();
    this.bytes.onOver = (end) => {
      if (end.kind === 'error') this.error = end.error;
      this.onOver();
    };
  }
}

/** Joins a byte channel to a terminal; speaks to ConsoleSession as noVNC's client does. */
export class TextClient implements RfbClient {
  readonly #events = new EventTarget();
  readonly #channel: TextChannel;
  readonly #typing: { dispose(): void }[];

  constructor(channel: TextChannel, screen: TextScreen) {
    this.#channel = channel;
    const encoder = new TextEncoder();
    // What the terminal has not drawn yet counts against the window: a flood waits at its source.
    channel.bytes.onData = (bytes) => screen.write(bytes, () => channel.bytes.consumed(bytes.length));
    channel.onOver = () => this.#over();
    this.#typing = [
      screen.onData((text) => this.#send(encoder.encode(text))),
      screen.onBinary((bytes) => this.#send(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))),
    ];
    queueMicrotask(() => this.#events.dispatchEvent(new CustomEvent('connect', { detail: {} })));
  }

  addEventListener<K extends keyof RfbEvents>(type: K, listener: (event: CustomEvent<RfbEvents[K]>) => void): void {
    this.#events.addEventListener(type, (event) => listener(event as CustomEvent<RfbEvents[K]>));
  }

  disconnect(): void {
    this.#channel.bytes.close();
  }

  /** A text console asks for none. */
  sendCredentials(_credentials: RfbCredentials): void {
    throw new TypeError('a text console has no password');
  }

  #send(bytes: Uint8Array): void {
    if (this.#channel.bytes.queuedBytes + bytes.length <= MAX_QUEUED_BYTES) this.#channel.bytes.write(bytes);
  }

  #over(): void {
    for (const listener of this.#typing) listener.dispose();
    this.#events.dispatchEvent(new CustomEvent('disconnect', { detail: { clean: this.#channel.error === null } }));
  }
}
