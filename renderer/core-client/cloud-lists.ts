import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AppRouter } from '../../electron/core/app/router.ts';
import type { TRPCClient } from '@trpc/client';
import type { Connection } from '../../shared/contract/connections.ts';
import type { AppErrorData } from '../../shared/contract/errors.ts';
import { toAppError, useCore } from './core.tsx';
import { useConnections } from './feeds.tsx';

/** Lists of clouds as they were last read, put together. */
export interface CloudLists<T> {
  items: readonly T[];
  isLoading: boolean;
  isFetching: boolean;
  errors: readonly { connection: Connection; error: AppErrorData }[];
  refresh: () => void;
}

/** The clouds in the scope, whatever their state. */
export function useClouds(connectionId: string | null): readonly Connection[] {
  const { items } = useConnections();
  return useMemo(
    () =>
      items.filter(({ id, target }) => target.kind === 'openstack' && (connectionId === null || id === connectionId)),
    [items, connectionId],
  );
}

/** Whether a list of the project can be asked for: a login to a domain or to the whole cloud has none. */
export function hasProject({ phase, info }: Connection): boolean {
  return phase === 'online' && (info?.projectName ?? '') !== '';
}

interface CloudListOptions<T> {
  /** Names the list among all. */
  key: string;
  read: (client: TRPCClient<AppRouter>, connectionId: string, signal: AbortSignal) => Promise<T[]>;
  /** How often it is read again while it is shown; without it, only when the page is opened and when asked to. */
  everyMs?: number;
}

/** Reads a list of each of these clouds that is online. */
export function useCloudLists<T>(clouds: readonly Connection[], options: CloudListOptions<T>): CloudLists<T> {
  const { key, read, everyMs } = options;
  const { client } = useCore();
  const asked = clouds.filter(hasProject);
  const queries = useQueries({
    queries: asked.map(({ id }) => ({
      queryKey: ['cloudList', key, id],
      queryFn: ({ signal }: { signal: AbortSignal }) => read(client, id, signal),
      staleTime: Infinity,
      refetchOnMount: 'always' as const,
      ...(everyMs !== undefined && { refetchInterval: everyMs }),
    })),
  });
  const version = queries.map(({ dataUpdatedAt }) => dataUpdatedAt).join();
  const ids = asked.map(({ id }) => id).join();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- The lists are other ones when the times of their readings are.
  const items = useMemo(() => queries.flatMap(({ data }) => data ?? []), [version, ids]);
  return {
    items,
    isLoading: queries.some(({ isPending }) => isPending),
    isFetching: queries.some(({ isFetching }) => isFetching),
    errors: queries.flatMap(({ error }, at) => {
      const connection = asked[at];
      return error === null || connection === undefined ? [] : [{ connection, error: toAppError(error) }];
    }),
    refresh: () => {
      for (const query of queries) void query.refetch();
    },
  };
}
