import type { AppErrorData } from '../../shared/contract/errors.ts';
import type { FeedEvent, Freshness } from '../../shared/contract/feed.ts';
import { inNextFrame } from './frame.ts';

/** A live list as the page has it. A new object for each change; rows that did not change are the same objects. */
export interface FeedState<T> {
  items: readonly T[];
  byId: ReadonlyMap<string, T>;
  freshness: Freshness;
  /** Why the list could not be read; null while it can. */
  error: AppErrorData | null;
}

/** Something that can be read and watched, as useSyncExternalStore takes it. */
export interface Readable<S> {
  read: () => S;
  watch: (listener: () => void) => () => void;
}

export interface FeedHandlers<T extends { id: string }> {
  onEvent: (event: FeedEvent<T>) => void;
  /** The core cannot be reached; a snapshot follows when it can. */
  onLost: () => void;
  onError: (error: AppErrorData) => void;
}

/** Opens a subscription; returns what ends it. */
export type OpenFeed<T extends { id: string }> = (handlers: FeedHandlers<T>) => () => void;

/** A feed that nobody looks at is kept this long, for the way back. */
const LINGER_MS = 10_000;
const retryDelayMs = (attempt: number): number => Math.min(10_000, 500 * 2 ** attempt);

export const emptyFeed: FeedState<never> = {
  items: [],
  byId: new Map<string, never>(),
  freshness: 'loading',
  error: null,
};

/**
 * One subscription for however many users of a live list. Patches are applied together, once per animation frame; a gap
 * in `seq` subscribes again.
 */
export class FeedStore<T extends { id: string }> implements Readable<FeedState<T>> {
  #open: OpenFeed<T>;
  #state: FeedState<T> = emptyFeed;
  #listeners = new Set<() => void>();
  #stop: (() => void) | null = null;
  #lingerTimer: number | null = null;
  #retryTimer: number | null = null;
  #attempt = 0;
  /** The last `seq`; null until the snapshot. */
  #seq: number | null = null;
  #snapshot: T[] | null = null;
  /** Newest value per changed id; null means removed. */
  #changes = new Map<string, T | null>();
  #freshness: Freshness = 'loading';
  #error: AppErrorData | null = null;

  constructor(open: OpenFeed<T>) {
    this.#open = open;
  }

  read = (): FeedState<T> => this.#state;

  watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#lingerTimer !== null) window.clearTimeout(this.#lingerTimer);
    this.#lingerTimer = null;
    if (this.#stop === null && this.#retryTimer === null) this.#subscribe();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#lingerTimer = window.setTimeout(() => this.#end(), LINGER_MS);
    };
  };

  #subscribe(): void {
    this.#seq = null;
    let isCurrent = true;
    const end = this.#open({
      onEvent: (event) => isCurrent && this.#take(event),
      onLost: () => isCurrent && this.#lost(),
      onError: (error) => isCurrent && this.#failed(error),
    });
    this.#stop = () => {
      isCurrent = false;
      end();
    };
  }

  #take(event: FeedEvent<T>): void {
    if (event.type === 'snapshot') {
      this.#snapshot = event.items;
      this.#changes.clear();
    } else if (this.#seq === null) {
      // Nothing to apply it to; the snapshot is on its way.
      return;
    } else if (event.seq !== this.#seq + 1) {
      this.#stop?.();
      this.#subscribe();
      return;
    } else {
      for (const id of event.remove) this.#changes.set(id, null);
      for (const item of event.upsert) this.#changes.set(item.id, item);
    }
    this.#seq = event.seq;
    this.#attempt = 0;
    this.#error = null;
    this.#freshness = event.freshness;
    inNextFrame(this.#apply);
  }

  #lost(): void {
    this.#seq = null;
    if (this.#freshness === 'live') this.#freshness = 'stale';
    inNextFrame(this.#apply);
  }

  #failed(error: AppErrorData): void {
    this.#stop?.();
    this.#stop = null;
    this.#error = error;
    if (this.#freshness !== 'loading') this.#freshness = 'stale';
    this.#retryTimer = window.setTimeout(() => {
      this.#retryTimer = null;
      this.#subscribe();
    }, retryDelayMs(this.#attempt));
    this.#attempt += 1;
    inNextFrame(this.#apply);
  }

  #end(): void {
    this.#lingerTimer = null;
    this.#stop?.();
    this.#stop = null;
    if (this.#retryTimer !== null) window.clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
    // What is shown at the next visit, until its snapshot comes.
    if (this.#freshness === 'live') this.#freshness = 'stale';
    inNextFrame(this.#apply);
  }

  #apply = (): void => {
    const { items, byId, freshness, error } = this.#state;
    const next = this.#nextRows(byId);
    const isSame = next === null && freshness === this.#freshness && error === this.#error;
    if (isSame) return;
    this.#state = {
      items: next === null ? items : [...next.values()],
      byId: next ?? byId,
      freshness: this.#freshness,
      error: this.#error,
    };
    for (const listener of this.#listeners) listener();
  };

  /** Null where no row changed. */
  #nextRows(present: ReadonlyMap<string, T>): Map<string, T> | null {
    const snapshot = this.#snapshot;
    if (snapshot === null && this.#changes.size === 0) return null;
    const next = new Map<string, T>();
    const same = (item: T): T => {
      const known = present.get(item.id);
      return known !== undefined && isSameJson(known, item) ? known : item;
    };
    if (snapshot !== null) for (const item of snapshot) next.set(item.id, same(item));
    else for (const [id, item] of present) next.set(id, item);
    for (const [id, item] of this.#changes) {
      if (item === null) next.delete(id);
      else next.set(id, same(item));
    }
    this.#snapshot = null;
    this.#changes.clear();
    return next;
  }
}

/** True where two JSON values are equal, whatever the order of their keys. */
function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = new Map<string, unknown>(Object.entries(b));
  return (
    left.length === right.size && left.every(([key, value]) => right.has(key) && isSameJson(value, right.get(key)))
  );
}
