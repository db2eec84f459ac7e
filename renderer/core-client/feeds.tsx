import { useSyncExternalStore } from 'react';
import type { Connection } from '../../shared/contract/connections.ts';
import type { FeedEvent } from '../../shared/contract/feed.ts';
import type { SizePreset } from '../../shared/contract/flavors.ts';
import type { NodeDevice } from '../../shared/contract/hosts.ts';
import type { Machine } from '../../shared/contract/machines.ts';
import type { NetworkFilter } from '../../shared/contract/network-filters.ts';
import type { VirtualNetwork } from '../../shared/contract/networks.ts';
import type { Prompt } from '../../shared/contract/prompts.ts';
import type { Notice } from '../../shared/contract/settings.ts';
import type { HostLink } from '../../shared/contract/host-links.ts';
import type { HostSecret } from '../../shared/contract/secrets.ts';
import type { StoragePool, StorageVolume } from '../../shared/contract/storage.ts';
import type { Task } from '../../shared/contract/tasks.ts';
import { toAppError, useCore } from './core.tsx';
import { FeedStore, type FeedHandlers, type FeedState, type OpenFeed } from './feed-store.ts';
import type { CoreLink } from './link.ts';
import { MergedFeed } from './merged-feed.ts';

export type { FeedState } from './feed-store.ts';
export { itemKey } from './merged-feed.ts';

/** The live lists of one core. */
interface Feeds {
  connections: FeedStore<Connection>;
  machinesOf: (connectionId: string) => FeedStore<Machine>;
  allMachines: MergedFeed<Machine>;
  poolsOf: (connectionId: string) => FeedStore<StoragePool>;
  allPools: MergedFeed<StoragePool>;
  volumesOf: (connectionId: string, poolId: string) => FeedStore<StorageVolume>;
  devicesOf: (connectionId: string) => FeedStore<NodeDevice>;
  secretsOf: (connectionId: string) => FeedStore<HostSecret>;
  presets: FeedStore<SizePreset>;
  linksOf: (connectionId: string) => FeedStore<HostLink>;
  networksOf: (connectionId: string) => FeedStore<VirtualNetwork>;
  allNetworks: MergedFeed<VirtualNetwork>;
  filtersOf: (connectionId: string) => FeedStore<NetworkFilter>;
  allFilters: MergedFeed<NetworkFilter>;
  tasks: FeedStore<Task>;
  prompts: FeedStore<Prompt>;
  notices: FeedStore<Notice>;
}

const feedsByLink = new WeakMap<CoreLink, Feeds>();

/** All connections, with their state. */
export function useConnections(): FeedState<Connection> {
  const { connections } = useFeeds();
  return useSyncExternalStore(connections.watch, connections.read);
}

/**
 * Machines of one connection by their id, or of all connections by `itemKey`. The freshness of all is the worst of
 * those connections that are up or coming.
 */
export function useMachines(connectionId?: string): FeedState<Machine> {
  const feeds = useFeeds();
  const feed = connectionId === undefined ? feeds.allMachines : feeds.machinesOf(connectionId);
  return useSyncExternalStore(feed.watch, feed.read);
}

/**
 * One value that `select` takes from the machines of all connections. Lists change many times a second: what needs no
 * more than this is drawn again only when the value is another one.
 */
export function useOfMachines<V extends string | number | null | undefined>(
  select: (machines: FeedState<Machine>) => V,
): V {
  const { allMachines } = useFeeds();
  return useSyncExternalStore(allMachines.watch, () => select(allMachines.read()));
}

/** How many machines each connection has, of those that have any. */
export function useMachineCounts(): ReadonlyMap<string, number> {
  const { allMachines } = useFeeds();
  return useSyncExternalStore(allMachines.watch, allMachines.readCounts);
}

/** Storage pools of one host by their id, or of all hosts by `itemKey`; read while somebody looks. */
export function useStoragePools(connectionId?: string): FeedState<StoragePool> {
  const feeds = useFeeds();
  const feed = connectionId === undefined ? feeds.allPools : feeds.poolsOf(connectionId);
  return useSyncExternalStore(feed.watch, feed.read);
}

/** Volumes of one pool, by name. */
export function useStorageVolumes(connectionId: string, poolId: string): FeedState<StorageVolume> {
  const feed = useFeeds().volumesOf(connectionId, poolId);
  return useSyncExternalStore(feed.watch, feed.read);
}

/** Virtual networks of one host by their id, or of all hosts by `itemKey`; read while somebody looks. */
export function useVirtualNetworks(connectionId?: string): FeedState<VirtualNetwork> {
  const feeds = useFeeds();
  const feed = connectionId === undefined ? feeds.allNetworks : feeds.networksOf(connectionId);
  return useSyncExternalStore(feed.watch, feed.read);
}

/** Network filters of one host by their id, or of all hosts by `itemKey`; read while somebody looks. */
export function useNetworkFilters(connectionId?: string): FeedState<NetworkFilter> {
  const feeds = useFeeds();
  const feed = connectionId === undefined ? feeds.allFilters : feeds.filtersOf(connectionId);
  return useSyncExternalStore(feed.watch, feed.read);
}

/** Network interfaces of a host, by name; read while somebody looks. */
export function useHostLinks(connectionId: string): FeedState<HostLink> {
  const feed = useFeeds().linksOf(connectionId);
  return useSyncExternalStore(feed.watch, feed.read);
}

