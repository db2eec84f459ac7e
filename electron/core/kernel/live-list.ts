import type { FeedEvent, Freshness } from '../../../shared/contract/feed.ts';
import type { CancelTimer, Clock } from './clock.ts';

/** Who watches a feed: ends with the signal; `ready` holds back further events while the receiver is slow. */
export interface Watcher {
  signal: AbortSignal;
  ready: () => Promise<void>;
}

/** A slow watcher that missed more changes than the list has rows and this many more gets a new snapshot. */
const MAX_MISSED = 10_000;

interface Subscriber {
  /** Keys that changed. */
  pending: Set<string>;
  needsSnapshot: boolean;
  freshnessChanged: boolean;
  wake: () => void;
}

/**
 * A keyed list that can be watched. Each watcher first gets a snapshot, then patches with consecutive `seq`, at most
 * one per `flushMs`. What changes while a watcher is slow is conflated per key, so a slow watcher costs bounded memory.
 */
export class LiveList<T extends { id: string }> {
  #clock: Clock;
  #flushMs: number;
  #items = new Map<string, T>();
  #freshness: Freshness = 'loading';
  #subscribers = new Set<Subscriber>();

  constructor(clock: Clock, flushMs = 100) {
    this.#clock = clock;
    this.#flushMs = flushMs;
  }

  get items(): ReadonlyMap<string, T> {
    return this.#items;
  }

  get freshness(): Freshness {
    return this.#freshness;
  }

  get watcherCount(): number {
    return this.#subscribers.size;
  }

  /** Replaces everything; unchanged items (by value) are not sent again to watchers. */
  reset(items: Iterable<T>, freshness: Freshness): void {
    const next = new Map<string, T>();
    for (const item of items) next.set(item.id, item);
    const remove = [...this.#items.keys()].filter((id) => !next.has(id));
    this.patch([...next.values()], remove, freshness);
  }

  /** Adds or replaces `upsert` and drops `remove`. Items equal to the present ones are ignored. */
  patch(upsert: Iterable<T>, remove: Iterable<string> = [], freshness: Freshness = this.#freshness): void {
    const changed = new Set<string>();
    for (const id of remove) if (this.#items.delete(id)) changed.add(id);
    for (const item of upsert) {
      const present = this.#items.get(item.id);
      if (present !== undefined && isSame(present, item)) continue;
      this.#items.set(item.id, item);
      changed.add(item.id);
    }
    const freshnessChanged = freshness !== this.#freshness;
    this.#freshness = freshness;
    if (changed.size === 0 && !freshnessChanged) return;
    for (const subscriber of this.#subscribers) {
      for (const id of changed) subscriber.pending.add(id);
      if (subscriber.pending.size > this.#items.size + MAX_MISSED) {
        subscriber.needsSnapshot = true;
        subscriber.pending.clear();
      }
      subscriber.freshnessChanged ||= freshnessChanged;
      subscriber.wake();
    }
  }

  setFreshness(freshness: Freshness): void {
    this.patch([], [], freshness);
  }

  /**
   * Snapshot, then patches (or a snapshot again, after very many changes at once), until the watcher's signal aborts:
   * then it ends without an error.
   */
  async *watch(watcher: Watcher): AsyncGenerator<FeedEvent<T>, void, void> {
    const { signal } = watcher;
    const subscriber: Subscriber = {
      pending: new Set(),
      needsSnapshot: true,
      freshnessChanged: false,
      wake: () => undefined,
    };
    this.#subscribers.add(subscriber);
    let seq = 0;
    let lastSentAt = -Infinity;
    try {
      while (!signal.aborted) {
        await untilAbort(watcher.ready(), signal);
        const waitMs = lastSentAt + this.#flushMs - this.#clock.monotonic();
        if (waitMs > 0) await this.#pause(waitMs, signal);
        if (!hasNews(subscriber)) {
          await this.#news(subscriber, signal);
          continue;
        }
        if (isAborted(signal)) return;
        const event = this.#take(subscriber, seq++);
        lastSentAt = this.#clock.monotonic();
        yield event;
      }
    } finally {
      this.#subscribers.delete(subscriber);
    }
  }

  #take(subscriber: Subscriber, seq: number): FeedEvent<T> {
    const changes = subscriber.pending;
    const isSnapshot = subscriber.needsSnapshot;
    subscriber.pending = new Set();
    subscriber.needsSnapshot = false;
    subscriber.freshnessChanged = false;
    const freshness = this.#freshness;
    if (isSnapshot) return { type: 'snapshot', seq, freshness, items: [...this.#items.values()] };
    const upsert: T[] = [];
    const remove: string[] = [];
    for (const id of changes) {
      const item = this.#items.get(id);
      if (item === undefined) remove.push(id);
      else upsert.push(item);
    }
    return { type: 'patch', seq, freshness, upsert, remove };
  }

  /** Until something changes or the signal aborts. */
  #news(subscriber: Subscriber, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        subscriber.wake = () => undefined;
        signal.removeEventListener('abort', done);
        resolve();
      };
      subscriber.wake = done;
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const state: { cancel?: CancelTimer } = {};
      const done = (): void => {
        state.cancel?.();
        signal.removeEventListener('abort', done);
        resolve();
      };
      state.cancel = this.#clock.setTimer(ms, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function hasNews(subscriber: Subscriber): boolean {
  return subscriber.needsSnapshot || subscriber.freshnessChanged || subscriber.pending.size > 0;
}

/** Reads the flag anew: TypeScript would otherwise remember it across an await. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function untilAbort(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => resolve();
    signal.addEventListener('abort', done, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', done));
  });
}

/** Items are JSON-safe: equal where all their values are. A tick compares every row, so this must be quick. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]));
}
