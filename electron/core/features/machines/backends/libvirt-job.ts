import type { Machine } from '../../../../../shared/contract/machines.ts';
import { abortError, AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { delay } from '../../../kernel/timing.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import { numberOf, type StatsRecord } from './libvirt-rows.ts';
import { statsOf } from './libvirt-records.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';

const POLL_MS = 500;
const CALL_TIMEOUT_MS = 30_000;

export interface JobDeps {
  session: LibvirtSession;
  clock: Clock;
  log: Logger;
  task: TaskContext;
}

/**
 * Runs a call that the daemon works off as a job of the domain, on the channel for what takes long. Tells the task how
 * far it is (DOMAIN_GET_JOB_STATS); where the task is cancelled, the job is aborted (DOMAIN_ABORT_JOB) and its end
 * awaited, so that CANCELLED means that nothing goes on. Rejects as the call does, else with CANCELLED.
 */
export async function runDomainJob(
  machine: Pick<Machine, 'id' | 'name'>,
  step: string,
  deps: JobDeps,
  start: (rpc: RpcClient) => Promise<unknown>,
): Promise<void> {
  const { session, log, task } = deps;
  const dom = domainRef(machine.id, machine.name);
  const rpc = await session.blocking(task.signal);
  const ended = new AbortController();
  const onAbort = (): void => {
    session.rpc.call('DOMAIN_ABORT_JOB', { dom }, { timeoutMs: CALL_TIMEOUT_MS }).catch((error: unknown) => {
      // It had ended before, or cannot be aborted: then its own end is what the task shows.
      log.debug('job not aborted', { step, error: AppError.from(error).detail });
    });
  };
  task.progress(step);
  task.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const job = start(rpc);
    void showProgress(machine, step, deps, ended.signal);
    await job;
  } catch (error) {
    throw task.signal.aborted ? abortError(task.signal) : error;
  } finally {
    ended.abort();
    task.signal.removeEventListener('abort', onAbort);
  }
}

async function showProgress(
  machine: Pick<Machine, 'id' | 'name'>,
  step: string,
  { session, clock, log, task }: JobDeps,
  ended: AbortSignal,
): Promise<void> {
  const args = { dom: domainRef(machine.id, machine.name), flags: 0 };
  try {
    for (;;) {
      await delay(clock, POLL_MS, ended);
      const { params } = await session.rpc.call('DOMAIN_GET_JOB_STATS', args, {
        signal: ended,
        timeoutMs: CALL_TIMEOUT_MS,
      });
      const fraction = jobFraction(statsOf(params));
      if (fraction !== null) task.progress(step, fraction);
    }
  } catch (error) {
    if (!ended.aborted) log.debug('no progress of the job', { step, error: AppError.from(error).detail });
  }
}

/** How far a job is, 0 to 1, from the figures of DOMAIN_GET_JOB_STATS; null while it has not told its size. */
export function jobFraction(stats: StatsRecord): number | null {
  const total = numberOf(stats, 'data_total') ?? numberOf(stats, 'memory_total') ?? 0;
  const remaining = numberOf(stats, 'data_remaining') ?? numberOf(stats, 'memory_remaining') ?? 0;
  if (total <= 0) return null;
  return Math.min(1, Math.max(0, 1 - remaining / total));
}
