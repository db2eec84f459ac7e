import { AppError } from '../../kernel/app-error.ts';
import { programs } from '../protocol/procedure.ts';
import type { XdrType } from '../protocol/xdr-types.ts';
import { XdrWriter } from '../protocol/xdr.ts';

/** The length word and the header that every frame begins with, in bytes. */
export const FRAME_OVERHEAD = 28;

/** Longest frame of libvirt 1.0.6 (2013) and newer, length word included. Servers send no longer ones. */
export const MAX_FRAME_BYTES = 32 * 1024 * 1024 + 4;

/** Most bytes that all versions of libvirt take in one packet of a stream. */
export const MAX_STREAM_PACKET_BYTES = 262_120;

/** The kinds of frames (virNetMessageType) that can pass over a byte stream; those with file descriptors cannot. */
export const frameType = { call: 0, reply: 1, message: 2, stream: 3, streamHole: 6 } as const;

/** virNetMessageStatus; `more` only in streams, where `ok` means the end. */
export const frameStatus = { ok: 0, error: 1, more: 2 } as const;

/** The two messages of the keepalive program. */
export const keepaliveProcedure = { ping: 1, pong: 2 } as const;

const PROTOCOL_VERSION = 1;
const knownPrograms: ReadonlySet<number> = new Set(Object.values(programs));
const knownTypes: ReadonlySet<number> = new Set(Object.values(frameType));
const knownStatuses: ReadonlySet<number> = new Set(Object.values(frameStatus));

/** Who and what a frame is about. Replies and stream packets repeat the serial of their call; messages have 0. */
export interface FrameHeader {
  program: number;
  procedure: number;
  type: number;
  serial: number;
  status: number;
}

export interface Frame extends FrameHeader {
  /** The whole frame; what belongs to the procedure begins at FRAME_OVERHEAD. */
  bytes: Buffer;
}

function writerFor(header: FrameHeader, firstBytes: number): XdrWriter {
  const writer = new XdrWriter(MAX_FRAME_BYTES, firstBytes);
  // Room for the length; finishFrame() fills it in.
  writer.uint(0);
  writer.uint(header.program);
  writer.uint(PROTOCOL_VERSION);
  writer.int(header.procedure);
  writer.int(header.type);
  writer.uint(header.serial);
  writer.int(header.status);
  return writer;
}

/** A frame that carries one value. Throws BAD_INPUT where the value does not fit its type or the frame. */
export function encodeFrame<T>(header: FrameHeader, type: XdrType<T>, value: T): Buffer {
  const writer = writerFor(header, 256);
  type.write(writer, value);
  return writer.finishFrame();
}

/** A frame that carries raw bytes (a packet of a stream), one piece after the other, or nothing. */
export function encodeRawFrame(header: FrameHeader, data: Uint8Array | readonly Uint8Array[] = []): Buffer {
  const pieces = data instanceof Uint8Array ? [data] : data;
  const writer = writerFor(header, FRAME_OVERHEAD + byteCountOf(pieces));
  for (const piece of pieces) writer.bytes(piece);
  return writer.finishFrame();
}

/** How long pieces are together. */
export function byteCountOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/**
 * Cuts a stream of bytes into frames. A frame that lies in one chunk is handed on without a copy; one that is spread
 * over several is gathered in a buffer that grows with what has really arrived, never with what was announced.
 */
export class FrameParser {
  #maxFrameBytes: number;
  /** The beginning of a frame; null between frames. */
  #partial: Buffer | null = null;
  #partialLength = 0;

  constructor(maxFrameBytes = MAX_FRAME_BYTES) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Bytes kept for a frame that is not complete. */
  get bufferedBytes(): number {
    return this.#partialLength;
  }

  /** Calls `deliver` for each frame that `chunk` completes. Throws PROTOCOL; the parser is of no use after that. */
  push(chunk: Buffer, deliver: (frame: Frame) => void): void {
    let offset = this.#partial === null ? 0 : this.#continue(chunk, deliver);
    while (chunk.length - offset >= 4) {
      const length = this.#checkLength(chunk.readUInt32BE(offset));
      if (chunk.length - offset < length) break;
      deliver(parseFrame(chunk.subarray(offset, offset + length)));
      offset += length;
    }
    if (this.#partial === null && offset < chunk.length) this.#gather(chunk.subarray(offset));
  }

  /** Adds to the partial frame and delivers it if that completes it; returns how much of the chunk it took. */
  #continue(chunk: Buffer, deliver: (frame: Frame) => void): number {
    let used = 0;
    if (this.#partialLength < 4) {
      used = Math.min(4 - this.#partialLength, chunk.length);
      this.#gather(chunk.subarray(0, used));
    }
    if (this.#partial === null || this.#partialLength < 4) return used;
    const length = this.#checkLength(this.#partial.readUInt32BE(0));
    const more = Math.min(length - this.#partialLength, chunk.length - used);
    this.#gather(chunk.subarray(used, used + more), length);
    used += more;
    if (this.#partialLength === length) {
      const frame = this.#partial.subarray(0, length);
      this.#partial = null;
      this.#partialLength = 0;
      deliver(parseFrame(frame));
    }
    return used;
  }

  #gather(bytes: Buffer, frameLength = this.#maxFrameBytes): void {
    const needed = this.#partialLength + bytes.length;
    if (this.#partial === null || this.#partial.length < needed) {
      // Doubling keeps the copying linear.
      const grown = Buffer.allocUnsafe(Math.max(needed, Math.min(frameLength, Math.max(64, needed * 2))));
      if (this.#partial !== null) grown.set(this.#partial.subarray(0, this.#partialLength));
      this.#partial = grown;
    }
    this.#partial.set(bytes, this.#partialLength);
    this.#partialLength = needed;
  }

  #checkLength(length: number): number {
    if (length < FRAME_OVERHEAD || length > this.#maxFrameBytes) {
      throw new AppError('PROTOCOL', { detail: `frame of ${length} bytes` });
    }
    return length;
  }
}

function parseFrame(bytes: Buffer): Frame {
  const program = bytes.readUInt32BE(4);
  const version = bytes.readUInt32BE(8);
  const procedure = bytes.readInt32BE(12);
  const type = bytes.readInt32BE(16);
  const serial = bytes.readUInt32BE(20);
  const status = bytes.readInt32BE(24);
  if (!knownPrograms.has(program) || version !== PROTOCOL_VERSION) {
    throw new AppError('PROTOCOL', { detail: `frame of unknown program ${program} version ${version}` });
  }
  if (!knownTypes.has(type) || !knownStatuses.has(status)) {
    throw new AppError('PROTOCOL', { detail: `frame of unknown type ${type} or status ${status}` });
  }
  return { program, procedure, type, serial, status, bytes };
}
