import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { ChangeWhen, HardwareChange } from '../../../shared/contract/hardware.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useTasks } from '../../core-client/feeds.tsx';

/** A change of a domain's hardware that is followed to its end. */
export interface FollowedChange {
  start: (change: HardwareChange, when: ChangeWhen) => void;
  isRunning: boolean;
  failure: AppErrorData | null;
  /** The task that ended well last; null before. */
  doneId: string | null;
}

/** Makes changes of a domain's hardware, one at a time. */
export function useChange({ connectionId, id }: Machine): FollowedChange {
  const trpc = useTRPC();
  const { mutateAsync } = useMutation(trpc.hardware.change.mutationOptions());
  const [isAsking, setAsking] = useState(false);
  const [taskId, setTaskId] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<AppErrorData | null>(null);
  const { byId } = useTasks();
  const task = taskId === null ? undefined : byId.get(taskId);
  const isRunning = isAsking || (taskId !== null && task?.endedAt === undefined) || task?.endedAt === null;
  const failure = isRunning ? null : (refusal ?? task?.error ?? null);
  return {
    start: (change, when) => {
      setAsking(true);
      setRefusal(null);
      setTaskId(null);
      mutateAsync({ connectionId, id, change, when })
        .then(
          ({ taskId: started }) => setTaskId(started),
          (error: unknown) => setRefusal(toAppError(error)),
        )
        .finally(() => setAsking(false));
    },
    isRunning,
    failure,
    doneId: !isRunning && failure === null ? taskId : null,
  };
}

/** How many changes of the machine's hardware have ended: each may have changed what is shown. */
export function useEndedChanges(connectionId: string, machineId: string): number {
  const { items } = useTasks();
  return items.filter(
    ({ kind, target, endedAt }) =>
      endedAt !== null &&
      kind.startsWith('hardware.') &&
      target?.connectionId === connectionId &&
      target.id === machineId,
  ).length;
}
