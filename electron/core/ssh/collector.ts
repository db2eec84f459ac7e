const MAX_OUTPUT_BYTES = 1024 * 1024;

/** Keeps the beginning of what a program prints, up to a bound. */
export class Collector {
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #byteCount = 0;

  constructor(maxBytes: number = MAX_OUTPUT_BYTES) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Buffer): void {
    const room = this.#maxBytes - this.#byteCount;
    if (room <= 0) return;
    const kept = chunk.subarray(0, room);
    this.#chunks.push(kept);
    this.#byteCount += kept.length;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
