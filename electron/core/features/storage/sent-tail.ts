import { isAllZero } from '../../../../shared/model/zeros.ts';

/** Twice what may be on its way to a host: the window of SSH, buffers of sockets and queues of the daemon. */
const TAIL_BYTES = 16 * 1024 * 1024;
/** What a piece costs beside its bytes, so that tiny pieces are bounded too. */
const PIECE_COST = 4 * 1024;
const ZEROS = Buffer.alloc(256 * 1024);
/** A ring that is free again: new big buffers for each upload make the garbage collector run all the time. */
let spareRing: Buffer | null = null;

/** Room beside what is kept, for what is not taken yet. */
const SPARE_BYTES = 2 * 1024 * 1024;

/** `bytes` is null where all are zero; `at` is where they lie in the ring, null where they lie elsewhere. */
interface Piece {
  offset: number;
  length: number;
  bytes: Buffer | null;
  at: number | null;
}

/**
 * The last bytes that were sent to a host, which does not tell what of them it has. After the connection was lost they are
 * compared with what has arrived, and sent again from there on. Zeros count little, however many: they are often not sent.
 */
export class SentTail {
  readonly #limitBytes: number;
  /** Made when it is needed. Many buffers that are kept for a while would cost the garbage collector more than copying. */
  #ring: Buffer | null = null;
  #ringEnd = 0;
  #pieces: Piece[] = [];
  #cost = 0;
  #end = 0;

  constructor(limitBytes = TAIL_BYTES) {
    this.#limitBytes = limitBytes;
  }

  /** Where the first byte lies that is still known. */
  get start(): number {
    return this.#pieces[0]?.offset ?? this.#end;
  }

  /** Behind the last byte. */
  get end(): number {
    return this.#end;
  }

  add(bytes: Buffer): void {
    const last = this.#pieces.at(-1);
    const isZero = isAllZero(bytes);
    if (isZero && last?.bytes === null) last.length += bytes.length;
    else {
      const kept = isZero ? { bytes: null, at: null } : this.#keep(bytes);
      const piece = { offset: this.#end, length: bytes.length, ...kept };
      this.#pieces.push(piece);
      this.#cost += costOf(piece);
    }
    this.#end += bytes.length;
  }

  /** Forgets all; to be called when nothing will be sent any more. */
  close(): void {
    spareRing ??= this.#ring;
    this.#ring = null;
    this.#pieces = [];
  }

  /** Forgets what is too much, of what lies before `offset`. */
  trim(offset: number): void {
    for (;;) {
      const first = this.#pieces[0];
      if (first === undefined || this.#cost <= this.#limitBytes || first.offset + first.length > offset) return;
      this.#pieces.shift();
      this.#cost -= costOf(first);
    }
  }

  /** At most about `maxBytes` from `offset` on, which must not lie before `start`. */
  from(offset: number, maxBytes: number): Buffer[] {
    let at = this.#pieces.length;
    while (at > 0 && (this.#pieces[at - 1]?.offset ?? 0) + (this.#pieces[at - 1]?.length ?? 0) > offset) at--;
    const found: Buffer[] = [];
    let room = maxBytes;
    for (const piece of this.#pieces.slice(at)) {
      let skipped = Math.max(0, offset - piece.offset);
      while (room > 0 && skipped < piece.length) {
        const bytes = piece.bytes?.subarray(skipped) ?? ZEROS.subarray(0, piece.length - skipped);
        found.push(bytes);
        room -= bytes.length;
        skipped += bytes.length;
      }
    }
    return found;
  }

  /**
   * From where on all must be sent again, `present` being what the host has from `start` on. It is never the end: the last
   * bytes are always sent, so that the host says that it has them. Null where the host lacks what it must have.
   */
  async resumeAt(present: AsyncIterable<Buffer>): Promise<number | null> {
    let position = this.start;
    let isSame = true;
    for await (const chunk of present) {
      let rest = chunk;
      while (isSame && rest.length > 0 && position < this.#end) {
        const [expected = ZEROS] = this.from(position, 1);
        const length = Math.min(expected.length, rest.length);
        isSame = expected.subarray(0, length).equals(rest.subarray(0, length));
        if (isSame) position += length;
        rest = rest.subarray(length);
      }
      if (!isSame || position >= this.#end) break;
    }
    const resumeAt = Math.max(this.start, this.#beginOf(Math.min(position, this.#end - 1)));
    // More than half of what is kept cannot have been on its way: the host has lost it, or it is another volume.
    return this.#cost - this.#costBefore(resumeAt) > this.#limitBytes / 2 ? null : resumeAt;
  }

  /** A copy in the ring; the bytes themselves where that is full of what is still needed. */
  #keep(bytes: Buffer): Pick<Piece, 'bytes' | 'at'> {
    this.#ring ??= takeRing(this.#limitBytes + SPARE_BYTES);
    const { length } = bytes;
    const at = this.#ringEnd + length > this.#ring.length ? 0 : this.#ringEnd;
    const isInUse = this.#pieces.some(
      (piece) => piece.at !== null && piece.at < at + length && at < piece.at + piece.length,
    );
    if (isInUse || length > this.#ring.length) return { bytes, at: null };
    bytes.copy(this.#ring, at);
    this.#ringEnd = at + length;
    return { bytes: this.#ring.subarray(at, at + length), at };
  }

  /** Where the piece begins in which a byte lies; in zeros any place is as good. */
  #beginOf(position: number): number {
    const piece = this.#pieces.findLast(({ offset }) => offset <= position);
    return piece?.bytes === null ? position : (piece?.offset ?? position);
  }

  #costBefore(offset: number): number {
    return this.#pieces.reduce((sum, piece) => sum + (piece.offset < offset ? costOf(piece) : 0), 0);
  }
}

function takeRing(byteCount: number): Buffer {
  const ring = spareRing;
  if (ring?.length !== byteCount) return Buffer.allocUnsafeSlow(byteCount);
  spareRing = null;
  return ring;
}

function costOf({ bytes }: Piece): number {
  return PIECE_COST + (bytes?.length ?? 0);
}
