import { isAllZero } from '../model/zeros.ts';
import type { AppErrorData } from './errors.ts';

/** What carries a byte channel: a WebSocket or a MessagePort. Messages arrive whole and in order. */
export interface ByteCarrier {
  send(message: Uint8Array | string): void;
  close(): void;
  onMessage: (message: Uint8Array | string) => void;
  onClose: () => void;
}

/** Bytes that a peer may send before we say that we have used some of them. */
export const WINDOW_BYTES = 1024 * 1024;
/** Longest data message; small enough for Electron to pass it inline. */
export const CHUNK_BYTES = 60 * 1024;
/** From this length on zeros are not sent, but how many they are. */
const MIN_ZEROS_BYTES = 4 * 1024;
/** What is given for such zeros. Nobody writes to it. */
const ZEROS = new Uint8Array(CHUNK_BYTES);

/** Why a channel ended: both sides done, the peer's error, or the carrier gone. */
export type ByteChannelEnd = { kind: 'end' } | { kind: 'error'; error: AppErrorData } | { kind: 'closed' };

const overrun: AppErrorData = {
  code: 'PROTOCOL',
  params: {},
  retryable: false,
  detail: 'the peer sent what the byte channel does not allow',
  source: null,
  correlationId: null,
};

/**
 * Bytes both ways with credit-based flow control; the same on both ends and over both carriers. Binary messages are
 * data, text messages are control: `{"credit":n}`, `{"end":true}`, `{"error":{...}}`, and `{"zeros":n}` in place of data that are
 * zero, as much of a disk is. What waits to be sent is bounded by the writer heeding `write`'s answer; what waits to be used
 * is bounded by the window, zeros included, and a peer that overruns it is cut off.
 */
export class ByteChannel {
  /** Called with received bytes; the receiver calls `consumed` when it is done with them. */
  onData: (bytes: Uint8Array) => void = () => undefined;
  /** The peer will send no more. */
  onPeerEnd: () => void = () => undefined;
  /** Called once after `write` answered false, when there is room again. */
  onDrain: () => void = () => undefined;
  /** Called once, when the channel is over. */
  onOver: (end: ByteChannelEnd) => void = () => undefined;

  #carrier: ByteCarrier;
  #credit = WINDOW_BYTES;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #needsDrain = false;
  #unconsumedBytes = 0;
  #ungrantedBytes = 0;
  #endRequested = false;
  #endSent = false;
  #peerEnded = false;
  #isOver = false;

  constructor(carrier: ByteCarrier) {
    this.#carrier = carrier;
    carrier.onMessage = (message) => this.#receive(message);
    carrier.onClose = () => this.#finish({ kind: 'closed' });
  }

  /** Bytes that wait for the peer's credit. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Sends or queues bytes (copied by the carrier or kept until sent). False asks to wait for `onDrain`. */
  write(bytes: Uint8Array): boolean {
    if (this.#isOver || this.#endRequested) return true;
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const chunk = bytes.subarray(at, at + CHUNK_BYTES);
      this.#queue.push(chunk);
      this.#queuedBytes += chunk.length;
    }
    this.#flush();
    this.#needsDrain ||= this.#queuedBytes > 0;
    return this.#queuedBytes === 0;
  }

  /** The receiver has used `byteCount` bytes; the peer may send as many more. */
  consumed(byteCount: number): void {
    if (this.#isOver) return;
    this.#unconsumedBytes -= byteCount;
    this.#ungrantedBytes += byteCount;
    if (this.#ungrantedBytes < WINDOW_BYTES / 4) return;
    this.#carrier.send(JSON.stringify({ credit: this.#ungrantedBytes }));
    this.#ungrantedBytes = 0;
  }

  /** No more writes; what is queued is still sent. */
  end(): void {
    this.#endRequested = true;
    this.#flush();
  }

  /** Tells the peer why and ends at once. */
  fail(error: AppErrorData): void {
    if (this.#isOver) return;
    this.#carrier.send(JSON.stringify({ error }));
    this.#finish({ kind: 'error', error });
  }

  /** Ends at once, without a word. */
  close(): void {
    this.#finish({ kind: 'closed' });
  }

  #flush(): void {
    while (!this.#isOver) {
      const chunk = this.#queue[0];
      if (chunk === undefined || chunk.length > this.#credit) break;
      this.#queue.shift();
      this.#queuedBytes -= chunk.length;
      this.#credit -= chunk.length;
      const isZeros = chunk.length >= MIN_ZEROS_BYTES && isAllZero(chunk);
      this.#carrier.send(isZeros ? JSON.stringify({ zeros: chunk.length }) : chunk);
    }
    if (this.#isOver || this.#queue.length > 0) return;
    if (this.#needsDrain) {
      this.#needsDrain = false;
      this.onDrain();
    }
    if (this.#endRequested && !this.#endSent) {
      this.#endSent = true;
      this.#carrier.send(JSON.stringify({ end: true }));
      if (this.#peerEnded) this.#finish({ kind: 'end' });
    }
  }

  #receive(message: Uint8Array | string): void {
    if (this.#isOver) return;
    if (typeof message === 'string') {
      this.#control(message);
      return;
    }
    this.#data(message);
  }

  #data(bytes: Uint8Array): void {
    this.#unconsumedBytes += bytes.length;
    if (this.#unconsumedBytes > WINDOW_BYTES || this.#peerEnded) this.fail(overrun);
    else this.onData(bytes);
  }

  #control(text: string): void {
    const message = parseControl(text);
    switch (message?.kind) {
      case undefined:
        this.fail(overrun);
        return;
      case 'credit':
        this.#credit += message.bytes;
        if (this.#credit > WINDOW_BYTES) this.fail(overrun);
        else this.#flush();
        return;
      case 'zeros':
        this.#data(ZEROS.subarray(0, message.bytes));
        return;
      case 'end':
        this.#peerEnded = true;
        this.onPeerEnd();
        if (this.#endSent) this.#finish({ kind: 'end' });
        return;
      case 'error':
        this.#finish({ kind: 'error', error: message.error });
    }
  }

  #finish(end: ByteChannelEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#carrier.close();
    this.onOver(end);
  }
}

type Control = { kind: 'credit' | 'zeros'; bytes: number } | { kind: 'end' } | { kind: 'error'; error: AppErrorData };

/** Null for anything that is not a control message. */
function parseControl(text: string): Control | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  if ('credit' in value && Number.isSafeInteger(value.credit) && Number(value.credit) > 0) {
    return { kind: 'credit', bytes: Number(value.credit) };
  }
  if ('zeros' in value && Number.isSafeInteger(value.zeros) && Number(value.zeros) > 0) {
    return Number(value.zeros) <= CHUNK_BYTES ? { kind: 'zeros', bytes: Number(value.zeros) } : null;
  }
  if ('end' in value) return { kind: 'end' };
  // Only the core sends errors, and only to its own renderer.
  if ('error' in value) return { kind: 'error', error: value.error as AppErrorData };
  return null;
}
