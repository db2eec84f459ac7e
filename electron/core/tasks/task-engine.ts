import type { FeedEvent } from '../../../shared/contract/feed.ts';
import type { Task } from '../../../shared/contract/tasks.ts';
import { AppError } from '../kernel/app-error.ts';
import type { Clock } from '../kernel/clock.ts';
import { LiveList, type Watcher } from '../kernel/live-list.ts';
import type { Logger } from '../kernel/logger.ts';

/** What running work is given. */
export interface TaskContext {
  /** Aborts when the person cancels. */
  signal: AbortSignal;
  /**
   * Names the current step's text and, where known, how far it is (0 to 1), how long the rest takes and how fast it
   * goes.
   */
  progress(step: string, fraction?: number | null, remainingMs?: number | null, bytesPerSecond?: number | null): void;
}

export interface TaskSpec {
  kind: string;
  target: Task['target'];
  groupId?: string | null;
  cancelable?: boolean;
  /** Follows the work to its true end: what it throws is the task's error. */
  run: (task: TaskContext) => Promise<void>;
}

/** Runs tasks and keeps the newest `historyLimit` ended ones. */
export class TaskEngine {
  readonly list: LiveList<Task>;
  #clock: Clock;
  #log: Logger;
  #historyLimit: number;
  #controllers = new Map<string, AbortController>();

  constructor(clock: Clock, log: Logger, historyLimit = 500) {
    this.#clock = clock;
    this.#log = log;
    this.#historyLimit = historyLimit;
    this.list = new LiveList<Task>(clock);
    this.list.setFreshness('live');
  }

  /** Starts the work and returns the task's id at once. */
  start(spec: TaskSpec): string {
    const id = crypto.randomUUID();
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    this.list.patch([
      {
        id,
        kind: spec.kind,
        target: spec.target,
        groupId: spec.groupId ?? null,
        status: 'running',
        step: null,
        fraction: null,
        cancelable: spec.cancelable ?? true,
        createdAt: this.#clock.now(),
        endedAt: null,
        error: null,
      },
    ]);
    void this.#run(id, spec, controller.signal);
    return id;
  }

  /** Asks the work to stop. Throws NOT_FOUND where it does not run, CONFLICT where it cannot be stopped halfway. */
  cancel(id: string): void {
    const controller = this.#controllers.get(id);
    if (controller === undefined) throw new AppError('NOT_FOUND', { detail: `no running task ${id}` });
    const task = this.list.items.get(id);
    if (task?.cancelable !== true) {
      throw new AppError('CONFLICT', { params: { action: 'cancel' }, detail: `${task?.kind ?? id} cannot be stopped` });
    }
    controller.abort(new AppError('CANCELLED'));
  }

  clearEnded(): void {
    this.list.patch(
      [],
      this.#ended().map((task) => task.id),
    );
  }

  watch(watcher: Watcher): AsyncIterable<FeedEvent<Task>> {
    return this.list.watch(watcher);
  }

  async #run(id: string, spec: TaskSpec, signal: AbortSignal): Promise<void> {
    const context: TaskContext = {
      signal,
      progress: (step, fraction = null, remainingMs, bytesPerSecond) => {
        if (!this.#controllers.has(id)) return;
        this.#update(id, {
          step,
          fraction,
          ...(remainingMs !== undefined && { remainingMs }),
          ...(bytesPerSecond !== undefined && { bytesPerSecond }),
        });
      },
    };
    let end: Partial<Task>;
    try {
      await spec.run(context);
      end = { status: 'succeeded', fraction: 1 };
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.code === 'INTERNAL') this.#log.error('task failed', { kind: spec.kind, error });
      end = { status: error.code === 'CANCELLED' ? 'cancelled' : 'failed', error: error.toData() };
    }
    this.#controllers.delete(id);
    this.#update(id, { ...end, endedAt: this.#clock.now() });
    const ended = this.#ended();
    this.list.patch(
      [],
      ended.slice(0, Math.max(0, ended.length - this.#historyLimit)).map((task) => task.id),
    );
  }

  #update(id: string, change: Partial<Task>): void {
    const task = this.list.items.get(id);
    if (task !== undefined) this.list.patch([{ ...task, ...change }]);
  }

  /** Ended tasks, oldest first. */
  #ended(): Task[] {
    return [...this.list.items.values()]
      .filter((task) => task.endedAt !== null)
      .sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
  }
}
