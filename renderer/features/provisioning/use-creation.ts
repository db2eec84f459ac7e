import { useMutation } from '@tanstack/react-query';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { NewMachineInput } from '../../../shared/contract/provisioning.ts';
import type { Task } from '../../../shared/contract/tasks.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useTasks } from '../../core-client/feeds.tsx';

/** The making of one machine, followed to its end. */
export interface Creation {
  start: (input: NewMachineInput) => void;
  /** Undefined before it is known. */
  task: Task | undefined;
  isRunning: boolean;
  isDone: boolean;
  error: AppErrorData | null;
}

/** Makes a machine and follows its task. */
export function useCreation(): Creation {
  const trpc = useTRPC();
  const { mutate, data, error, isPending } = useMutation(trpc.provisioning.create.mutationOptions());
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
