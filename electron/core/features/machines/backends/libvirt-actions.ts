import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { MachineAction } from '../../../../../shared/model/machine-actions.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { LiveList } from '../../../kernel/live-list.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { withTimeout } from '../../../kernel/timing.ts';
import { errorNumber, undefineFlags } from '../../../libvirt/protocol/constants.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import { deleteVolumes, type FoundDisk } from './libvirt-disks.ts';
import { runDomainJob } from './libvirt-job.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';

/** A guest gets this long to react to the power button before the task says that it does not. */
const GUEST_TIMEOUT_MS = 120_000;
/** The daemon itself answers in seconds; starting a big domain may take longer. */
const CALL_TIMEOUT_MS = 120_000;
/** Saving writes the guest's memory to the host's disk; how long that takes is shown, and it can be cancelled. */
const SAVE_TIMEOUT_MS = 6 * 3_600_000;
/** State changes come by event within milliseconds after the reply. */
const EVENT_TIMEOUT_MS = 30_000;

interface ActionDeps {
  session: LibvirtSession;
  clock: Clock;
  log: Logger;
  machines: LiveList<Machine>;
  task: TaskContext;
}

/** Runs an action other than `delete` and those of templates on a domain and resolves at its true end. Throws MACHINE_GONE, TIMEOUT where the guest does not react. */
export async function runDomainAction(action: MachineAction, machine: Machine, deps: ActionDeps): Promise<void> {
  const { session, task } = deps;
  const dom = domainRef(machine.id, machine.name);
  const options = { signal: task.signal, timeoutMs: CALL_TIMEOUT_MS, priority: 5 };
  const { rpc } = session;
  task.progress('request');
  switch (action) {
    case 'start':
      await rpc.call('DOMAIN_CREATE_WITH_FLAGS', { dom, flags: 0 }, options);
      return until(deps, machine, 'started', EVENT_TIMEOUT_MS, (row) => row !== undefined && row.state !== 'stopped');
    case 'shutdown':
      await rpc.call('DOMAIN_SHUTDOWN_FLAGS', { dom, flags: 0 }, options);
      return until(deps, machine, 'guestShutdown', GUEST_TIMEOUT_MS, isOff);
    case 'forceOff':
      await rpc.call('DOMAIN_DESTROY_FLAGS', { dom, flags: 0 }, options);
      return until(deps, machine, 'stopped', EVENT_TIMEOUT_MS, isOff);
    case 'reboot':
      return reboot(machine, deps);
    case 'reset':
      await rpc.call('DOMAIN_RESET', { dom, flags: 0 }, options);
      return;
    case 'pause':
      await rpc.call('DOMAIN_SUSPEND', { dom }, options);
      return until(deps, machine, 'paused', EVENT_TIMEOUT_MS, (row) => row?.state === 'paused');
    case 'resume':
      if (machine.state === 'suspended') await rpc.call('DOMAIN_PM_WAKEUP', { dom, flags: 0 }, options);
      else await rpc.call('DOMAIN_RESUME', { dom }, options);
      return until(deps, machine, 'running', EVENT_TIMEOUT_MS, (row) => row?.state === 'running');
    case 'save':
      await runDomainJob(machine, 'saving', deps, (blocking) =>
        blocking.call('DOMAIN_MANAGED_SAVE', { dom, flags: 0 }, { timeoutMs: SAVE_TIMEOUT_MS }),
      );
      return until(deps, machine, 'saving', EVENT_TIMEOUT_MS, isOff);
    case 'discardSave':
      await rpc.call('DOMAIN_MANAGED_SAVE_REMOVE', { dom, flags: 0 }, options);
      return;
    case 'sendNmi':
      await rpc.call('DOMAIN_INJECT_NMI', { dom, flags: 0 }, options);
      return;
    case 'enableAutostart':
    case 'disableAutostart':
      await rpc.call('DOMAIN_SET_AUTOSTART', { dom, autostart: action === 'enableAutostart' ? 1 : 0 }, options);
      return;
    case 'suspend':
    case 'lock':
    case 'unlock':
    case 'makeTemplate':
    case 'makeMachine':
    case 'delete':
      throw new AppError('UNSUPPORTED', { params: { action }, detail: `${action} is not for a domain` });
  }
}

/**
 * Forces the domain off where it runs, removes its definition with all that only has a meaning with it, then the chosen
 * ones of its disks. Throws CONFLICT before anything is done where one of them must be kept, DISKS_KEPT where the
 * domain is gone and a disk is not.
 */
