import { ToggleButton, ToggleButtonGroup } from '@mui/material';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../shared/contract/machines.ts';
import { ConsoleView } from './ConsoleView.tsx';

const SerialView = lazy(() => import('./SerialView.tsx').then(({ SerialView: view }) => ({ default: view })));

interface ConsolePanelProps {
  machine: Machine;
  isOnline: boolean;
  /** Starts the machine; null where that cannot be done. */
  onStart: (() => void) | null;
}

/** States in which a console may exist. */
const liveStates: readonly Machine['state'][] = [
  'running',
  'paused',
  'suspended',
  'shuttingDown',
  'crashed',
  'rescued',
  'verifyResize',
  'building',
  'error',
  'unknown',
];

/** The graphical console of a machine; of a domain the serial one, too. */
export function ConsolePanel(props: ConsolePanelProps): ReactNode {
  const { t } = useTranslation('console');
  const [kind, setKind] = useState<'graphical' | 'serial'>('graphical');
  const choice = props.machine.kind === 'domain' && (
    <ToggleButtonGroup
      exclusive
      size="small"
      color="primary"
      value={kind}
      aria-label={t('choice.label')}
      onChange={(_event, next: 'graphical' | 'serial' | null) => next !== null && setKind(next)}
      sx={{ mr: 1, '& button': { py: 0.25, textTransform: 'none' } }}
    >
      <ToggleButton value="graphical">{t('choice.graphical')}</ToggleButton>
      <ToggleButton value="serial">{t('choice.serial')}</ToggleButton>
    </ToggleButtonGroup>
  );
  const isLive = liveStates.includes(props.machine.state);
  return kind === 'graphical' ? (
    <ConsoleView {...props} isLive={isLive} choice={choice} />
  ) : (
    <Suspense fallback={null}>
      <SerialView {...props} isLive={isLive} choice={choice} />
    </Suspense>
  );
}
