import type { TimelineEvent, TimelineKind } from '../../../../../shared/contract/timeline.ts';
import { paramValues, type TypedParam } from '../../../libvirt/protocol/typed-params.ts';

interface LifecycleWords {
  kind: TimelineKind;
  /** By the number of the event's detail. */
  reasons: readonly string[];
}

/** virDomainEventType with the details of each. */
const lifecycles: readonly LifecycleWords[] = [
  { kind: 'defined', reasons: ['added', 'updated', 'renamed', 'fromSnapshot'] },
  { kind: 'undefined', reasons: ['removed', 'renamed'] },
  { kind: 'started', reasons: ['booted', 'migrated', 'restored', 'fromSnapshot', 'wakeup'] },
  {
    kind: 'suspended',
    reasons: [
      'paused',
      'migrated',
      'ioError',
      'watchdog',
      'restored',
      'fromSnapshot',
      'apiError',
      'postcopy',
      'postcopyFailed',
    ],
  },
  { kind: 'resumed', reasons: ['unpaused', 'migrated', 'fromSnapshot', 'postcopy', 'postcopyFailed'] },
  {
    kind: 'stopped',
    reasons: ['shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'fromSnapshot'],
  },
  { kind: 'shutdown', reasons: ['finished', 'guest', 'host'] },
  { kind: 'pmSuspended', reasons: ['memory', 'disk'] },
  { kind: 'crashed', reasons: ['panicked', 'crashloaded'] },
];

const watchdogActions = ['none', 'pause', 'reset', 'powerOff', 'shutdown', 'debug', 'injectNmi'];
const ioErrorActions = ['none', 'pause', 'report'];
const blockJobTypes = ['unknown', 'pull', 'copy', 'commit', 'activeCommit', 'backup'];
const blockJobStates = ['completed', 'failed', 'cancelled', 'ready'];
const jobOperations = [
  'unknown',
  'start',
  'save',
  'restore',
  'migrationIn',
  'migrationOut',
  'snapshot',
  'snapshotRevert',
  'dump',
  'backup',
  'snapshotDelete',
];
const memoryFailureActions = ['ignore', 'inject', 'fatal', 'reset'];

/** Reasons that say that something went wrong. */
const alarming: Partial<Record<TimelineKind, readonly string[]>> = {
  suspended: ['ioError', 'watchdog', 'apiError', 'postcopyFailed'],
  stopped: ['crashed', 'failed'],
  resumed: ['postcopyFailed'],
};

/** A lifecycle event (virDomainEventType and its detail); null for one that is not known. */
export function lifecycleEvent(type: number, detail: number): TimelineEvent | null {
  const words = lifecycles[type];
  if (words === undefined) return null;
  const reason = word(words.reasons, detail);
  const isAlarming = words.kind === 'crashed' || alarming[words.kind]?.includes(reason) === true;
  return plain(words.kind, { reason, level: isAlarming ? 'error' : 'info' });
}

export function rebootEvent(): TimelineEvent {
  return plain('reboot');
}

export function watchdogEvent(action: number): TimelineEvent {
  return plain('watchdog', { reason: word(watchdogActions, action), level: 'error' });
}

/** `reason` is QEMU's word where it has one, e.g. `enospc`. */
export function ioErrorEvent(device: string, path: string, action: number, reason: string): TimelineEvent {
  return plain('ioError', {
    reason: reason === '' ? word(ioErrorActions, action) : reason,
    subject: path === '' ? device : `${device} ${path}`,
    level: 'error',
  });
}

export function controlErrorEvent(): TimelineEvent {
  return plain('controlError', { level: 'error' });
}

export function blockJobEvent(disk: string, type: number, status: number): TimelineEvent {
  const state = word(blockJobStates, status);
  return plain('blockJob', {
    reason: `${word(blockJobTypes, type)}.${state}`,
    subject: disk,
    level: state === 'failed' ? 'error' : 'info',
  });
}

/** A job of the whole domain that has ended: its statistics tell which and how. */
export function jobEvent(params: readonly TypedParam[]): TimelineEvent {
  const values = paramValues(params);
  const operation = word(jobOperations, Number(values.get('operation') ?? 0));
  const hasFailed = values.get('success') === false;
  const message = values.get('errmsg');
  return plain('job', {
    reason: `${operation}.${hasFailed ? 'failed' : 'completed'}`,
    subject: typeof message === 'string' ? message : null,
    level: hasFailed ? 'error' : 'info',
  });
}

export function diskChangeEvent(device: string, oldPath: string | null, reason: number): TimelineEvent {
  return plain('diskChange', {
    reason: word(['missing', 'dropped'], reason),
    subject: oldPath ?? device,
    level: 'warning',
  });
}

export function trayEvent(device: string, reason: number): TimelineEvent {
  return plain('tray', { reason: word(['opened', 'closed'], reason), subject: device });
}

export function balloonEvent(actualKiB: number): TimelineEvent {
  return plain('balloon', { sizeBytes: actualKiB * 1024 });
}

export function agentEvent(state: number): TimelineEvent {
  return plain('agent', { reason: word(['unknown', 'connected', 'disconnected'], state) });
}

export function deviceEvent(
  kind: 'deviceAdded' | 'deviceRemoved' | 'deviceRemovalFailed',
  device: string,
): TimelineEvent {
  return plain(kind, { subject: device, level: kind === 'deviceRemovalFailed' ? 'warning' : 'info' });
}

export function blockThresholdEvent(device: string, path: string | null, thresholdBytes: number): TimelineEvent {
  return plain('blockThreshold', {
    subject: path === null ? device : `${device} ${path}`,
    sizeBytes: thresholdBytes,
    level: 'warning',
  });
}

export function memoryFailureEvent(action: number): TimelineEvent {
  return plain('memoryFailure', { reason: word(memoryFailureActions, action), level: 'error' });
}

function plain(kind: TimelineKind, rest: Partial<Omit<TimelineEvent, 'kind'>> = {}): TimelineEvent {
  return { kind, reason: null, subject: null, sizeBytes: null, level: 'info', ...rest };
}

/** Newer libvirt may have numbers that are not known yet. */
function word(words: readonly string[], number: number): string {
  return words[number] ?? String(number);
}
