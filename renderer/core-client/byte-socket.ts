import type { AppErrorData } from '../../shared/contract/errors.ts';
import { ByteChannel, type ByteCarrier } from '../../shared/contract/byte-channel.ts';

/** A byte channel with the members that noVNC's RFB needs of a WebSocket. */
export class ByteSocket {
  binaryType = 'arraybuffer';
  readonly protocol = '';
  readyState: 'open' | 'closed' = 'open';
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null;
  /** Why the channel ended, where the core said so. */
  error: AppErrorData | null = null;
  #channel: ByteChannel;

  constructor(carrier: ByteCarrier) {
    this.#channel = new ByteChannel(carrier);
    this.#channel.onData = (bytes) => {
      this.onmessage?.({ data: bytes.slice().buffer });
      this.#channel.consumed(bytes.length);
    };
    this.#channel.onPeerEnd = () => this.#channel.end();
    this.#channel.onOver = (end) => {
      if (end.kind === 'error') this.error = end.error;
      this.readyState = 'closed';
      this.onclose?.({
        code: end.kind === 'end' ? 1000 : 1006,
        reason: this.error?.detail ?? '',
        wasClean: end.kind === 'end',
      });
    };
  }

  /** Bytes not yet taken by the core. */
  get bufferedAmount(): number {
    return this.#channel.queuedBytes;
  }

  send(data: ArrayBuffer | ArrayBufferView): void {
    // The caller may use its buffer again at once.
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
    this.#channel.write(bytes.slice());
  }

  close(): void {
    this.#channel.close();
  }
}
