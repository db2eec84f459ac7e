/** The states a person thinks in; the backend's own word is kept beside it. */
export const machineStates = [
  'running',
  'paused',
  'suspended',
  'stopped',
  'shuttingDown',
  'crashed',
  'building',
  'error',
  'shelved',
  'rescued',
  'verifyResize',
  'unknown',
] as const;
export type MachineState = (typeof machineStates)[number];

export const machineActions = [
  'start',
  'shutdown',
  'reboot',
  'reset',
  'forceOff',
  'pause',
  'suspend',
  'resume',
  'save',
  'discardSave',
  'sendNmi',
  'enableAutostart',
  'disableAutostart',
  'makeTemplate',
  'makeMachine',
  'lock',
  'unlock',
  'delete',
] as const;
export type MachineAction = (typeof machineActions)[number];

/** Why an action cannot run now; names a text (machines:reasons.<reason>). */
export type ActionReason =
  | 'notForKind'
  | 'alreadyRunning'
  | 'notRunning'
  | 'notPaused'
  | 'busy'
  | 'locked'
  | 'alreadyLocked'
  | 'notLocked'
  | 'ownedByNova'
  | 'alreadyOn'
  | 'alreadyOff'
  | 'notPersistent'
  | 'nothingSaved'
  | 'mustBeOff'
  | 'savedMemory'
  | 'isTemplate'
  | 'disconnected';

/** What the rules need to know of a machine. */
export interface ActionSubject {
  kind: 'domain' | 'instance';
  state: MachineState;
  transition: string | null;
  autostart: boolean | null;
  persistent: boolean;
  hasManagedSave: boolean;
  locked: boolean;
  ownedByNova: boolean;
  /** Null while nobody has read it. */
  isTemplate: boolean | null;
}

const domainOnly: readonly MachineAction[] = [
  'forceOff',
  'save',
  'discardSave',
  'sendNmi',
  'enableAutostart',
  'disableAutostart',
  'makeTemplate',
  'makeMachine',
];
const instanceOnly: readonly MachineAction[] = ['suspend', 'lock', 'unlock'];
const active: readonly MachineState[] = ['running', 'paused', 'suspended', 'shuttingDown', 'crashed', 'rescued'];

/** True if `action` makes sense for the machine as it is, else the reason; the server has the last word. */
export function canRunMachineAction(action: MachineAction, machine: ActionSubject): true | ActionReason {
  const { kind, state } = machine;
  if (kind === 'domain' && instanceOnly.includes(action)) return 'notForKind';
  if (kind === 'instance' && domainOnly.includes(action)) return 'notForKind';
  // One of the two makes sense.
  if (action === (machine.isTemplate === true ? 'makeTemplate' : 'makeMachine')) return 'notForKind';
  if (machine.ownedByNova) return 'ownedByNova';
  if (action === 'lock') return machine.locked ? 'alreadyLocked' : true;
  if (action === 'unlock') return machine.locked ? true : 'notLocked';
  if (action === 'delete') return machine.locked ? 'locked' : true;
  if (action === 'enableAutostart' || action === 'disableAutostart') {
    if (!machine.persistent) return 'notPersistent';
    if (action === 'enableAutostart' && machine.isTemplate === true) return 'isTemplate';
    if (machine.autostart === null) return true;
    if (action === 'enableAutostart') return machine.autostart ? 'alreadyOn' : true;
    return machine.autostart ? true : 'alreadyOff';
  }
  if (machine.locked) return 'locked';
  if (machine.transition !== null) return 'busy';
  switch (action) {
    case 'start':
      if (machine.isTemplate === true) return 'isTemplate';
      return active.includes(state) ? 'alreadyRunning' : startable(state);
    case 'makeTemplate':
      if (!machine.persistent) return 'notPersistent';
      if (machine.hasManagedSave) return 'savedMemory';
      return state === 'stopped' || state === 'crashed' ? true : 'mustBeOff';
    case 'makeMachine':
      return true;
    case 'shutdown':
      return state === 'running' || (kind === 'instance' && state === 'rescued') ? true : 'notRunning';
    case 'reboot':
      return state === 'running' ? true : 'notRunning';
    case 'reset':
      // Nova's hard reboot also repairs stopped, paused and failed instances.
      if (kind === 'instance') return state === 'building' || state === 'shelved' ? 'notRunning' : true;
      return state === 'running' || state === 'paused' || state === 'crashed' ? true : 'notRunning';
    case 'forceOff':
      return active.includes(state) ? true : 'notRunning';
    case 'save':
      if (!machine.persistent) return 'notPersistent';
      return state === 'running' || state === 'paused' ? true : 'notRunning';
    case 'discardSave':
      return machine.hasManagedSave ? true : 'nothingSaved';
    case 'sendNmi':
    case 'pause':
    case 'suspend':
      return state === 'running' ? true : 'notRunning';
    case 'resume':
      return state === 'paused' || state === 'suspended' ? true : 'notPaused';
  }
}

function startable(state: MachineState): true | ActionReason {
  return state === 'stopped' || state === 'unknown' || state === 'error' ? true : 'busy';
}
