import type { Connection } from '../../shared/contract/connections.ts';
import type { Freshness } from '../../shared/contract/feed.ts';
import type { Machine, MachineRef } from '../../shared/contract/machines.ts';
import { emptyFeed, type FeedState, type Readable } from './feed-store.ts';
import { inNextFrame } from './frame.ts';

const keys = new WeakMap<MachineRef, string>();

/** The key of a machine among those of all connections. */
export function machineKey(machine: MachineRef): string {
  const known = keys.get(machine);
  if (known !== undefined) return known;
  const key = `${machine.connectionId}/${machine.id}`;
  keys.set(machine, key);
  return key;
}

/** From best to worst. */
const ranks: Record<Freshness, number> = { live: 0, cached: 1, stale: 2, loading: 3 };

/** The machines of all connections in one list. Watches the list of each connection while it is watched itself. */
export class MergedMachines implements Readable<FeedState<Machine>> {
  #connections: Readable<FeedState<Connection>>;
  #machinesOf: (connectionId: string) => Readable<FeedState<Machine>>;
  #state: FeedState<Machine> = emptyFeed;
  #listeners = new Set<() => void>();
  #watched = new Map<string, { feed: Readable<FeedState<Machine>>; stop: () => void }>();
  #stopConnections: (() => void) | null = null;

  constructor(
    connections: Readable<FeedState<Connection>>,
    machinesOf: (connectionId: string) => Readable<FeedState<Machine>>,
  ) {
    this.#connections = connections;
    this.#machinesOf = machinesOf;
  }

  read = (): FeedState<Machine> => this.#state;

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
    const byId = new Map<string, Machine>();
    for (const [id, { feed }] of this.#watched) {
      const { items, freshness } = feed.read();
      const own = settled(freshness, connections.byId.get(id));
      if (ranks[own] > ranks[worst]) worst = own;
      for (const machine of items) byId.set(machineKey(machine), machine);
    }
    this.#state = { items: [...byId.values()], byId, freshness: worst, error: connections.error };
    for (const listener of this.#listeners) listener();
  };

  #follow(connections: ReadonlyMap<string, Connection>): void {
    for (const [id, { stop }] of this.#watched) {
      if (connections.has(id)) continue;
      stop();
      this.#watched.delete(id);
    }
    for (const id of connections.keys()) {
      if (this.#watched.has(id)) continue;
      const feed = this.#machinesOf(id);
      this.#watched.set(id, { feed, stop: feed.watch(() => inNextFrame(this.#merge)) });
    }
  }
}

/** A connection that is not even being tried must not keep the whole list loading. */
function settled(freshness: Freshness, connection: Connection | undefined): Freshness {
  const isComing = connection?.phase === 'connecting' || connection?.phase === 'online';
  return freshness === 'loading' && !isComing ? 'stale' : freshness;
}
