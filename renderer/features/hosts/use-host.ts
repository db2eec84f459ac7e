import { useQuery } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { HostDetails, HostLoad, HostSample } from '../../../shared/contract/hosts.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { addLoad } from './load-history.ts';

/** What is known of a host; the last of it stays while it is not connected. */
export interface HostState {
  details: HostDetails | null;
  /** Why there are no details. */
  error: AppErrorData | null;
  refetch: () => void;
  /** Null until the first answer. */
  sample: HostSample | null;
  loads: readonly HostLoad[];
  /** Why no more samples come. */
  watchError: AppErrorData | null;
}

/** Reads a host and watches it as long as this is drawn. */
export function useHost(connectionId: string, isOnline: boolean): HostState {
  const trpc = useTRPC();
  const [loads, setLoads] = useState<readonly HostLoad[]>([]);
  const [sample, setSample] = useState<HostSample | null>(null);
  const details = useQuery(
    trpc.hosts.details.queryOptions({ connectionId }, { enabled: isOnline, retry: false, staleTime: 0 }),
  );
  const watched = useSubscription(
    trpc.hosts.watch.subscriptionOptions(
      { connectionId },
      {
        enabled: isOnline,
        onData: (event) => {
          if (event.type === 'history') {
            setLoads(event.loads);
            return;
          }
          setSample(event.sample);
          setLoads((present) => addLoad(present, event.sample.load));
        },
      },
    ),
  );
  return {
    details: details.data ?? null,
    error: details.error === null ? null : toAppError(details.error),
    refetch: () => void details.refetch(),
    sample,
    loads,
    watchError: watched.error === null ? null : toAppError(watched.error),
  };
}
