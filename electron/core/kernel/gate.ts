import { abortError, AppError } from './app-error.ts';

interface Waiter {
  priority: number;
  enter: () => void;
}

/**
 * Lets at most `width` pieces of work run at once; waiting work starts by priority (higher first), then by age.
 * The queue is bounded: LIMIT_EXCEEDED is thrown when `maxWaiting` is reached.
 */
export class Gate {
  #width: number;
  #maxWaiting: number;
  #running = 0;
  #waiting: Waiter[] = [];

  constructor(width: number, maxWaiting = 10_000) {
    this.#width = width;
    this.#maxWaiting = maxWaiting;
  }

  async run<T>(work: () => Promise<T>, options: { priority?: number; signal?: AbortSignal } = {}): Promise<T> {
    await this.#enter(options.priority ?? 0, options.signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #enter(priority: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.reject(abortError(signal));
    if (this.#running < this.#width) {
      this.#running++;
      return Promise.resolve();
    }
    if (this.#waiting.length >= this.#maxWaiting) {
      return Promise.reject(new AppError('LIMIT_EXCEEDED', { detail: `${this.#maxWaiting} calls are waiting` }));
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        priority,
        enter: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        if (signal) reject(abortError(signal));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const index = this.#waiting.findIndex((w) => w.priority < priority);
      this.#waiting.splice(index < 0 ? this.#waiting.length : index, 0, waiter);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next.enter();
    else this.#running--;
  }
}
