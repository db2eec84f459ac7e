import type { Task } from '../../../shared/contract/tasks.ts';

/** What the drawer shows as one entry: a task, or all tasks of one bulk action. */
export interface TaskGroup {
  key: string;
  kind: string;
  /** Newest first; those that failed come before the others. */
  tasks: readonly Task[];
  createdAt: number;
}

export interface TaskCounts {
  active: number;
  failed: number;
  succeeded: number;
  cancelled: number;
}

/** True while the task is not over. */
export function isActive({ status }: Task): boolean {
  return status === 'running' || status === 'queued';
}

/** Tasks by bulk action, newest first. */
export function groupTasks(tasks: readonly Task[]): TaskGroup[] {
  const members = new Map<string, Task[]>();
  for (const task of tasks) {
    const key = task.groupId ?? task.id;
    const group = members.get(key);
    if (group === undefined) members.set(key, [task]);
    else group.push(task);
  }
  return [...members]
    .map(([key, group]) => ({
      key,
      kind: group[0]?.kind ?? '',
      tasks: group.toSorted((a, b) => rank(a) - rank(b) || b.createdAt - a.createdAt),
      createdAt: group.reduce((first, { createdAt }) => Math.min(first, createdAt), Infinity),
    }))
    .sort((a, b) => b.createdAt - a.createdAt);
}

export function countTasks(tasks: readonly Task[]): TaskCounts {
  const counts: TaskCounts = { active: 0, failed: 0, succeeded: 0, cancelled: 0 };
  for (const task of tasks) {
    if (task.status === 'running' || task.status === 'queued') counts.active += 1;
    else counts[task.status] += 1;
  }
  return counts;
}

function rank({ status }: Task): number {
  return status === 'failed' ? 0 : status === 'running' ? 1 : status === 'queued' ? 2 : 3;
}
