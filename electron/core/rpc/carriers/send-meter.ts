/** Above this many unsent bytes a subscription waits before it sends more. */
const HIGH_WATER_BYTES = 256 * 1024;

/** Counts what was sent but not taken yet, so that feeds wait for slow receivers instead of piling up. */
export class SendMeter {
  #pendingBytes = 0;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  sent(byteCount: number): void {
    this.#pendingBytes += byteCount;
  }

  /** The receiver, or the system on its behalf, has taken this much. */
  taken(byteCount: number): void {
    this.#pendingBytes = Math.max(0, this.#pendingBytes - byteCount);
    if (this.#pendingBytes < HIGH_WATER_BYTES) this.#wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Resolves when there is room for more, or the carrier is gone. */
  ready(): Promise<void> {
    if (this.#isClosed || this.#pendingBytes < HIGH_WATER_BYTES) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
