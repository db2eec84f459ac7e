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

/** A state whose index is made when it is first asked for: a long list is drawn many times a second without it. */
export class ListState<T> implements FeedState<T> {
  readonly items: readonly T[];
  readonly freshness: Freshness;
  readonly error: AppErrorData | null;
  readonly #keyOf: (item: T) => string;
  #byId: ReadonlyMap<string, T> | null;

  /** `before` gives its index where it has the same items. */
  constructor(
    { items, freshness, error }: Omit<FeedState<T>, 'byId'>,
    keyOf: (item: T) => string,
    before?: ListState<T>,
  ) {
    this.items = items;
    this.freshness = freshness;
    this.error = error;
    this.#keyOf = keyOf;
    this.#byId = before?.items === items ? before.#byId : null;
  }

  get byId(): ReadonlyMap<string, T> {
    this.#byId ??= new Map(this.items.map((item) => [this.#keyOf(item), item]));
    return this.#byId;
  }
}

const idOf = ({ id }: { id: string }): string => id;

/**
 * One subscription for however many users of a live list. Patches are applied together, once per animation frame; a gap
 * in `seq` subscribes again.
 */
export class FeedStore<T extends { id: string }> implements Readable<FeedState<T>> {
  #open: OpenFeed<T>;
  #state = new ListState<T>({ items: [], freshness: 'loading', error: null }, idOf);
  /** Where each item stands in the state's list. */
  #places: ReadonlyMap<string, number> = new Map();
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
    const { items: present, freshness, error } = this.#state;
    const items = this.#nextItems(present);
    if (items === present && freshness === this.#freshness && error === this.#error) return;
    this.#state = new ListState({ items, freshness: this.#freshness, error: this.#error }, idOf, this.#state);
    for (const listener of this.#listeners) listener();
  };

  /** The list with all that came; the present one where nothing did. */
  #nextItems(present: readonly T[]): readonly T[] {
    const snapshot = this.#snapshot;
    const changes = this.#changes;
    if (snapshot === null && changes.size === 0) return present;
    this.#snapshot = null;
    this.#changes = new Map();
    const kept = (item: T): T => {
      const known = present[this.#places.get(item.id) ?? -1];
      return known !== undefined && isSameJson(known, item) ? known : item;
    };
    if (snapshot === null && [...changes].every(([id, item]) => item !== null && this.#places.has(id))) {
      // Nothing came or went, as nearly always: the others stay where they are.
      const items = [...present];
      for (const [id, item] of changes) if (item !== null) items[this.#places.get(id) ?? -1] = kept(item);
      return items;
    }
    const next = new Map<string, T>();
    for (const item of snapshot ?? present) next.set(item.id, snapshot === null ? item : kept(item));
    for (const [id, item] of changes) {
      if (item === null) next.delete(id);
      else next.set(id, kept(item));
    }
    const items = [...next.values()];
    this.#places = new Map(items.map(({ id }, at) => [id, at]));
    return items;
  }
}

/** True where two JSON values are equal, whatever the order of their keys. A snapshot compares every row. */
function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return keys.every((key) => Object.hasOwn(right, key) && isSameJson(left[key], right[key]));
}
