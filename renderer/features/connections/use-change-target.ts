import { useMutation } from '@tanstack/react-query';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { Connection, ConnectionTarget } from '../../../shared/contract/connections.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';

interface ChangeTarget {
  /** Saves the target and connects anew; everything else of the connection stays. */
  apply: (target: ConnectionTarget) => void;
  isPending: boolean;
  error: AppErrorData | null;
}

/** Changes how a connection reaches its host or cloud. */
export function useChangeTarget({ id, name, autoConnect }: Connection): ChangeTarget {
  const trpc = useTRPC();
  const connect = useMutation(trpc.connections.connect.mutationOptions());
  const update = useMutation(trpc.connections.update.mutationOptions({ onSuccess: () => connect.mutate({ id }) }));
  return {
    apply: (target) => update.mutate({ id, name, autoConnect, target, secret: null }),
    isPending: update.isPending || connect.isPending,
    error: update.error === null ? null : toAppError(update.error),
  };
}
