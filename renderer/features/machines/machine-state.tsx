import { Typography } from '@mui/material';
import type { i18n, TFunction } from 'i18next';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import { machineStates, type MachineAction, type MachineState } from '../../../shared/model/machine-actions.ts';
import { itemKey, useTasks } from '../../core-client/feeds.tsx';
import { ColorDot } from '../../ui/color-dot.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { templateText } from '../../ui/template-text.ts';
import { pendingActions } from './machine-rows.ts';

/** The colour of a state's dot, from the theme's palette. */
const stateColors: Record<MachineState, string> = {
  running: 'success-main',
  paused: 'warning-main',
  suspended: 'warning-main',
  stopped: 'text-disabled',
  shuttingDown: 'info-main',
  crashed: 'error-main',
  building: 'info-main',
  error: 'error-main',
  shelved: 'text-disabled',
  rescued: 'warning-main',
  verifyResize: 'warning-main',
  unknown: 'text-disabled',
};

/** States in which nothing runs: their dot is hollow. */
const hollow: ReadonlySet<MachineState> = new Set(['stopped', 'shelved', 'unknown']);

/** The colour of a state, as CSS. */
export function stateColor(state: MachineState): string {
  return `var(--mui-palette-${stateColors[state]})`;
}

/** Words for the states of machines, looked up once for all of them. */
export interface StateTexts {
  word: (machine: Machine) => string;
  /** What is being done to the machine; null while it is at rest. */
  transition: (machine: Machine, pending: MachineAction | null) => string | null;
  /** What the server says beyond our word for it: the fault, else its own word. */
  hint: (machine: Machine) => string;
}

export function stateTexts(t: TFunction, i18n: i18n): StateTexts {
  const words = new Map(machineStates.map((state) => [state, t(`machines:states.${state}`)]));
  const template = t('machines:template');
  const native = templateText(t, 'machines:nativeState', 'state');
  const known = (key: string): string | null => (i18n.exists(key) ? t(key) : null);
  return {
    // A template is off as long as all is well.
    word: (machine) => (isTemplateAtRest(machine) ? template : (words.get(machine.state) ?? machine.state)),
    transition({ transition }, pending) {
      const own = pending === null ? null : known(`machines:pending.${pending}`);
      if (own !== null || transition === null) return own;
      // A newer Nova may have words of its own.
      return known(`machines:transitions.${transition}`) ?? transition;
    },
    hint: ({ fault, nativeState }) => fault ?? (nativeState === '' ? '' : native(nativeState)),
  };
}

/** Whether a template is what it should be: off. One that somebody has started shows that it runs. */
export function isTemplateAtRest({ isTemplate, state }: Machine): boolean {
  return isTemplate === true && state === 'stopped';
}

interface StateDotProps {
  state: MachineState;
  isStale?: boolean;
}

/** The state as a coloured dot. */
export function StateDot({ state, isStale = false }: StateDotProps): ReactNode {
  return <ColorDot color={stateColor(isStale ? 'unknown' : state)} isHollow={hollow.has(state)} />;
}

interface StateTextProps {
  state: MachineState;
  text: string;
  hint: string;
  isChanging: boolean;
  isStale: boolean;
}

/** Dot and word of a state; a spinner while it changes. Drawn again only when one of these changes. */
export const StateText = memo(function StateText({ state, text, hint, isChanging, isStale }: StateTextProps) {
  return (
    <span title={hint} style={{ display: 'flex', alignItems: 'center', gap: 8, minWidth: 0 }}>
      {isChanging ? <Spinner /> : <StateDot state={state} isStale={isStale} />}
      <span style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{text}</span>
    </span>
  );
});

/** What StateText shows of a machine. */
export function stateTextProps(
  machine: Machine,
  pending: MachineAction | null,
  isStale: boolean,
  texts: StateTexts,
): StateTextProps {
  const changing = isStale ? null : texts.transition(machine, pending);
  return {
    state: machine.state,
    text: changing ?? texts.word(machine),
    hint: texts.hint(machine),
    isChanging: changing !== null,
    isStale,
  };
}

interface MachineStateLabelProps {
  machine: Machine;
  isStale: boolean;
}

/** The state of one machine, with what this app is doing to it. */
export function MachineStateLabel({ machine, isStale }: MachineStateLabelProps): ReactNode {
  const { t, i18n } = useTranslation('machines');
  const { items: tasks } = useTasks();
  const pending = pendingActions(tasks).get(itemKey(machine)) ?? null;
  return (
    <Typography component="div" variant="body2" noWrap color={isStale ? 'text.disabled' : 'text.primary'}>
      <StateText {...stateTextProps(machine, pending, isStale, stateTexts(t, i18n))} />
    </Typography>
  );
}
