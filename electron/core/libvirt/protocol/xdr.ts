import { AppError } from '../../kernel/app-error.ts';
import { RecurringStrings } from './recurring.ts';

/** Longest string that libvirt puts on the wire, in bytes of UTF-8. */
export const MAX_STRING_BYTES = 4 * 1024 * 1024;

const TWO_32 = 2 ** 32;
const MAX_UINT64_ROUNDED = 2 ** 64;
const MAX_INT64_ROUNDED = 2 ** 63;

/** Of all connections: what one host calls its figures, all do. */
const recurring = new RecurringStrings();

function malformed(detail: string): AppError {
  return new AppError('PROTOCOL', { detail });
}

function unencodable(detail: string): AppError {
  return new AppError('BAD_INPUT', { detail });
}

/**
 * Reads XDR (RFC 4506) from a buffer that the other side filled: every length is checked against what is left before
 * anything is allocated. Throws PROTOCOL.
 */
export class XdrReader {
  #buffer: Buffer;
  #offset: number;

  constructor(buffer: Buffer, offset = 0) {
    this.#buffer = buffer;
    this.#offset = offset;
  }

  get remaining(): number {
    return this.#buffer.length - this.#offset;
  }

  int(): number {
    const offset = this.#advance(4);
    return this.#buffer.readInt32BE(offset);
  }

  uint(): number {
    const offset = this.#advance(4);
    return this.#buffer.readUInt32BE(offset);
  }

  /**
   * Exact up to 2^53, the nearest double beyond it: a CPU time in ns gets there after 104 days and is then off by a
   * few ns, which no figure on a screen shows. Who needs the exact value asks `exact`.
   */
  hyper(): number {
    const offset = this.#advance(8);
    return this.#buffer.readInt32BE(offset) * TWO_32 + this.#buffer.readUInt32BE(offset + 4);
  }

  /** Exact up to 2^53, the nearest double beyond it: 2^64-1, libvirt's "unknown" or "unlimited", reads as 2^64. */
  uhyper(): number {
    const offset = this.#advance(8);
    return this.#buffer.readUInt32BE(offset) * TWO_32 + this.#buffer.readUInt32BE(offset + 4);
  }

  double(): number {
    const offset = this.#advance(8);
    return this.#buffer.readDoubleBE(offset);
  }

  /** Text; bytes that are not UTF-8 become U+FFFD. */
  string(): string {
    const length = this.#length(MAX_STRING_BYTES);
    const offset = this.#advance(paddedLength(length));
    return recurring.text(this.#buffer, offset, offset + length);
  }

  /** A copy of up to `max` bytes whose number stands before them. */
  opaque(max: number): Uint8Array {
    return this.fixedOpaque(this.#length(max));
  }

  /** A copy of exactly `length` bytes. */
  fixedOpaque(length: number): Uint8Array {
    const offset = this.#advance(paddedLength(length));
    return new Uint8Array(this.#buffer.subarray(offset, offset + length));
  }

  uuid(): string {
    return recurring.uuid(this.#buffer, this.#advance(16));
  }

  /** The number of items that follow, each at least `minItemBytes` long; that many must still fit into the buffer. */
  count(max: number, minItemBytes: number): number {
    const count = this.uint();
    if (count > max) throw malformed(`list of ${count} items, at most ${max} are allowed`);
    if (count * minItemBytes > this.remaining) throw malformed(`list of ${count} items is longer than its message`);
    return count;
  }

  /** Whether an optional value follows. */
  present(): boolean {
    const flag = this.uint();
    if (flag > 1) throw malformed(`optional value marked with ${flag}`);
    return flag === 1;
  }

  /** Throws where something is left: then the message does not have the shape that its procedure promises. */
  end(): void {
    if (this.remaining !== 0) throw malformed(`${this.remaining} bytes too many in the message`);
  }

  #length(max: number): number {
    const length = this.uint();
    if (length > max) throw malformed(`value of ${length} bytes, at most ${max} are allowed`);
    return length;
  }

  #advance(length: number): number {
    const offset = this.#offset;
    if (length > this.#buffer.length - offset) throw malformed('message ends in the middle of a value');
    this.#offset = offset + length;
    return offset;
  }
}

/** Writes XDR into a buffer that grows up to `maxBytes`. Throws BAD_INPUT for a value that does not fit its type. */
export class XdrWriter {
  #buffer: Buffer;
  #offset = 0;
  #maxBytes: number;

  constructor(maxBytes: number, firstBytes = 256) {
    this.#maxBytes = maxBytes;
    this.#buffer = Buffer.allocUnsafe(Math.min(firstBytes, maxBytes));
  }

  int(value: number): void {
    if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0x7fff_ffff) {
      throw unencodable(`${value} is not a 32-bit integer`);
    }
    const offset = this.#reserve(4);
    this.#buffer.writeInt32BE(value, offset);
  }

  uint(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
      throw unencodable(`${value} is not an unsigned 32-bit integer`);
    }
    const offset = this.#reserve(4);
    this.#buffer.writeUInt32BE(value, offset);
  }

  hyper(value: number): void {
    if (!Number.isInteger(value) || value < -MAX_INT64_ROUNDED || value > MAX_INT64_ROUNDED) {
      throw unencodable(`${value} is not a 64-bit integer`);
    }
    const offset = this.#reserve(8);
    if (value === MAX_INT64_ROUNDED) {
      this.#buffer.writeInt32BE(0x7fff_ffff, offset);
      this.#buffer.writeUInt32BE(0xffff_ffff, offset + 4);
    } else {
      const high = Math.floor(value / TWO_32);
      this.#buffer.writeInt32BE(high, offset);
      this.#buffer.writeUInt32BE(value - high * TWO_32, offset + 4);
    }
  }

  /** 2^64 goes out as 2^64-1, so that an "unlimited" that was read can be written back. */
  uhyper(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > MAX_UINT64_ROUNDED) {
      throw unencodable(`${value} is not an unsigned 64-bit integer`);
    }
    const offset = this.#reserve(8);
    if (value === MAX_UINT64_ROUNDED) {
      this.#buffer.fill(0xff, offset, offset + 8);
    } else {
      const high = Math.floor(value / TWO_32);
      this.#buffer.writeUInt32BE(high, offset);
      this.#buffer.writeUInt32BE(value - high * TWO_32, offset + 4);
    }
  }

