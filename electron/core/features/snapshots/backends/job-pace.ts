/** The speed is that of the last seconds. */
const WINDOW_MS = 10_000;

/** Tells how fast a job is, from how far it was at each look. */
export class JobPace {
  readonly #samples: { atMs: number; bytes: number }[] = [];

  /** What remains at the present speed; both null before there is one. */
  look(atMs: number, bytes: number, totalBytes: number): { remainingMs: number | null; bytesPerSecond: number | null } {
    this.#samples.push({ atMs, bytes });
    while ((this.#samples[1]?.atMs ?? atMs) < atMs - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0] ?? { atMs, bytes };
    if (atMs <= first.atMs || bytes <= first.bytes) return { remainingMs: null, bytesPerSecond: null };
    const bytesPerSecond = ((bytes - first.bytes) * 1_000) / (atMs - first.atMs);
    return { remainingMs: (Math.max(0, totalBytes - bytes) * 1_000) / bytesPerSecond, bytesPerSecond };
  }
}
