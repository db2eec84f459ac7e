import { AppError } from '../../kernel/app-error.ts';

interface Entry {
  readonly priority: number;
  send: () => void;
}

/**
 * Lets at most `width` calls be on their way; the others wait by priority (higher first), then by age. Unlike
 * kernel/gate.ts it works without promises, so that a call goes out in the same turn in which it was asked for.
 */
export class CallWindow<T extends Entry> {
  #width: number;
  #maxWaiting: number;
  #used = 0;
  #waiting: T[] = [];

  constructor(width: number, maxWaiting = 10_000) {
    this.#width = width;
    this.#maxWaiting = maxWaiting;
  }

  /** Sends now or later. Throws LIMIT_EXCEEDED where too many wait already. */
  add(entry: T): void {
    if (this.#used < this.#width) {
      this.#used++;
      entry.send();
      return;
    }
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new AppError('LIMIT_EXCEEDED', { detail: `${this.#maxWaiting} calls are waiting` });
    }
    const index = this.#waiting.findIndex((other) => other.priority < entry.priority);
    this.#waiting.splice(index < 0 ? this.#waiting.length : index, 0, entry);
  }

  /** Forgets an entry that has not been sent; false where it has been. */
  remove(entry: T): boolean {
    const index = this.#waiting.indexOf(entry);
    if (index < 0) return false;
    this.#waiting.splice(index, 1);
    return true;
  }

  /** One sent call has been answered. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#used--;
    else next.send();
  }

  /** Empties the queue and returns what was in it. */
  drain(): T[] {
    return this.#waiting.splice(0);
  }
}
