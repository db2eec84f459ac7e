import { useQueries } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { HostDisk } from '../../../shared/contract/disks.ts';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import { toAppError, useCore, useTRPC } from '../../core-client/core.tsx';
import { itemKey } from '../../core-client/feeds.tsx';

/** Scrolling past rows does not look at them. */
const REST_MS = 250;
/** The contract's limit for one call. */
const MAX_IDS = 200;

/** The disks of hosts as they were last read. */
export interface Disks {
  disks: readonly HostDisk[];
  /** What was read of disks since, by `itemKey`. */
  read: ReadonlyMap<string, HostDisk>;
  /** The oldest of the readings; null before the first. */
  readAt: number | null;
  isLoading: boolean;
  isFetching: boolean;
  errors: readonly { connection: Connection; error: AppErrorData }[];
  /** Pools that are not started, by name. */
  closedPools: readonly string[];
  refresh: () => void;
  /** These are on the screen: what is not known of them is read. */
  look: (disks: readonly HostDisk[]) => void;
  /** Reads all of these, and gives those that could be. */
  readAll: (disks: readonly HostDisk[]) => Promise<readonly HostDisk[]>;
}

/** Reads the disks of these hosts when the page is opened, and when asked to: nothing tells when they change. */
export function useDisks(hosts: readonly Connection[]): Disks {
  const trpc = useTRPC();
  const { client } = useCore();
  const online = hosts.filter(({ phase }) => phase === 'online');
  const queries = useQueries({
    queries: online.map(({ id }) =>
      trpc.disks.list.queryOptions(
        { connectionId: id },
        { retry: false, staleTime: Infinity, refetchOnMount: 'always' },
      ),
    ),
  });
  const lists = queries.flatMap(({ data }) => data ?? []);
  const version = lists.map(({ readAt }) => readAt).join();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- The lists are other ones when the times of their readings are.
  const disks = useMemo(() => lists.flatMap((list) => list.disks), [version]);
  const [known, setKnown] = useState<{ version: string; read: ReadonlyMap<string, HostDisk> }>({
    version,
    read: new Map(),
  });
  // A new list makes old what was read before it.
  if (known.version !== version) setKnown({ version, read: new Map() });

  const readAll = useCallback(
    async (wanted: readonly HostDisk[]): Promise<readonly HostDisk[]> => {
      const found: HostDisk[] = [];
      for (const connectionId of new Set(wanted.map((disk) => disk.connectionId))) {
        const ids = wanted.filter((disk) => disk.connectionId === connectionId).map(({ id }) => id);
        for (let from = 0; from < ids.length; from += MAX_IDS) {
          const chunk = ids.slice(from, from + MAX_IDS);
          const answer = await client.disks.details.query({ connectionId, ids: chunk });
          found.push(...answer);
          setKnown((present) => ({
            ...present,
            read: new Map([...present.read, ...answer.map((disk): [string, HostDisk] => [itemKey(disk), disk])]),
          }));
        }
      }
      return found;
    },
    [client],
  );

  const timer = useRef<number | null>(null);
  const last = useRef('');
  const stop = useCallback((): void => {
    if (timer.current !== null) window.clearTimeout(timer.current);
  }, []);
  useEffect(() => stop, [stop]);
  const look = useCallback(
    (visible: readonly HostDisk[]): void => {
      const unread = visible.filter(({ isRead }) => !isRead);
      const text = unread.map(itemKey).join('\n');
      if (text === last.current) return;
      last.current = text;
      stop();
      if (unread.length === 0) return;
      timer.current = window.setTimeout(() => {
        // Without an answer the next change on the screen asks again; nothing on the page waits for it.
        readAll(unread).catch(() => (last.current = ''));
      }, REST_MS);
    },
    [readAll, stop],
  );
  return {
    disks,
    read: known.read,
    readAt: lists.length === 0 ? null : Math.min(...lists.map((list) => list.readAt)),
    isLoading: queries.some(({ isPending }) => isPending),
    isFetching: queries.some(({ isFetching }) => isFetching),
    errors: queries.flatMap(({ error }, at) => {
      const connection = online[at];
      return error === null || connection === undefined ? [] : [{ connection, error: toAppError(error) }];
    }),
    closedPools: lists.flatMap(({ closedPools }) => closedPools),
    refresh: () => {
      for (const query of queries) void query.refetch();
    },
    look,
    readAll,
  };
}
