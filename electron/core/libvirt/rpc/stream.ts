import { Duplex, type DuplexOptions } from 'node:stream';
import { isAllZero } from '../../../../shared/model/zeros.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { StreamDirection } from '../protocol/procedure.ts';
import { decode, encode, hyper, struct, uint } from '../protocol/xdr-types.ts';
import { FRAME_OVERHEAD, frameStatus, frameType, MAX_STREAM_PACKET_BYTES, type Frame } from './framing.ts';
import { serverError } from './server-error.ts';

/** Received bytes of a stream that may wait for their reader before the whole connection stops reading. */
const HIGH_WATER_BYTES = 1024 * 1024;
/** Received bytes that may come before the reply to the call that opens the stream. */
const MAX_EARLY_BYTES = 8 * 1024 * 1024;
/** What holes are read as. Nobody writes to it. */
const ZEROS = Buffer.alloc(64 * 1024);
/** With its header such a packet fills eight packets of SSH (32 KiB each) to the last byte. */
const PACKET_BYTES = Math.min(8 * 32 * 1024 - FRAME_OVERHEAD, MAX_STREAM_PACKET_BYTES);

const streamHole = struct({ length: hyper, flags: uint });

/** What a stream needs of its connection. */
export interface StreamCarrier {
  /** Sends a packet; `sent` is called when the transport has taken it, or with what went wrong. */
  send(status: number, data?: readonly Uint8Array[], sent?: (error?: Error | null) => void): void;
  /** Sends a hole, as `send` does a packet. */
  sendHole(hole: Uint8Array, sent?: (error?: Error | null) => void): void;
  /** Stops or resumes reading the connection on behalf of this stream. */
  setPaused(paused: boolean): void;
  /** The stream is over; packets that still come for it are dropped. */
  forget(): void;
}

/**
 * A stream of libvirt (console, volume, screenshot) as a Node stream. Ending it finishes the stream on the server and
 * 'finish'/'end' come after the server's confirmation; destroying it early aborts it there. Holes of sparse downloads
 * read as zeros.
 *
 * The protocol has no flow control per stream. When a reader stalls with more than 1 MiB waiting, the connection is
 * not read any more, which also holds up its calls and events: bulk streams belong on a connection of their own.
 */
export class RpcStream extends Duplex {
  #carrier: StreamCarrier;
  #procedure: string;
  #direction: StreamDirection;
  readonly #isSparse: boolean;
  /** What waits for the reader: bytes, a hole (its length), or the end (null). */
  #items: (Buffer | number | null)[] = [];
  #waitingBytes = 0;
  #wanted = false;
  #isOpened = false;
  /** The server has said that no more data come. */
  #eof = false;
  #paused = false;
  /** Past `open` the server has nothing left that must be aborted. */
  #state: 'open' | 'finishing' | 'over' = 'open';
  #confirmed: (error?: Error | null) => void = () => undefined;

  /** A sparse one sends pieces that are all zero as holes; only for uploads that the server was told to be sparse. */
  constructor(procedure: string, direction: StreamDirection, carrier: StreamCarrier, isSparse = false) {
    super(optionsFor(direction));
    this.#procedure = procedure;
    this.#direction = direction;
    this.#carrier = carrier;
    this.#isSparse = isSparse;
    // The owner learns of an error by its own listener; without one, it must not end the process.
    this.on('error', () => undefined);
  }

