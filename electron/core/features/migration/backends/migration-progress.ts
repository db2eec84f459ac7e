import { AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { delay } from '../../../kernel/timing.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import { paramValues, type TypedParam } from '../../../libvirt/protocol/typed-params.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';

const POLL_MS = 1_000;
const CALL_TIMEOUT_MS = 30_000;
/** The first pass over the memory is number 1. */
const SECOND_PASS = 2;

interface ProgressDeps {
  /** A channel other than the one on which the work is waited for. */
  rpc: RpcClient;
  clock: Clock;
  log: Logger;
  task: TaskContext;
  /** Goes over to post-copy when the memory has been sent once. */
  postCopy: boolean;
}

/**
 * Shows how a migration goes until `work` ends (DOMAIN_GET_JOB_STATS, once a second). Where the task is cancelled it is
 * aborted (DOMAIN_ABORT_JOB), and its end is awaited all the same: that tells whether it could be.
 */
export async function followMigration<T>(dom: DomainRef, deps: ProgressDeps, work: () => Promise<T>): Promise<T> {
  const { rpc, task, log } = deps;
  const ended = new AbortController();
  let isAborted = false;
  const abort = async (): Promise<void> => {
    if (isAborted) return;
    try {
      await rpc.call('DOMAIN_ABORT_JOB', { dom }, { timeoutMs: CALL_TIMEOUT_MS });
      isAborted = true;
    } catch (error) {
      // Not begun yet, or too far: asked again while it lasts.
      log.debug('migration not aborted', { error: AppError.from(error).detail });
    }
  };
  const onAbort = (): void => void abort();
  task.progress('migrating');
  task.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const result = work();
    void watch(dom, deps, ended.signal, abort);
    return await result;
  } finally {
    ended.abort();
    task.signal.removeEventListener('abort', onAbort);
  }
}

async function watch(
  dom: DomainRef,
  { rpc, clock, log, task, postCopy }: ProgressDeps,
  ended: AbortSignal,
  abort: () => Promise<void>,
): Promise<void> {
  let isAwaited = postCopy;
  const options = { signal: ended, timeoutMs: CALL_TIMEOUT_MS };
  for (;;) {
    try {
      await delay(clock, POLL_MS, ended);
      if (task.signal.aborted) await abort();
      const { params } = await rpc.call('DOMAIN_GET_JOB_STATS', { dom, flags: 0 }, options);
      const { fraction, remainingMs, pass } = migrationProgress(params);
      task.progress(postCopy && !isAwaited ? 'migratingPostCopy' : 'migrating', fraction, remainingMs);
      if (!isAwaited || pass < SECOND_PASS) continue;
      await rpc.call('DOMAIN_MIGRATE_START_POST_COPY', { dom, flags: 0 }, options);
      isAwaited = false;
    } catch (error) {
      // The migration itself tells how it ends; what a busy daemon does not tell now it tells a second later.
      if (ended.aborted) return;
      log.debug('no progress of the migration', { error: AppError.from(error).detail });
    }
  }
}

/**
 * How far it is (0 to 1), how long the rest takes at the present speed, and the pass over the memory; null for what the
 * job has not told.
 */
export function migrationProgress(params: readonly TypedParam[]): {
  fraction: number | null;
  remainingMs: number | null;
  pass: number;
} {
  const values = paramValues(params);
  const value = (field: string): number | null => {
    const found = values.get(field);
    return typeof found === 'number' ? found : null;
  };
  const total = value('data_total') ?? 0;
  const remaining = value('data_remaining') ?? 0;
  // The disks go first, the memory after them.
  const isDisk = (value('disk_remaining') ?? 0) > 0;
  const bytesPerSecond = value(isDisk ? 'disk_bps' : 'memory_bps') ?? 0;
  return {
    fraction: total > 0 ? Math.min(1, Math.max(0, 1 - remaining / total)) : null,
    remainingMs: bytesPerSecond > 0 ? Math.round((remaining / bytesPerSecond) * 1000) : null,
    pass: value('memory_iteration') ?? 0,
  };
}
