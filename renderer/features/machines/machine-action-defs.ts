import {
  mdiContentSaveOffOutline,
  mdiContentSaveOutline,
  mdiDeleteOutline,
  mdiFlashOutline,
  mdiLayersOffOutline,
  mdiLayersOutline,
  mdiLockOpenVariantOutline,
  mdiLockOutline,
  mdiPause,
  mdiPlay,
  mdiPlayPause,
  mdiPower,
  mdiPowerPlugOff,
  mdiRestart,
  mdiRestartAlert,
  mdiSleep,
  mdiToggleSwitchOffOutline,
  mdiToggleSwitchOutline,
} from '@mdi/js';
import type { Machine } from '../../../shared/contract/machines.ts';
import {
  canRunMachineAction,
  machineActions,
  type ActionReason,
  type MachineAction,
} from '../../../shared/model/machine-actions.ts';
import { defineAction, type Action } from '../../ui/action.tsx';

/** A machine and whether its connection is up: what decides on an action. A MachineRow fits. */
export interface ActionTarget {
  machine: Machine;
  isOnline: boolean;
}

export interface MachineActionDef extends Action<ActionTarget> {
  id: MachineAction;
}

const icons: Record<MachineAction, string> = {
  start: mdiPlay,
  shutdown: mdiPower,
  reboot: mdiRestart,
  reset: mdiRestartAlert,
  forceOff: mdiPowerPlugOff,
  pause: mdiPause,
  suspend: mdiSleep,
  resume: mdiPlayPause,
  save: mdiContentSaveOutline,
  discardSave: mdiContentSaveOffOutline,
  sendNmi: mdiFlashOutline,
  enableAutostart: mdiToggleSwitchOutline,
  disableAutostart: mdiToggleSwitchOffOutline,
  makeTemplate: mdiLayersOutline,
  makeMachine: mdiLayersOffOutline,
  lock: mdiLockOutline,
  unlock: mdiLockOpenVariantOutline,
  delete: mdiDeleteOutline,
};

const groups: Record<MachineAction, string> = {
  start: 'power',
  shutdown: 'power',
  reboot: 'power',
  reset: 'force',
  forceOff: 'force',
  pause: 'pause',
  suspend: 'pause',
  resume: 'pause',
  save: 'pause',
  discardSave: 'pause',
  sendNmi: 'force',
  enableAutostart: 'settings',
  disableAutostart: 'settings',
  makeTemplate: 'settings',
  makeMachine: 'settings',
  lock: 'settings',
  unlock: 'settings',
  delete: 'delete',
};

/** What interrupts a guest or destroys something. */
const dangerous: readonly MachineAction[] = ['reset', 'forceOff', 'discardSave', 'sendNmi', 'delete'];

/** What people do most with many machines. */
const primary: readonly MachineAction[] = ['start', 'shutdown', 'reboot', 'forceOff', 'pause', 'resume', 'delete'];

/** The text of an action: Nova and libvirt call some of them differently. */
export function actionLabel(action: MachineAction, machines: readonly Machine[]): string {
  const isNova = machines.length > 0 && machines.every(({ kind }) => kind === 'instance');
  const hasOwnName = action === 'shutdown' || action === 'reboot' || action === 'reset';
  return isNova && hasOwnName ? `machines:instanceActions.${action}` : `machines:actions.${action}`;
}

/** True, or why the action cannot run on the machine now. */
export function canRun(action: MachineAction, { machine, isOnline }: ActionTarget): true | ActionReason {
  const answer = canRunMachineAction(action, machine);
  if (answer === 'notForKind' || isOnline) return answer;
  return 'disconnected';
}

/** Everything that can be done with machines, in the order in which menus show it. */
export const machineActionDefs: readonly MachineActionDef[] = machineActions.map((id) => ({
  ...defineAction<ActionTarget>({
    id,
    icon: icons[id],
    group: groups[id],
    isDangerous: dangerous.includes(id),
    isPrimary: primary.includes(id),
    ...(id === 'delete' && { shortcut: 'Delete' }),
    label: (targets) =>
      actionLabel(
        id,
        targets.map(({ machine }) => machine),
      ),
    isFor: ({ machine }) => canRunMachineAction(id, machine) !== 'notForKind',
    canRun: (target) => {
      const answer = canRun(id, target);
      return answer === true ? true : `machines:reasons.${answer}`;
    },
  }),
  id,
}));

/** Whether the person is asked before it runs: always where data or state is lost, else where it stops many at once. */
export function needsConfirmation(action: MachineAction, count: number): boolean {
  if (dangerous.includes(action)) return true;
  return count > 1 && ['shutdown', 'reboot', 'pause', 'suspend', 'save'].includes(action);
}
