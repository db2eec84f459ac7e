import type { MachineAction, MachineState } from '../../../../../shared/model/machine-actions.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { withTimeout } from '../../../kernel/timing.ts';
import type { Cloud } from '../../../openstack/cloud.ts';
import { readActionOutcome } from '../../../openstack/compute/instance-actions.ts';
import type { Server } from '../../../openstack/compute/server.ts';
import { deleteServer, postAction, type ServerAction } from '../../../openstack/compute/servers.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { ServerInventory } from './openstack-inventory.ts';
import { stateOf } from './openstack-rows.ts';

/** A guest that ignores ACPI is switched off by Nova after a minute or so; a loaded host needs more. */
const END_TIMEOUT_MS = 15 * 60_000;

/** What is asked of Nova, and the state at its end; null where the state says nothing about success. */
interface Plan {
  ask: ServerAction;
  end: ((server: Server) => boolean) | null;
}

/**
 * Runs an action and follows it to its true end. Nova's 202 only says that it was accepted: it is over when
 * task_state is null again, and good when the state is right and the action log holds no error.
 * Throws OPENSTACK_ERROR with Nova's reason and the request id, MACHINE_GONE, TIMEOUT, UNSUPPORTED.
 */
export async function runServerAction(
  action: MachineAction,
  server: Server,
  { cloud, inventory, task }: { cloud: Cloud; inventory: ServerInventory; task: TaskContext },
): Promise<void> {
  const subject = { id: server.id, name: server.name ?? server.id };
  await withTimeout(cloud.clock, END_TIMEOUT_MS, task.signal, `${action} ${subject.name}`, async (signal) => {
    task.progress('request');
    if (action === 'delete') {
      const requestId = await askToDelete(cloud, subject, signal);
      task.progress('wait');
      await inventory.follow(server.id, signal, (now) => deletionOver(now, subject.name, requestId));
      return;
    }
    const plan = planOf(action, server);
    const requestId = await postAction(cloud, subject, plan.ask, signal);
    task.progress('wait');
    const over: { server: Server | null } = { server: null };
    await inventory.follow(server.id, signal, (now) => {
      if (now === undefined) throw gone(subject.name);
      over.server = now;
      if (action === 'lock' || action === 'unlock') return plan.end?.(now) ?? true;
      return (now['OS-EXT-STS:task_state'] ?? null) === null;
    });
    if (over.server !== null) await judge(cloud, over.server, plan, action, requestId, signal);
  });
}

function planOf(action: MachineAction, server: Server): Plan {
  const is = (state: MachineState) => (now: Server) => stateOf(now) === state;
  switch (action) {
    case 'start':
      return { ask: { 'os-start': null }, end: is('running') };
    case 'shutdown':
      return { ask: { 'os-stop': null }, end: is('stopped') };
    case 'reboot':
      return { ask: { reboot: { type: 'SOFT' } }, end: is('running') };
    case 'reset':
      return { ask: { reboot: { type: 'HARD' } }, end: is('running') };
    case 'pause':
      return { ask: { pause: null }, end: is('paused') };
    case 'suspend':
      return { ask: { suspend: null }, end: is('suspended') };
    case 'resume':
      return { ask: stateOf(server) === 'paused' ? { unpause: null } : { resume: null }, end: is('running') };
    case 'lock':
      return { ask: { lock: null }, end: lockedIs(true) };
    case 'unlock':
      return { ask: { unlock: null }, end: lockedIs(false) };
    case 'delete':
    case 'forceOff':
    case 'save':
    case 'discardSave':
    case 'sendNmi':
    case 'enableAutostart':
    case 'disableAutostart':
    case 'makeTemplate':
    case 'makeMachine':
      throw new AppError('UNSUPPORTED', { params: { action }, detail: `Nova has no ${action}` });
  }
}

/** Before 2.9 a server does not tell whether it is locked: then the accepted call is all there is. */
function lockedIs(locked: boolean): (server: Server) => boolean {
  return (server) => (server.locked ?? locked) === locked;
}

async function askToDelete(
  cloud: Cloud,
  subject: { id: string; name: string },
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return await deleteServer(cloud, subject, signal);
  } catch (error) {
    // Gone already: that is what was wanted.
    if (AppError.from(error).code === 'MACHINE_GONE') return null;
    throw error;
  }
}

function deletionOver(now: Server | undefined, name: string, requestId: string | null): boolean {
  if (now === undefined) return true;
  const isIdle = (now['OS-EXT-STS:task_state'] ?? null) === null;
  if (now.status === 'ERROR' && isIdle && now.fault) throw failed(name, 'delete', requestId, now.fault.message);
  return false;
}

/** Nova is done with it: was it a success? The action log knows the reason where it was none. */
async function judge(
  cloud: Cloud,
  server: Server,
  { end }: Plan,
  action: MachineAction,
  requestId: string | null,
  signal: AbortSignal,
): Promise<void> {
  if (action === 'lock' || action === 'unlock') return;
  const name = server.name ?? server.id;
  const outcome = requestId === null ? null : await readOutcome(cloud, server.id, requestId, signal);
  const isRight = end?.(server) ?? true;
  if (isRight && outcome?.failed !== true) return;
  const reason = [outcome?.message, server.fault?.message].find((text) => text !== undefined && text !== '');
  throw failed(name, action, requestId, reason ?? `${name} is ${server.status} instead`);
}

/** The action log, where this cloud and user may read it: it explains, but is not needed. */
async function readOutcome(
  cloud: Cloud,
  id: string,
  requestId: string,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<typeof readActionOutcome>> | null> {
  try {
    return await readActionOutcome(cloud, id, requestId, signal);
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (signal.aborted) throw error;
    cloud.log.debug('no action log', { code: error.code });
    return null;
  }
}

function failed(machine: string, action: string, requestId: string | null, message: string): AppError {
  return new AppError('OPENSTACK_ERROR', {
    params: { service: 'compute', machine, action, reason: message, detail: message },
    detail: message,
    source: {
      kind: 'openstack',
      service: 'compute',
      status: 202,
      type: 'instanceAction',
      message,
      requestId,
      method: action === 'delete' ? 'DELETE' : 'POST',
      url: '',
    },
  });
}

function gone(machine: string): AppError {
  return new AppError('MACHINE_GONE', { params: { machine } });
}
