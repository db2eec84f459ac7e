import { isAllZero } from '../../../../shared/model/zeros.ts';

/** Bytes that may be on their way to a host: windows of SSH, buffers of sockets and queues of the daemon come to some 15 MiB. */
const TAIL_BYTES = 32 * 1024 * 1024;
/** What a piece costs beside its bytes, so that tiny pieces are bounded too. */
const PIECE_COST = 4 * 1024;
const ZEROS = Buffer.alloc(256 * 1024);

/** `bytes` is null where all are zero. */
interface Piece {
  offset: number;
  length: number;
  bytes: Buffer | null;
}

/**
 * The last bytes that were sent to a host, which does not tell what of them it has. After the connection was lost they are
 * compared with what has arrived, and sent again from there on. Zeros count little, however many: they are often not sent.
 */
export class SentTail {
  readonly #limitBytes: number;
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

  /** Keeps the piece itself, not a copy. */
  add(bytes: Buffer): void {
    const last = this.#pieces.at(-1);
    const isZero = isAllZero(bytes);
    if (isZero && last?.bytes === null) last.length += bytes.length;
    else {
      const piece = { offset: this.#end, length: bytes.length, bytes: isZero ? null : bytes };
      this.#pieces.push(piece);
      this.#cost += costOf(piece);
    }
    this.#end += bytes.length;
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

  /** Where the piece begins in which a byte lies; in zeros any place is as good. */
  #beginOf(position: number): number {
    const piece = this.#pieces.findLast(({ offset }) => offset <= position);
    return piece?.bytes === null ? position : (piece?.offset ?? position);
  }

  #costBefore(offset: number): number {
    return this.#pieces.reduce((sum, piece) => sum + (piece.offset < offset ? costOf(piece) : 0), 0);
  }
}

function costOf({ bytes }: Piece): number {
  return PIECE_COST + (bytes?.length ?? 0);
}
