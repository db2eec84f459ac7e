import { AppError } from '../../kernel/app-error.ts';
import type { CancelTimer, Clock } from '../../kernel/clock.ts';

interface PlanOptions {
  clock: Clock;
  /** From the start of one to the start of the next. */
  delayMs: number;
  /** How many are under way at once. */
  parallel: number;
  /** Whether those that wait are left alone when one fails. */
  stopOnFailure: boolean;
}

interface Waiter {
  go: () => void;
  drop: (reason: AppError) => void;
}

/** Lets work of many start in the order in which it was handed in, so many at once, and with time between. */
export class ActionPlan {
  readonly #options: PlanOptions;
  #waiting: Waiter[] = [];
  #running = 0;
  #lastStart = -Infinity;
  #timer: CancelTimer | null = null;
  /** Why nothing starts any more. */
  #stopped: AppError | null = null;

  constructor(options: PlanOptions) {
    this.#options = options;
  }

  /** Runs the work when its turn comes. Throws the signal's reason, CANCELLED where one before has failed, and what it throws. */
  async run(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    await this.#turn(signal);
    try {
      await work();
    } catch (thrown) {
      const error = AppError.from(thrown);
      // What a person stops has not failed.
      if (this.#options.stopOnFailure && error.code !== 'CANCELLED') this.#stop(error);
      throw thrown;
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting = this.#waiting.filter((each) => each !== waiter);
        if (this.#waiting.length === 0) this.#clearTimer();
        reject(AppError.from(signal.reason));
      };
      const waiter: Waiter = {
        go: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
        drop: (reason) => {
          signal.removeEventListener('abort', leave);
          reject(reason);
        },
      };
      if (this.#stopped !== null) {
        reject(this.#stopped);
        return;
      }
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiter);
      this.#next();
    });
  }

  #next(): void {
    const { clock, delayMs, parallel } = this.#options;
    while (this.#timer === null && this.#waiting.length > 0 && this.#running < parallel) {
      const waitMs = this.#lastStart + delayMs - clock.monotonic();
      if (waitMs > 0) {
        this.#timer = clock.setTimer(waitMs, () => {
          this.#timer = null;
          this.#next();
        });
        return;
      }
      this.#running += 1;
      this.#lastStart = clock.monotonic();
      this.#waiting.shift()?.go();
    }
  }

  #stop({ detail }: AppError): void {
    this.#stopped ??= new AppError('CANCELLED', { detail: `not started, because one before it failed: ${detail}` });
    this.#clearTimer();
    for (const { drop } of this.#waiting) drop(this.#stopped);
    this.#waiting = [];
  }

  #clearTimer(): void {
    this.#timer?.();
    this.#timer = null;
  }
}
