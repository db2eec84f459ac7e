import { abortError, AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { delay } from '../../../kernel/timing.ts';
import { domainEventId } from '../../../libvirt/protocol/constants.ts';
import type { MessageOf } from '../../../libvirt/protocol/procedures.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import { blockJobAbortFlags, blockJobStatus } from '../../../libvirt/protocol/snapshot-flags.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { withDomainEvents, type EventBox } from '../../../libvirt/session/domain-events.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import { JobPace } from './job-pace.ts';

const POLL_MS = 500;
const CALL_TIMEOUT_MS = 30_000;
/** Beginning a job opens every file of the chain; going over to the merged file waits for the last writes. */
const SWITCH_TIMEOUT_MS = 5 * 60_000;
/** A job that is not there any more has told its end by event long before. */
const MAX_POLLS_AFTER_END = 20;

export interface BlockJobDeps {
  session: LibvirtSession;
  clock: Clock;
  log: Logger;
  task: TaskContext;
}

/** A job on one disk. */
export interface BlockJob {
  dom: DomainRef;
  /** e.g. `vda`. */
  target: string;
  step: string;
  /** How much of the whole task it is. */
  share: { from: number; to: number };
  /** True for a job that mirrors until it is told to go over: the commit of what the domain writes to. */
  pivot: boolean;
  start: (rpc: RpcClient, options: { timeoutMs: number }) => Promise<unknown>;
}

/**
 * Starts a job on a disk and follows it by event (DOMAIN_EVENT_BLOCK_JOB_2) to its end, telling how far it is
 * (DOMAIN_GET_BLOCK_JOB_INFO). Where the task is cancelled, the job is too, and its end awaited. Rejects as the calls
 * do, with CANCELLED, LIBVIRT_ERROR where the job failed, TIMEOUT where its end was not told.
 */
export async function runBlockJob(job: BlockJob, deps: BlockJobDeps): Promise<void> {
  const { session, log, task } = deps;
  const { dom, target } = job;
  const wanted = {
    dom,
    eventID: domainEventId.blockJob2,
    event: 'DOMAIN_EVENT_BLOCK_JOB_2' as const,
    pick: (message: MessageOf<'DOMAIN_EVENT_BLOCK_JOB_2'>) =>
      message.dom.uuid === dom.uuid && message.dst === target ? message.status : null,
  };
  await withDomainEvents(session, wanted, { log, signal: task.signal }, (box) => follow(job, deps, box));
}

/** Tells how far libvirt is that merges these disks by itself, until `ended` aborts. Never rejects. */
export async function showMerging(
  dom: DomainRef,
  targets: readonly string[],
  { session, clock, log, task }: BlockJobDeps,
  ended: AbortSignal,
): Promise<void> {
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal: ended };
  try {
    for (;;) {
      await delay(clock, POLL_MS, ended);
      const jobs = await Promise.all(
        targets.map((path) => session.rpc.call('DOMAIN_GET_BLOCK_JOB_INFO', { dom, path, flags: 0 }, options)),
      );
      const total = jobs.reduce((sum, { end }) => sum + end, 0);
      const done = jobs.reduce((sum, { cur }) => sum + cur, 0);
      if (total > 0) task.progress('merging', Math.min(1, done / total));
    }
  } catch (error) {
    if (!ended.aborted) log.debug('no progress of the merge', { error: AppError.from(error).detail });
  }
}

async function follow(
  job: BlockJob,
  { session, clock, log, task }: BlockJobDeps,
  heard: EventBox<number>,
): Promise<void> {
  const { dom, target: path, step, share } = job;
  const { rpc } = session;
  const blocking = await session.blocking(task.signal);
  task.progress(step, share.from);
  await job.start(blocking, { timeoutMs: SWITCH_TIMEOUT_MS });
  const pace = new JobPace();
  let isStopping = false;
  let isPivoting = false;
  let pollsAfterEnd = 0;
  for (;;) {
    if (heard.latest === blockJobStatus.completed) {
      task.progress(step, share.to, null, null);
      return;
    }
    if (heard.latest === blockJobStatus.canceled) throw abortError(task.signal);
    if (heard.latest === blockJobStatus.failed) {
      throw new AppError('LIBVIRT_ERROR', {
        params: { message: `${path}: job failed` },
        detail: `${path}: job failed`,
      });
    }
    if (task.signal.aborted && !isStopping && !isPivoting) {
      isStopping = true;
      await blocking
        .call('DOMAIN_BLOCK_JOB_ABORT', { dom, path, flags: 0 }, { timeoutMs: SWITCH_TIMEOUT_MS })
        .catch((error: unknown) => {
          // It had ended before: then its own end is what the task shows.
          log.debug('block job not stopped', { path, error: AppError.from(error).detail });
        });
    } else if (heard.latest === blockJobStatus.ready && job.pivot && !isPivoting && !isStopping) {
      isPivoting = true;
      const args = { dom, path, flags: blockJobAbortFlags.pivot };
      await blocking.call('DOMAIN_BLOCK_JOB_ABORT', args, { timeoutMs: SWITCH_TIMEOUT_MS });
    } else {
      const info = await rpc.call('DOMAIN_GET_BLOCK_JOB_INFO', { dom, path, flags: 0 }, { timeoutMs: CALL_TIMEOUT_MS });
      if (info.found === 0) pollsAfterEnd++;
      else if (info.end > 0) {
        const { remainingMs, bytesPerSecond } = pace.look(clock.now(), info.cur, info.end);
        const fraction = share.from + (share.to - share.from) * Math.min(1, info.cur / info.end);
        task.progress(step, fraction, remainingMs, bytesPerSecond);
      }
      if (pollsAfterEnd > MAX_POLLS_AFTER_END) {
        throw new AppError('TIMEOUT', { params: { what: step }, detail: `${path}: no event of the end of the job` });
      }
      await heard.pause(clock, POLL_MS);
    }
  }
}
