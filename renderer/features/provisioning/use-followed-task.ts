import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { Task } from '../../../shared/contract/tasks.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useTasks } from '../../core-client/feeds.tsx';

/** Work that one or several tasks do, followed to its end. */
export interface FollowedTask<Input = never> {
  start: (input: Input) => void;
  /** Those that are known yet. */
  tasks: readonly Task[];
  isRunning: boolean;
  /** Whether all of it is done. */
  isDone: boolean;
  /** Of the first that failed, or why nothing was begun; null where nothing is wrong. */
  error: AppErrorData | null;
  /** Stops what can be stopped; null where nothing can. */
  stop: (() => void) | null;
  isStopping: boolean;
}

type Started = { taskId: string } | { taskIds: readonly string[] };

/** Follows the tasks that a mutation starts. */
export function useFollowedTask<Input>(
  mutation: Pick<UseMutationResult<Started, unknown, Input>, 'mutate' | 'data' | 'error' | 'isPending'>,
): FollowedTask<Input> {
  const { mutate, data, error, isPending } = mutation;
  const { byId } = useTasks();
  const { mutate: cancel } = useMutation(useTRPC().tasks.cancel.mutationOptions());
  const [isStopping, setStopping] = useState(false);
  const ids = data === undefined ? [] : 'taskId' in data ? [data.taskId] : data.taskIds;
  const tasks = ids.flatMap((id) => byId.get(id) ?? []);
  const isRunning = isPending || tasks.length < ids.length || tasks.some(({ endedAt }) => endedAt === null);
  const stoppable = isRunning ? tasks.filter(({ endedAt, cancelable }) => endedAt === null && cancelable) : [];
  return {
    start: (input) => {
      setStopping(false);
      mutate(input);
    },
    tasks,
    isRunning,
    isDone: ids.length > 0 && tasks.length === ids.length && tasks.every(({ status }) => status === 'succeeded'),
    error: error === null ? (tasks.find((task) => task.error !== null)?.error ?? null) : toAppError(error),
    stop:
      stoppable.length === 0
        ? null
        : () => {
            setStopping(true);
            for (const { id } of stoppable) cancel({ id });
          },
    isStopping: isStopping && isRunning,
  };
}
