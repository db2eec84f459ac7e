import { abortError, AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { domainEventId } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import { blockJobAbortFlags, blockJobStatus } from '../../../libvirt/protocol/snapshot-flags.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';

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
  const { session, task } = deps;
  const { dom, target } = job;
  const heard: { status: number | null; wake: () => void } = { status: null, wake: () => undefined };
  const stopListening = session.rpc.onEvent('DOMAIN_EVENT_BLOCK_JOB_2', (event) => {
    if (event.dom.uuid !== dom.uuid || event.dst !== target) return;
    heard.status = event.status;
    heard.wake();
  });
  const onAbort = (): void => heard.wake();
  task.signal.addEventListener('abort', onAbort);
  const registration = await session.rpc.call(
    'CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY',
    { eventID: domainEventId.blockJob2, dom },
    { timeoutMs: CALL_TIMEOUT_MS },
  );
  try {
    await follow(job, deps, heard);
  } finally {
    stopListening();
    task.signal.removeEventListener('abort', onAbort);
    session.rpc
      .call('CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY', registration, { timeoutMs: CALL_TIMEOUT_MS })
      .catch((error: unknown) => {
        // Gone with the connection, or with the domain.
        deps.log.debug('block job events not deregistered', { error: AppError.from(error).code });
      });
  }
}

async function follow(
  job: BlockJob,
  { session, clock, log, task }: BlockJobDeps,
  heard: { status: number | null; wake: () => void },
): Promise<void> {
  const { dom, target: path, step, share } = job;
  const { rpc } = session;
  const blocking = await session.blocking(task.signal);
  task.progress(step, share.from);
  await job.start(blocking, { timeoutMs: SWITCH_TIMEOUT_MS });
  let isStopping = false;
  let isPivoting = false;
  let pollsAfterEnd = 0;
  for (;;) {
    if (heard.status === blockJobStatus.completed) {
      task.progress(step, share.to);
      return;
    }
    if (heard.status === blockJobStatus.canceled) throw abortError(task.signal);
    if (heard.status === blockJobStatus.failed) {
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
    } else if (heard.status === blockJobStatus.ready && job.pivot && !isPivoting && !isStopping) {
      isPivoting = true;
      const args = { dom, path, flags: blockJobAbortFlags.pivot };
      await blocking.call('DOMAIN_BLOCK_JOB_ABORT', args, { timeoutMs: SWITCH_TIMEOUT_MS });
    } else {
      const info = await rpc.call('DOMAIN_GET_BLOCK_JOB_INFO', { dom, path, flags: 0 }, { timeoutMs: CALL_TIMEOUT_MS });
      if (info.found === 0) pollsAfterEnd++;
      else if (info.end > 0) {
        task.progress(step, share.from + (share.to - share.from) * Math.min(1, info.cur / info.end));
      }
      if (pollsAfterEnd > MAX_POLLS_AFTER_END) {
        throw new AppError('TIMEOUT', { params: { what: step }, detail: `${path}: no event of the end of the job` });
      }
      await pause(clock, heard);
    }
  }
}

/** Until the next poll, an event or the cancelling, whatever is first. */
function pause(clock: Clock, heard: { wake: () => void }): Promise<void> {
  return new Promise((resolve) => {
    const cancelTimer = clock.setTimer(POLL_MS, resolve);
    heard.wake = () => {
      cancelTimer();
      resolve();
    };
  });
}
