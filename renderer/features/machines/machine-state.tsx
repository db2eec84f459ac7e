import { Box, Stack, Tooltip, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import type { i18n, TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { MachineAction, MachineState } from '../../../shared/model/machine-actions.ts';
import { machineKey, useTasks } from '../../core-client/feeds.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { pendingActions } from './machine-rows.ts';

/** The colour of a state's dot, as a path of the theme's palette. */
export const stateColors: Record<MachineState, string> = {
  running: 'success.main',
  paused: 'warning.main',
  suspended: 'warning.main',
  stopped: 'text.disabled',
  shuttingDown: 'info.main',
  crashed: 'error.main',
  building: 'info.main',
  error: 'error.main',
  shelved: 'text.disabled',
  rescued: 'warning.main',
  verifyResize: 'warning.main',
  unknown: 'text.disabled',
};

/** States in which nothing runs: their dot is hollow. */
const hollow: ReadonlySet<MachineState> = new Set(['stopped', 'shelved', 'unknown']);

/** Actions that take a while to show; the others change nothing that a word would tell. */
function pendingText(action: MachineAction | null, t: TFunction, i18n: i18n): string | null {
  return action !== null && i18n.exists(`machines:pending.${action}`) ? t(`machines:pending.${action}`) : null;
}

/** What is being done to the machine, in words; null while it is at rest. */
export function transitionText(
  { transition }: Machine,
  pending: MachineAction | null,
  t: TFunction,
  i18n: i18n,
): string | null {
  const own = pendingText(pending, t, i18n);
  if (own !== null || transition === null) return own;
  return i18n.exists(`machines:transitions.${transition}`) ? t(`machines:transitions.${transition}`) : transition;
}

interface StateDotProps {
  state: MachineState;
  isStale?: boolean;
}

/** The state as a coloured dot, to stand beside its word. */
export function StateDot({ state, isStale = false }: StateDotProps): ReactNode {
  const color = isStale ? 'text.disabled' : stateColors[state];
  return (
    <Box
      aria-hidden
      sx={{
        width: 9,
        height: 9,
        borderRadius: '50%',
        flexShrink: 0,
        border: 2,
        borderColor: color,
        bgcolor: hollow.has(state) ? 'transparent' : color,
      }}
    />
  );
}

interface StateTextProps {
  machine: Machine;
  isStale: boolean;
  pending: MachineAction | null;
}

/** Dot and word of a state; a spinner and what is going on while it changes; the fault on hover. */
export function StateText({ machine, isStale, pending }: StateTextProps): ReactNode {
  const { t, i18n } = useTranslation('machines');
  const { state, nativeState, fault } = machine;
  const changing = isStale ? null : transitionText(machine, pending, t, i18n);
  const hint = fault ?? (nativeState === '' ? null : t('nativeState', { state: nativeState }));
  const label = (
    <Stack direction="row" spacing={1} sx={{ alignItems: 'center', minWidth: 0 }}>
      {changing === null ? <StateDot state={state} isStale={isStale} /> : <Spinner />}
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
        {changing ?? t(`states.${state}`)}
      </Box>
    </Stack>
  );
  return hint === null ? label : <Tooltip title={hint}>{label}</Tooltip>;
}

interface MachineStateLabelProps {
  machine: Machine;
  isStale: boolean;
}

/** The state of one machine, with what this app is doing to it. */
export function MachineStateLabel({ machine, isStale }: MachineStateLabelProps): ReactNode {
  const { items: tasks } = useTasks();
  const pending = pendingActions(tasks).get(machineKey(machine)) ?? null;
  return (
    <Typography component="div" variant="body2" color={isStale ? 'text.disabled' : 'text.primary'}>
      <StateText machine={machine} isStale={isStale} pending={pending} />
    </Typography>
  );
}
