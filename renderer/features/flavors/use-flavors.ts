import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { CloudFlavor } from '../../../shared/contract/flavors.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';

/** The flavors of clouds as they were last read. */
export interface Flavors {
  flavors: readonly CloudFlavor[];
  isLoading: boolean;
  isFetching: boolean;
  errors: readonly { connection: Connection; error: AppErrorData }[];
  refresh: () => void;
}

/** Reads the flavors of these clouds when the page is opened, and when asked to: a cloud's admin changes them rarely. */
export function useFlavors(clouds: readonly Connection[]): Flavors {
  const trpc = useTRPC();
  // A login to a domain or to the whole cloud has no project, and so no flavors to start machines of.
  const asked = clouds.filter(({ phase, info }) => phase === 'online' && (info?.projectName ?? '') !== '');
  const queries = useQueries({
    queries: asked.map(({ id }) =>
      trpc.flavors.list.queryOptions(
        { connectionId: id },
        { retry: false, staleTime: Infinity, refetchOnMount: 'always' },
      ),
    ),
  });
  const version = queries.map(({ dataUpdatedAt }) => dataUpdatedAt).join();
  const ids = asked.map(({ id }) => id).join();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- The lists are other ones when the times of their readings are.
  const flavors = useMemo(() => queries.flatMap(({ data }) => data ?? []), [version, ids]);
  return {
    flavors,
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
