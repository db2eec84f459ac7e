import { Typography } from '@mui/material';
import type { i18n, TFunction } from 'i18next';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { MachineAction, MachineState } from '../../../shared/model/machine-actions.ts';
import { machineKey, useTasks } from '../../core-client/feeds.tsx';
import { Spinner } from '../../ui/spinner.tsx';
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

/** What is being done to the machine, in words; null while it is at rest. */
export function transitionText(
  { transition }: Machine,
  pending: MachineAction | null,
  t: TFunction,
  i18n: i18n,
): string | null {
  const key =
    pending !== null && i18n.exists(`machines:pending.${pending}`)
      ? `machines:pending.${pending}`
      : transition === null
        ? null
        : `machines:transitions.${transition}`;
  if (key === null) return null;
  // A newer Nova may have words of its own.
  return i18n.exists(key) ? t(key) : transition;
}

/** What the server says of the state beyond our word for it: the fault, else its own word. */
export function stateHint({ fault, nativeState }: Machine, t: TFunction): string {
  return fault ?? (nativeState === '' ? '' : t('machines:nativeState', { state: nativeState }));
}

interface StateDotProps {
  state: MachineState;
  isStale?: boolean;
}

/** The state as a coloured dot, to stand beside its word. Plain styles: tables show hundreds of them. */
export function StateDot({ state, isStale = false }: StateDotProps): ReactNode {
  const color = isStale ? stateColor('unknown') : stateColor(state);
  return (
    <span
      aria-hidden
      style={{
        width: 9,
        height: 9,
        boxSizing: 'border-box',
        borderRadius: '50%',
        flexShrink: 0,
        border: `2px solid ${color}`,
        background: hollow.has(state) ? 'transparent' : color,
      }}
    />
  );
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
  t: TFunction,
  i18n: i18n,
): StateTextProps {
  const changing = isStale ? null : transitionText(machine, pending, t, i18n);
  return {
    state: machine.state,
    text: changing ?? t(`machines:states.${machine.state}`),
    hint: stateHint(machine, t),
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
  const pending = pendingActions(tasks).get(machineKey(machine)) ?? null;
  return (
    <Typography component="div" variant="body2" noWrap color={isStale ? 'text.disabled' : 'text.primary'}>
      <StateText {...stateTextProps(machine, pending, isStale, t, i18n)} />
    </Typography>
  );
}
