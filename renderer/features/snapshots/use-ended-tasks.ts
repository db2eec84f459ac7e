import { useTasks } from '../../core-client/feeds.tsx';

/** How many tasks of these kinds on the machine have ended: each may have changed what is shown. */
export function useEndedTasks(connectionId: string, machineId: string, kinds: readonly string[]): number {
  const { items } = useTasks();
  return items.filter(
    ({ kind, target, endedAt }) =>
      endedAt !== null &&
      kinds.some((each) => kind.startsWith(`${each}.`)) &&
      target?.connectionId === connectionId &&
      target.id === machineId,
  ).length;
}
