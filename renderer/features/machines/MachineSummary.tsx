import { Box, Paper, Stack, Typography } from '@mui/material';
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import { machineStates, type MachineState } from '../../../shared/model/machine-actions.ts';
import { useMachines } from '../../core-client/feeds.tsx';
import { formatBytes, formatCount } from '../../ui/format.ts';
import { StateDot } from './machine-state.tsx';

// The chart library is as large as the rest of the page; only this ring needs it.
const StateRing = lazy(() => import('./StateRing.tsx').then(({ StateRing: ring }) => ({ default: ring })));

/** The machines of a connection by state, with what the running ones take; nothing before the list is known. */
export function MachineSummary({ connectionId }: { connectionId: string }): ReactNode {
  const { t, i18n } = useTranslation('machines');
  const { items, freshness } = useMachines(connectionId);
  const counts = useMemo(() => countStates(items), [items]);
  const running = useMemo(() => items.filter(({ state }) => state === 'running'), [items]);
  if (freshness === 'loading' || items.length === 0) return null;
  const isStale = freshness !== 'live';
  const taken: [string, string][] = [
    [
      t('summary.vcpus'),
      formatCount(
        sum(running, ({ vcpus }) => vcpus),
        i18n.language,
      ),
    ],
    [
      t('summary.memory'),
      formatBytes(
        sum(running, ({ memoryBytes }) => memoryBytes),
        i18n.language,
      ),
    ],
  ];
  return (
    <Paper variant="outlined" component="section" aria-label={t('summary.title')} sx={{ p: 2 }}>
      <Stack direction="row" spacing={4} sx={{ alignItems: 'center', ...(isStale && { opacity: 0.6 }) }}>
        <Box sx={{ width: 96, height: 96, flexShrink: 0, position: 'relative' }}>
          <Suspense>
            <StateRing counts={counts} />
          </Suspense>
          <Typography aria-hidden variant="h6" component="span" sx={inRing}>
            {formatCount(items.length, i18n.language)}
          </Typography>
        </Box>
        <Stack component="ul" spacing={0.5} sx={{ m: 0, p: 0, listStyle: 'none', minWidth: 148 }}>
          {counts.map(({ state, count }) => (
            <Stack key={state} component="li" direction="row" spacing={1} sx={{ alignItems: 'center' }}>
              <StateDot state={state} isStale={isStale} />
              <Typography variant="body2" sx={{ flex: 1 }}>
                {t(`states.${state}`)}
              </Typography>
              <Typography variant="body2" sx={{ fontVariantNumeric: 'tabular-nums' }}>
                {formatCount(count, i18n.language)}
              </Typography>
            </Stack>
          ))}
        </Stack>
        <Stack component="dl" direction="row" spacing={4} sx={{ m: 0 }}>
          {taken.map(([label, value]) => (
            <Stack key={label}>
              <Typography component="dt" variant="caption" color="text.secondary">
                {label}
              </Typography>
              <Typography component="dd" variant="h6" sx={{ m: 0, fontVariantNumeric: 'tabular-nums' }}>
                {value}
              </Typography>
            </Stack>
          ))}
        </Stack>
      </Stack>
    </Paper>
  );
}

const inRing = {
  position: 'absolute',
  inset: 0,
  display: 'flex',
  alignItems: 'center',
  justifyContent: 'center',
  fontVariantNumeric: 'tabular-nums',
} as const;

function countStates(machines: readonly Machine[]): { state: MachineState; count: number }[] {
  const counts = new Map<MachineState, number>();
  for (const { state } of machines) counts.set(state, (counts.get(state) ?? 0) + 1);
  return machineStates.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [{ state, count }];
  });
}

function sum(machines: readonly Machine[], of: (machine: Machine) => number | null): number {
  return machines.reduce((total, machine) => total + (of(machine) ?? 0), 0);
}