/** Devices of a host, by name; read while somebody looks. */
export function useNodeDevices(connectionId: string): FeedState<NodeDevice> {
  const feed = useFeeds().devicesOf(connectionId);
  return useSyncExternalStore(feed.watch, feed.read);
}

/** Secrets of a host, by UUID, without their values; read while somebody looks. */
export function useHostSecrets(connectionId: string): FeedState<HostSecret> {
  const feed = useFeeds().secretsOf(connectionId);
  return useSyncExternalStore(feed.watch, feed.read);
}

/** The sizes for new machines that are kept here. */
export function usePresets(): FeedState<SizePreset> {
  const { presets } = useFeeds();
  return useSyncExternalStore(presets.watch, presets.read);
}

/** Running and recently ended tasks. */
export function useTasks(): FeedState<Task> {
  const { tasks } = useFeeds();
  return useSyncExternalStore(tasks.watch, tasks.read);
}

/** Questions of the core that wait for the person. */
export function usePrompts(): FeedState<Prompt> {
  const { prompts } = useFeeds();
  return useSyncExternalStore(prompts.watch, prompts.read);
}

/** What the person should know once. */
export function useNotices(): FeedState<Notice> {
  const { notices } = useFeeds();
  return useSyncExternalStore(notices.watch, notices.read);
}

function useFeeds(): Feeds {
  const link = useCore();
  const known = feedsByLink.get(link);
  if (known !== undefined) return known;
  const created = createFeeds(link);
  feedsByLink.set(link, created);
  return created;
}

function createFeeds({ client }: CoreLink): Feeds {
  const connections = new FeedStore<Connection>(
    opener((options) => client.connections.watch.subscribe(undefined, options)),
  );
  const machinesOf = byKey(
    (connectionId: string) =>
      new FeedStore<Machine>(opener((options) => client.machines.watch.subscribe({ connectionId }, options))),
  );
  const poolsOf = byKey(
    (connectionId: string) =>
      new FeedStore<StoragePool>(opener((options) => client.storage.watchPools.subscribe({ connectionId }, options))),
  );
  const volumesOf = byKey(
    (connectionId: string, poolId: string) =>
      new FeedStore<StorageVolume>(
        opener((options) => client.storage.watchVolumes.subscribe({ connectionId, poolId }, options)),
      ),
  );
  const networksOf = byKey(
    (connectionId: string) =>
      new FeedStore<VirtualNetwork>(opener((options) => client.networks.watch.subscribe({ connectionId }, options))),
  );
  const filtersOf = byKey(
    (connectionId: string) =>
      new FeedStore<NetworkFilter>(
        opener((options) => client.networkFilters.watch.subscribe({ connectionId }, options)),
      ),
  );
  return {
    connections,
    machinesOf,
    allMachines: new MergedFeed(connections, machinesOf),
    poolsOf,
    allPools: new MergedFeed(connections, poolsOf, ({ target }) => target.kind === 'libvirt'),
    volumesOf,
    secretsOf: byKey(
      (connectionId: string) =>
        new FeedStore<HostSecret>(opener((options) => client.hosts.watchSecrets.subscribe({ connectionId }, options))),
    ),
    devicesOf: byKey(
      (connectionId: string) =>
        new FeedStore<NodeDevice>(opener((options) => client.hosts.watchDevices.subscribe({ connectionId }, options))),
    ),
    presets: new FeedStore<SizePreset>(opener((options) => client.flavors.watchPresets.subscribe(undefined, options))),
    networksOf,
    allNetworks: new MergedFeed(connections, networksOf, ({ target }) => target.kind === 'libvirt'),
    filtersOf,
    linksOf: byKey(
      (connectionId: string) =>
        new FeedStore<HostLink>(opener((options) => client.networks.watchLinks.subscribe({ connectionId }, options))),
    ),
    allFilters: new MergedFeed(connections, filtersOf, ({ target }) => target.kind === 'libvirt'),
    tasks: new FeedStore<Task>(opener((options) => client.tasks.watch.subscribe(undefined, options))),
    prompts: new FeedStore<Prompt>(opener((options) => client.prompts.watch.subscribe(undefined, options))),
    notices: new FeedStore<Notice>(opener((options) => client.settings.watchNotices.subscribe(undefined, options))),
  };
}

/** The same feed for the same key, however often it is asked for. */
function byKey<Key extends string[], Feed>(create: (...key: Key) => Feed): (...key: Key) => Feed {
  const known = new Map<string, Feed>();
  return (...key) => {
    const id = JSON.stringify(key);
    const feed = known.get(id) ?? create(...key);
    known.set(id, feed);
    return feed;
  };
}

interface SubscriptionOptions<T extends { id: string }> {
  onData: (event: FeedEvent<T>) => void;
  onError: (error: unknown) => void;
  onComplete: () => void;
  onConnectionStateChange: (change: { state: string }) => void;
}

/** Adapts a tRPC subscription. tRPC sends it again by itself when the core is back, which brings a new snapshot. */
function opener<T extends { id: string }>(
  subscribe: (options: SubscriptionOptions<T>) => { unsubscribe: () => void },
): OpenFeed<T> {
  return ({ onEvent, onLost, onError }: FeedHandlers<T>) => {
    const { unsubscribe } = subscribe({
      onData: onEvent,
      onError: (error) => onError(toAppError(error)),
      onComplete: () => onError(toAppError(new Error('the core ended the list'))),
      onConnectionStateChange: ({ state }) => state === 'connecting' && onLost(),
    });
    return unsubscribe;
  };
}
