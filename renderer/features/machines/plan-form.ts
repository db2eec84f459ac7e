import {
  MAX_PLAN_DELAY_SECONDS,
  MAX_PLAN_PARALLEL,
  type Machine,
  type RunMachinePlanInput,
} from '../../../shared/contract/machines.ts';
import type { Task } from '../../../shared/contract/tasks.ts';
import type { MachineAction } from '../../../shared/model/machine-actions.ts';

/** Actions for which order and time matter, in the order in which they are offered. */
export const plannedActions = [
  'start',
  'shutdown',
  'reboot',
  'reset',
  'forceOff',
  'pause',
  'suspend',
  'resume',
  'save',
] as const satisfies readonly MachineAction[];
export type PlannedAction = (typeof plannedActions)[number];

/** A plan as a person enters it. */
export interface PlanForm {
  action: PlannedAction;
  delay: string;
  parallel: string;
  stopOnFailure: boolean;
}

/** The numbers of a plan; null where the text is none in its bounds. */
export function planNumbers({ delay, parallel }: PlanForm): Record<'delaySeconds' | 'parallel', number | null> {
  const within = (text: string, min: number, max: number): number | null => {
    const value = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : null;
  };
  return {
    delaySeconds: within(delay, 0, MAX_PLAN_DELAY_SECONDS),
    parallel: within(parallel, 1, MAX_PLAN_PARALLEL),
  };
}

/** What is sent; null where a number is wrong or there is nothing to do. */
export function planInput(form: PlanForm, machines: readonly Machine[]): RunMachinePlanInput | null {
  const { delaySeconds, parallel } = planNumbers(form);
  if (delaySeconds === null || parallel === null || machines.length === 0) return null;
  const refs = machines.map(({ connectionId, id }) => ({ connectionId, id }));
  return { action: form.action, machines: refs, delaySeconds, parallel, stopOnFailure: form.stopOnFailure };
}

/** What most people want first: machines that are off are started, others shut down. */
export function proposedAction(machines: readonly Machine[]): PlannedAction {
  return machines.some(({ state }) => state === 'stopped' || state === 'crashed') ? 'start' : 'shutdown';
}

/** The list with the item at `from` where the one at `to` was. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const [item] = items.slice(from, from + 1);
  if (item === undefined || to < 0 || to >= items.length) return [...items];
  const rest = items.toSpliced(from, 1);
  return rest.toSpliced(to, 0, item);
}

/** True where a plan has ended for a machine without doing it. */
export function hasFailed(task: Task | undefined): boolean {
  return task?.status === 'failed' || task?.status === 'cancelled';
}