export async function deleteDomain(
  machine: Machine,
  disks: readonly FoundDisk[],
  deletePaths: readonly string[],
  deps: ActionDeps,
): Promise<void> {
  const { session, task } = deps;
  task.progress('request');
  const chosen = deletePaths.map((path) => {
    const found = disks.find(({ disk }) => disk.path === path);
    if (found?.disk.obstacle === null) return found;
    const reason = found?.disk.obstacle ?? 'notItsDisk';
    throw new AppError('CONFLICT', { params: { machine: machine.name, path, reason }, detail: `${path}: ${reason}` });
  });
  await undefine(machine, deps);
  if (chosen.length === 0) return;
  task.progress('deletingDisks', 0);
  const left = await deleteVolumes(chosen, session, task.signal, (fraction) => {
    task.progress('deletingDisks', fraction);
  });
  const [first] = left;
  if (first === undefined) return;
  throw new AppError('DISKS_KEPT', {
    params: { machine: machine.name, paths: left.map(({ path }) => path).join(', ') },
    detail: left.map(({ path, error }) => `${path}: ${error.detail}`).join('\n'),
    cause: first.error,
  });
}

async function undefine(machine: Machine, deps: ActionDeps): Promise<void> {
  const { session, task } = deps;
  const dom = domainRef(machine.id, machine.name);
  const options = { signal: task.signal, timeoutMs: CALL_TIMEOUT_MS, priority: 5 };
  if (!isOff(machine)) await session.rpc.call('DOMAIN_DESTROY_FLAGS', { dom, flags: 0 }, options);
  if (machine.persistent) {
    const { managedSave, snapshotsMetadata, nvram, checkpointsMetadata } = undefineFlags;
    const basic = managedSave | snapshotsMetadata;
    try {
      await session.rpc.call('DOMAIN_UNDEFINE_FLAGS', { dom, flags: basic | nvram | checkpointsMetadata }, options);
    } catch (thrown) {
      const { source } = AppError.from(thrown);
      // Drivers without firmware files or checkpoints refuse the flags for them.
      if (source?.kind !== 'libvirt' || source.code !== errorNumber.invalidArg) throw thrown;
      await session.rpc.call('DOMAIN_UNDEFINE_FLAGS', { dom, flags: basic }, options);
    }
  }
  return until(deps, machine, 'removing', EVENT_TIMEOUT_MS, (row) => row === undefined);
}

/**
 * Asks the guest to reboot and waits for the daemon's REBOOT event, which comes when it really did. Throws the reason
 * where the connection is lost meanwhile: nobody would hear the event.
 */
async function reboot(machine: Machine, deps: ActionDeps): Promise<void> {
  const { session, task, clock } = deps;
  const rebooted = new AbortController();
  const stopListening = session.rpc.onEvent('DOMAIN_EVENT_CALLBACK_REBOOT', ({ msg }) => {
    if (msg.dom.uuid === machine.id) rebooted.abort();
  });
  try {
    await session.rpc.call(
      'DOMAIN_REBOOT',
      { dom: domainRef(machine.id, machine.name), flags: 0 },
      { signal: task.signal, timeoutMs: CALL_TIMEOUT_MS, priority: 5 },
    );
    task.progress('guestReboot');
    await withTimeout(clock, GUEST_TIMEOUT_MS, task.signal, 'guestReboot', (signal) =>
      Promise.race([aborted(rebooted.signal, signal), session.lost.then((error) => Promise.reject(error))]),
    );
  } finally {
    stopListening();
  }
}

/** Resolves when `event` aborts; gives up silently with `giveUp`, whose owner rejects. */
function aborted(event: AbortSignal, giveUp: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (event.aborted) resolve();
    event.addEventListener('abort', () => resolve(), { once: true, signal: giveUp });
  });
}

function isOff(row: Machine | undefined): boolean {
  return row === undefined || row.state === 'stopped' || row.state === 'crashed';
}

/** Waits until the machine's row is as wanted. Throws TIMEOUT naming the step, MACHINE_GONE where the row vanished. */
async function until(
  { clock, machines, task, session }: ActionDeps,
  machine: Machine,
  step: string,
  timeoutMs: number,
  isDone: (row: Machine | undefined) => boolean,
): Promise<void> {
  task.progress(step);
  await withTimeout(clock, timeoutMs, task.signal, step, async (signal) => {
    const lost = new AbortController();
    void session.lost.then((error) => lost.abort(error));
    const watcher = { signal: AbortSignal.any([signal, lost.signal]), ready: () => Promise.resolve() };
    for await (const event of machines.watch(watcher)) {
      const row = machines.items.get(machine.id);
      if (isDone(row)) return;
      if (row === undefined && event.seq > 0) throw new AppError('MACHINE_GONE', { params: { machine: machine.name } });
    }
    if (lost.signal.reason instanceof AppError) throw lost.signal.reason;
  });
}
