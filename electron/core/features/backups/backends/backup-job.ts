import { abortError, AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { domainEventId } from '../../../libvirt/protocol/constants.ts';
import type { MessageOf } from '../../../libvirt/protocol/procedures.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import { paramValues } from '../../../libvirt/protocol/typed-params.ts';
import { withDomainEvents, type EventBox } from '../../../libvirt/session/domain-events.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';

const POLL_MS = 500;
const CALL_TIMEOUT_MS = 30_000;
/** Making the files and beginning on each disk. */
const BEGIN_TIMEOUT_MS = 5 * 60_000;
/** A job that is not there any more has told its end by event long before. */
const MAX_POLLS_AFTER_END = 20;

type Figures = ReadonlyMap<string, number | string | boolean>;

export interface BackupJobDeps {
  session: LibvirtSession;
  clock: Clock;
  log: Logger;
  task: TaskContext;
}

/**
 * Begins a backup and follows it by event (JOB_COMPLETED) to its end, telling how far it is (DOMAIN_GET_JOB_STATS).
 * Where the task is cancelled, the job is aborted (DOMAIN_ABORT_JOB) and its end awaited. Rejects as the calls do, with
 * CANCELLED, LIBVIRT_ERROR where the job failed, TIMEOUT where its end was not told. `undo` runs where it was begun
 * and did not come to a good end.
 */
export async function runBackupJob(
  args: { dom: DomainRef; backupXml: string; checkpointXml: string | null },
  deps: BackupJobDeps,
  undo: () => Promise<void>,
): Promise<void> {
  const { session, log, task } = deps;
  const wanted = {
    dom: args.dom,
    eventID: domainEventId.jobCompleted,
    event: 'DOMAIN_EVENT_CALLBACK_JOB_COMPLETED' as const,
    pick: ({ dom, params }: MessageOf<'DOMAIN_EVENT_CALLBACK_JOB_COMPLETED'>) =>
      dom.uuid === args.dom.uuid ? paramValues(params) : null,
  };
  await withDomainEvents(session, wanted, { log, signal: task.signal }, async (box: EventBox<Figures>) => {
    task.progress('backingUp', 0);
    const blocking = await session.blocking(task.signal);
    await blocking.call('DOMAIN_BACKUP_BEGIN', { ...args, flags: 0 }, { timeoutMs: BEGIN_TIMEOUT_MS });
    try {
      await follow(args.dom, deps, box);
    } catch (error) {
      await undo();
      throw error;
    }
  });
}

async function follow(dom: DomainRef, deps: BackupJobDeps, box: EventBox<Figures>): Promise<void> {
  const { session, clock, log, task } = deps;
  const options = { timeoutMs: CALL_TIMEOUT_MS };
  let isStopping = false;
  let pollsAfterEnd = 0;
  for (;;) {
    if (box.latest !== null) {
      if (box.latest.get('success') === true) return;
      if (task.signal.aborted) throw abortError(task.signal);
      const message = String(box.latest.get('errmsg') ?? 'the backup ended before it was complete');
      throw new AppError('LIBVIRT_ERROR', { params: { message }, detail: message });
    }
    if (task.signal.aborted && !isStopping) {
      isStopping = true;
      await session.rpc.call('DOMAIN_ABORT_JOB', { dom }, options).catch((error: unknown) => {
        // It had ended before: then its own end is what the task shows.
        log.debug('backup not aborted', { error: AppError.from(error).detail });
      });
    } else {
      const { type, params } = await session.rpc.call('DOMAIN_GET_JOB_STATS', { dom, flags: 0 }, options);
      if (type === 0 && ++pollsAfterEnd > MAX_POLLS_AFTER_END) {
        throw new AppError('TIMEOUT', { params: { what: 'backingUp' }, detail: 'no event of the end of the backup' });
      }
      const fraction = doneFraction(paramValues(params));
      if (fraction !== null) task.progress('backingUp', fraction);
    }
    await box.pause(clock, POLL_MS);
  }
}

/** 0 to 1, by the figures of the disks; null before they are told. */
function doneFraction(figures: Figures): number | null {
  const total = figures.get('disk_total');
  const done = figures.get('disk_processed');
  return typeof total === 'number' && typeof done === 'number' && total > 0 ? Math.min(1, done / total) : null;
}
