import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import { taskIdInput, type Task } from '../../../../shared/contract/tasks.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';

export interface TasksApi {
  watch(watcher: Watcher): AsyncIterable<FeedEvent<Task>>;
  /** Asks the task to stop; its real end is seen in `watch`. */
  cancel(id: string): void;
  /** Forgets ended tasks. */
  clearEnded(): void;
}

export function createTasksRouter(tasks: TasksApi) {
  return router({
    watch: procedure.subscription((o) => tasks.watch(watcherOf(o))),
    cancel: procedure.input(taskIdInput).mutation(({ input }) => tasks.cancel(input.id)),
    clearEnded: procedure.mutation(() => tasks.clearEnded()),
  });
}