  /** Takes a packet that the server has sent. Throws PROTOCOL where it makes no sense. */
  receive(frame: Frame): void {
    if (this.#state === 'over') return;
    if (frame.type === frameType.streamHole) {
      const { length } = decode(streamHole, frame.bytes, FRAME_OVERHEAD);
      if (length <= 0) throw new AppError('PROTOCOL', { detail: `hole of ${length} bytes in a stream` });
      this.#queue(length, frame.bytes.length);
    } else if (frame.status === frameStatus.error) {
      this.#state = 'over';
      this.destroy(serverError(frame, this.#procedure));
    } else if (frame.status === frameStatus.ok) {
      this.#onConfirmed();
    } else if (frame.bytes.length > FRAME_OVERHEAD) {
      this.#queue(frame.bytes.subarray(FRAME_OVERHEAD), frame.bytes.length);
    } else {
      this.#onEof();
    }
  }

  /** The reply has come. A daemon sends it from another thread than the packets, so that these may come first. */
  opened(): void {
    this.#isOpened = true;
    this.#limit();
  }

  /** The call that should have opened the stream has failed: there is nothing to abort. */
  discard(): void {
    this.#state = 'over';
    this.destroy();
  }

  override _read(): void {
    this.#wanted = true;
    this.#drain();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, written: (error?: Error | null) => void): void {
    this.#sendPackets([chunk], written);
  }

  /** What has gathered while the transport was busy goes in as few packets as it fits in. */
  override _writev(pieces: { chunk: Buffer }[], written: (error?: Error | null) => void): void {
    this.#sendPackets(
      pieces.map(({ chunk }) => chunk),
      written,
    );
  }

  override _final(finished: (error?: Error | null) => void): void {
    this.#finish(finished);
  }

  override _destroy(error: Error | null, destroyed: (error?: Error | null) => void): void {
    const wasOpen = this.#state === 'open';
    this.#state = 'over';
    this.#items = [];
    this.#waitingBytes = 0;
    this.#setPaused(false);
    if (wasOpen) this.#carrier.send(frameStatus.error);
    this.#carrier.forget();
    destroyed(error);
  }

  #sendPackets(pieces: readonly Buffer[], written: (error?: Error | null) => void): void {
    let packet: Buffer[] = [];
    let packetBytes = 0;
    let holeBytes = 0;
    const flush = (sent?: (error?: Error | null) => void): void => {
      if (holeBytes > 0) this.#carrier.sendHole(encode(streamHole, { length: holeBytes, flags: 0 }, 16), sent);
      // An empty packet would mean the end.
      else if (packetBytes > 0) this.#carrier.send(frameStatus.more, packet, sent);
      else sent?.();
      [packet, packetBytes, holeBytes] = [[], 0, 0];
    };
    for (const piece of pieces) {
      const isHole = this.#isSparse && isAllZero(piece);
      if (isHole ? packetBytes > 0 : holeBytes > 0) flush();
      if (isHole) holeBytes += piece.length;
      for (let rest = isHole ? piece.subarray(piece.length) : piece; rest.length > 0;) {
        if (packetBytes === PACKET_BYTES) flush();
        const part = rest.subarray(0, PACKET_BYTES - packetBytes);
        packet.push(part);
        packetBytes += part.length;
        rest = rest.subarray(part.length);
      }
    }
    flush(written);
  }

  #finish(confirmed: (error?: Error | null) => void): void {
    if (this.#state !== 'open') {
      confirmed();
      return;
    }
    this.#state = 'finishing';
    this.#confirmed = confirmed;
    this.#carrier.send(frameStatus.ok);
  }

  /** A stream that only receives ends when the server has confirmed that nothing went wrong. */
  #onEof(): void {
    if (this.#direction === 'receive') this.#finish(() => undefined);
    else this.#queue(null, 0);
    this.#eof = true;
  }

  #onConfirmed(): void {
    if (this.#state === 'open') throw new AppError('PROTOCOL', { detail: 'stream confirmed before its end' });
    this.#state = 'over';
    if (this.#direction === 'receive' || !this.#eof) {
      this.#eof = false;
      this.#queue(null, 0);
    }
    this.#confirmed();
  }

  #queue(item: Buffer | number | null, bytes: number): void {
    if (this.#eof || !this.readable) return;
    this.#items.push(item);
    this.#waitingBytes += bytes;
    this.#drain();
    this.#limit();
  }

  /** Before the reply, reading must go on, or it would never come. */
  #limit(): void {
    if (this.#isOpened) {
      if (this.#waitingBytes > HIGH_WATER_BYTES) this.#setPaused(true);
    } else if (this.#waitingBytes > MAX_EARLY_BYTES) {
      throw new AppError('PROTOCOL', { detail: 'the daemon streams without a reply' });
    }
  }

  #drain(): void {
    while (this.#wanted && this.#items.length > 0) {
      const item = this.#items[0] ?? null;
      if (typeof item === 'number') {
        const length = Math.min(item, ZEROS.length);
        if (length === item) this.#items.shift();
        else this.#items[0] = item - length;
        this.#wanted = this.push(ZEROS.subarray(0, length));
      } else {
        this.#items.shift();
        this.#wanted = this.push(item);
      }
    }
    if (this.#items.length === 0) this.#waitingBytes = 0;
    if (this.#waitingBytes === 0) this.#setPaused(false);
  }

  #setPaused(paused: boolean): void {
    if (this.#paused === paused) return;
    this.#paused = paused;
    this.#carrier.setPaused(paused);
  }
}

function optionsFor(direction: StreamDirection): DuplexOptions & { readable: boolean; writable: boolean } {
  return {
    readable: direction !== 'send',
    writable: direction !== 'receive',
    allowHalfOpen: false,
    readableHighWaterMark: 256 * 1024,
    writableHighWaterMark: 256 * 1024,
  };
}
