import { useQuery } from '@tanstack/react-query';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { HostCpus } from '../../../shared/contract/placement.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';

/** Costs a call for each machine that runs: read again when it is looked at, at most this often. */
const STALE_MS = 15_000;

/** The processors of a machine's host; null while they are read, or could not be. */
export function useHostCpus({ connectionId, id }: Machine): {
  host: HostCpus | null;
  error: AppErrorData | null;
  refetch: () => void;
} {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.hardware.hostCpus.queryOptions({ connectionId, id }, { staleTime: STALE_MS, retry: false }),
  );
  return {
    host: data ?? null,
    error: error === null ? null : toAppError(error),
    refetch: () => void refetch(),
  };
}
