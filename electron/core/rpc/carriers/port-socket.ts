import { EventEmitter } from 'node:events';
import type { SendMeter } from './send-meter.ts';

/** The server's end of a MessagePort, as Electron's MessagePortMain and Node's MessagePort offer it. */
export interface ServerPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start?(): void;
  close(): void;
}

const OPEN = 1;
const CLOSED = 3;
/** Longest request; lists of ten thousand machines fit. */
const MAX_MESSAGE_LENGTH = 4 * 1024 * 1024;

/**
 * A MessagePort dressed as a server-side WebSocket. Strings carry tRPC's protocol; `{ taken }` tells how many
 * characters the other side has taken, since a port has no buffer level of its own.
 */
export class PortSocket extends EventEmitter {
  readyState: number = OPEN;
  readonly #port: ServerPort;
  readonly #meter: SendMeter;

  constructor(port: ServerPort, meter: SendMeter) {
    super();
    this.#port = port;
    this.#meter = meter;
    port.on('message', (event) => this.#receive(messageOf(event)));
    port.on('close', () => this.#closed());
    port.start?.();
  }

  send(text: string): void {
    if (this.readyState !== OPEN) return;
    this.#meter.sent(text.length);
    this.#port.postMessage(text);
  }

  close(): void {
    this.#port.close();
    this.#closed();
  }

  terminate(): void {
    this.close();
  }

  #receive(message: unknown): void {
    if (typeof message === 'string') {
      // As `ws` does: text arrives as a Buffer and a flag that it is not binary.
      if (message.length <= MAX_MESSAGE_LENGTH) this.emit('message', Buffer.from(message), false);
      else this.close();
    } else if (typeof message === 'object' && message !== null && 'taken' in message) {
      this.#meter.taken(Number(message.taken));
    }
  }

  #closed(): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#meter.close();
    this.emit('close', 1000, Buffer.alloc(0));
  }
}

/** Electron hands over an event with the message in `data`, Node the message itself. */
export function messageOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'data' in event ? event.data : event;
}
