import type { UseMutationResult } from '@tanstack/react-query';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { Task } from '../../../shared/contract/tasks.ts';
import { toAppError } from '../../core-client/core.tsx';
import { useTasks } from '../../core-client/feeds.tsx';

/** Work that a task does, followed to its end. */
export interface FollowedTask<Input = never> {
  start: (input: Input) => void;
  /** Undefined before it is known. */
  task: Task | undefined;
  isRunning: boolean;
  isDone: boolean;
  error: AppErrorData | null;
}

/** Follows the task that a mutation starts. */
export function useFollowedTask<Input>(
  mutation: Pick<UseMutationResult<{ taskId: string }, unknown, Input>, 'mutate' | 'data' | 'error' | 'isPending'>,
): FollowedTask<Input> {
  const { mutate, data, error, isPending } = mutation;
  const { byId } = useTasks();
  const task = data === undefined ? undefined : byId.get(data.taskId);
  const isRunning = isPending || (data !== undefined && (task === undefined || task.endedAt === null));
  return {
    start: (input) => mutate(input),
    task,
    isRunning,
    isDone: task?.status === 'succeeded',
    error: error === null ? (task?.error ?? null) : toAppError(error),
  };
}
