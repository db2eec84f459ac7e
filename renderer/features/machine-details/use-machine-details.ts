import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { Machine, MachineDetails } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';

interface DetailsState {
  details: MachineDetails | null;
  error: AppErrorData | null;
  isFetching: boolean;
  refetch: () => void;
}

/** Details are read at most this often, however fast the row changes. */
const SETTLE_MS = 400;

/** The details of a machine, read again whenever its row changes in more than its figures. */
export function useMachineDetails(machine: Machine, isOnline: boolean): DetailsState {
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const query = useQuery(
    trpc.machines.details.queryOptions(
      { connectionId, id },
      { enabled: isOnline, retry: false, placeholderData: keepPreviousData, staleTime: Infinity },
    ),
  );
  const { refetch } = query;
  const version = useMemo(() => versionOf(machine), [machine]);
  useEffect(() => {
    if (!isOnline) return undefined;
    const timer = window.setTimeout(() => void refetch({ cancelRefetch: true }), SETTLE_MS);
    return () => window.clearTimeout(timer);
  }, [version, isOnline, refetch]);
  return {
    details: query.data ?? null,
    error: query.error === null ? null : toAppError(query.error),
    isFetching: query.isFetching,
    refetch: () => void refetch(),
  };
}

/** Changes when the machine does; live figures are left out, and notes, which the page shows by themselves. */
function versionOf({
  cpuPercent: _cpu,
  memoryUsedBytes: _memory,
  tags: _tags,
  folder: _folder,
  ...rest
}: Machine): string {
  return JSON.stringify(rest);
}
