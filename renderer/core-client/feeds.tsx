import { useSyncExternalStore } from 'react';
import type { Connection } from '../../shared/contract/connections.ts';
import type { FeedEvent } from '../../shared/contract/feed.ts';
import type { Machine } from '../../shared/contract/machines.ts';
import type { Prompt } from '../../shared/contract/prompts.ts';
import type { Notice } from '../../shared/contract/settings.ts';
import type { Task } from '../../shared/contract/tasks.ts';
import { toAppError, useCore } from './core.tsx';
import { FeedStore, type FeedHandlers, type FeedState, type OpenFeed } from './feed-store.ts';
import type { CoreLink } from './link.ts';
import { MergedMachines } from './merged-machines.ts';

export type { FeedState } from './feed-store.ts';
export { machineKey } from './merged-machines.ts';

/** The live lists of one core. */
interface Feeds {
  connections: FeedStore<Connection>;
  machinesOf: (connectionId: string) => FeedStore<Machine>;
  allMachines: MergedMachines;
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
 * Machines of one connection by their id, or of all connections by `machineKey`. The freshness of all is the worst of
 * those connections that are up or coming.
 */
export function useMachines(connectionId?: string): FeedState<Machine> {
  const feeds = useFeeds();
  const feed = connectionId === undefined ? feeds.allMachines : feeds.machinesOf(connectionId);
  return useSyncExternalStore(feed.watch, feed.read);
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
  const machines = new Map<string, FeedStore<Machine>>();
  const machinesOf = (connectionId: string): FeedStore<Machine> => {
    const known = machines.get(connectionId);
    if (known !== undefined) return known;
    const created = new FeedStore<Machine>(
      opener((options) => client.machines.watch.subscribe({ connectionId }, options)),
    );
    machines.set(connectionId, created);
    return created;
  };
  return {
    connections,
    machinesOf,
    allMachines: new MergedMachines(connections, machinesOf),
    tasks: new FeedStore<Task>(opener((options) => client.tasks.watch.subscribe(undefined, options))),
    prompts: new FeedStore<Prompt>(opener((options) => client.prompts.watch.subscribe(undefined, options))),
    notices: new FeedStore<Notice>(opener((options) => client.settings.watchNotices.subscribe(undefined, options))),
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
