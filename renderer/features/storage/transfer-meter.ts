/** Speed is that of the last seconds. */
const WINDOW_MS = 5_000;

/** Counts the bytes of a transfer and tells how fast it is. */
export class TransferMeter {
  readonly #now: () => number;
  readonly #samples: { timeMs: number; bytes: number }[];
  bytes = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#samples = [{ timeMs: now(), bytes: 0 }];
  }

  add(byteCount: number): void {
    this.bytes += byteCount;
  }

  /** Bytes per second since a few seconds ago; 0 before anything is known. To be asked regularly. */
  read(): number {
    const now = this.#now();
    this.#samples.push({ timeMs: now, bytes: this.bytes });
    while ((this.#samples[1]?.timeMs ?? now) < now - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0] ?? { timeMs: now, bytes: this.bytes };
    return now > first.timeMs ? ((this.bytes - first.bytes) * 1000) / (now - first.timeMs) : 0;
  }
}
