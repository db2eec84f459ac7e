import type { Connection } from '../../shared/contract/connections.ts';
import type { Freshness } from '../../shared/contract/feed.ts';
import { ListState, type FeedState, type Readable } from './feed-store.ts';
import { inNextFrame } from './frame.ts';

/** What belongs to a connection and has an id there, as a machine or a storage pool. */
interface Owned {
  connectionId: string;
  id: string;
}

const keys = new WeakMap<Owned, string>();

/** The key of an item among those of all connections. */
export function itemKey(item: Owned): string {
  const known = keys.get(item);
  if (known !== undefined) return known;
  const key = `${item.connectionId}/${item.id}`;
  keys.set(item, key);
  return key;
}

/** From best to worst. */
const ranks: Record<Freshness, number> = { live: 0, cached: 1, stale: 2, loading: 3 };

/** The items of all connections in one list. Watches the list of each connection while it is watched itself. */
export class MergedFeed<T extends Owned> implements Readable<FeedState<T>> {
  #connections: Readable<FeedState<Connection>>;
  #feedOf: (connectionId: string) => Readable<FeedState<T>>;
  #isFor: (connection: Connection) => boolean;
  #state = new ListState<T>({ items: [], freshness: 'loading', error: null }, itemKey);
  #counts: ReadonlyMap<string, number> = new Map();
  #listeners = new Set<() => void>();
  #watched = new Map<string, { feed: Readable<FeedState<T>>; stop: () => void }>();
  #stopConnections: (() => void) | null = null;

  constructor(
    connections: Readable<FeedState<Connection>>,
    feedOf: (connectionId: string) => Readable<FeedState<T>>,
    /** Connections that have such items at all. */
    isFor: (connection: Connection) => boolean = () => true,
  ) {
    this.#connections = connections;
    this.#feedOf = feedOf;
    this.#isFor = isFor;
  }

  read = (): FeedState<T> => this.#state;

  /** How many items each connection has, of those that have any; the same object until one of the numbers changes. */
  readCounts = (): ReadonlyMap<string, number> => this.#counts;

  watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#stopConnections === null) {
      this.#stopConnections = this.#connections.watch(() => inNextFrame(this.#merge));
      inNextFrame(this.#merge);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stopConnections?.();
      this.#stopConnections = null;
      for (const { stop } of this.#watched.values()) stop();
      this.#watched.clear();
    };
  };

  #merge = (): void => {
    if (this.#stopConnections === null) return;
    const connections = this.#connections.read();
    this.#follow(connections.byId);
    let worst: Freshness = connections.freshness === 'loading' ? 'loading' : 'live';
    const lists: (readonly T[])[] = [];
    const counts = new Map<string, number>();
    for (const [id, { feed }] of this.#watched) {
      const { items, freshness, error } = feed.read();
      const own = settled(freshness, error !== null, connections.byId.get(id));
      if (ranks[own] > ranks[worst]) worst = own;
      lists.push(items);
      if (items.length > 0) counts.set(id, items.length);
    }
    this.#state = new ListState({ items: lists.flat(), freshness: worst, error: connections.error }, itemKey);
    const isSame = counts.size === this.#counts.size && [...counts].every(([id, n]) => n === this.#counts.get(id));
    if (!isSame) this.#counts = counts;
    for (const listener of this.#listeners) listener();
  };

  #follow(connections: ReadonlyMap<string, Connection>): void {
    for (const [id, { stop }] of this.#watched) {
      if (connections.has(id)) continue;
      stop();
      this.#watched.delete(id);
    }
    for (const [id, connection] of connections) {
      if (this.#watched.has(id) || !this.#isFor(connection)) continue;
      const feed = this.#feedOf(id);
      this.#watched.set(id, { feed, stop: feed.watch(() => inNextFrame(this.#merge)) });
    }
  }
}

/** A connection that is not even being tried, or whose list cannot be read, must not keep the whole list loading. */
function settled(freshness: Freshness, hasFailed: boolean, connection: Connection | undefined): Freshness {
  const isComing = connection?.phase === 'connecting' || connection?.phase === 'online';
  return freshness === 'loading' && (hasFailed || !isComing) ? 'stale' : freshness;
}