  double(value: number): void {
    const offset = this.#reserve(8);
    this.#buffer.writeDoubleBE(value, offset);
  }

  string(value: string): void {
    // The server reads C strings: what follows a NUL would be cut off without a word.
    if (value.includes('\0')) throw unencodable('text contains a NUL character');
    const length = Buffer.byteLength(value);
    if (length > MAX_STRING_BYTES)
      throw unencodable(`text of ${length} bytes, at most ${MAX_STRING_BYTES} are allowed`);
    this.uint(length);
    const offset = this.#reserve(paddedLength(length));
    this.#buffer.write(value, offset, 'utf8');
    this.#pad(offset + length);
  }

  opaque(value: Uint8Array, max: number): void {
    if (value.length > max) throw unencodable(`${value.length} bytes, at most ${max} are allowed`);
    this.uint(value.length);
    this.fixedOpaque(value, value.length);
  }

  fixedOpaque(value: Uint8Array, length: number): void {
    if (value.length !== length) throw unencodable(`${value.length} bytes where ${length} are needed`);
    const offset = this.#reserve(paddedLength(length));
    this.#buffer.set(value, offset);
    this.#pad(offset + length);
  }

  uuid(value: string): void {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) throw unencodable(`${value} is not a UUID`);
    const offset = this.#reserve(16);
    this.#buffer.write(value.replaceAll('-', ''), offset, 'hex');
  }

  count(count: number, max: number): void {
    if (count > max) throw unencodable(`list of ${count} items, at most ${max} are allowed`);
    this.uint(count);
  }

  /** Raw bytes without padding, as streams carry them. */
  bytes(value: Uint8Array): void {
    const offset = this.#reserve(value.length);
    this.#buffer.set(value, offset);
  }

  /** Everything written so far, with its total length stored in the first four bytes. */
  finishFrame(): Buffer {
    this.#buffer.writeUInt32BE(this.#offset, 0);
    return this.#buffer.subarray(0, this.#offset);
  }

  /** Everything written so far; valid until the next write. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#offset);
  }

  #reserve(length: number): number {
    const offset = this.#offset;
    const end = offset + length;
    if (end > this.#buffer.length) this.#grow(end);
    this.#offset = end;
    return offset;
  }

  #grow(needed: number): void {
    if (needed > this.#maxBytes) throw unencodable(`message is longer than ${this.#maxBytes} bytes`);
    const grown = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(needed, this.#buffer.length * 2)));
    grown.set(this.#buffer.subarray(0, this.#offset));
    this.#buffer = grown;
  }

  /** Zeroes from `offset` to the end of what is reserved: the padding of a value. */
  #pad(offset: number): void {
    this.#buffer.fill(0, offset, this.#offset);
  }
}

/** XDR values take whole groups of four bytes. */
function paddedLength(length: number): number {
  return (length + 3) & ~3;
}

/** The value if it is exact; throws PROTOCOL for one beyond 2^53, of which only the nearest double is known. */
export function exact(value: number): number {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) throw malformed(`${value} is too large to be exact`);
  return value;
}
