import { mdiConsole, mdiMonitor } from '@mdi/js';
import { ToggleButton, ToggleButtonGroup } from '@mui/material';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../shared/contract/machines.ts';
import { Icon } from '../ui/icon.tsx';
import { ConsoleView } from './ConsoleView.tsx';

const SerialView = lazy(() => import('./SerialView.tsx').then(({ SerialView: view }) => ({ default: view })));

/** The consoles that a machine can have. */
export const consoleKinds = ['graphical', 'serial'] as const;
export type ConsoleKind = (typeof consoleKinds)[number];

const kindIcons: Record<ConsoleKind, string> = { graphical: mdiMonitor, serial: mdiConsole };

interface ConsolePanelProps {
  machine: Machine;
  isOnline: boolean;
  /** Starts the machine; null where that cannot be done. */
  onStart: (() => void) | null;
  /** Last in the toolbar. */
  end?: ReactNode;
  /** Present for one of several consoles on a page. */
  tile?: ConsoleTileFrame;
}

/** What a console is told that is one of several on a page. */
export interface ConsoleTileFrame {
  /** Whose console it is; first in the toolbar. */
  title: ReactNode;
  kind: ConsoleKind;
  onKind: (kind: ConsoleKind) => void;
  /** The console takes the keyboard when it connects and whenever this changes; null leaves the keyboard where it is. */
  keyboardTurn: number | null;
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
export function ConsolePanel({ tile, ...props }: ConsolePanelProps): ReactNode {
  const { t } = useTranslation('console');
  const [ownKind, setOwnKind] = useState<ConsoleKind>('graphical');
  const kind = tile?.kind ?? ownKind;
  const onKind = tile?.onKind ?? setOwnKind;
  const choice = (
    <>
      {tile?.title}
      {props.machine.kind === 'domain' && (
        <ToggleButtonGroup
          exclusive
          size="small"
          color="primary"
          value={kind}
          aria-label={t('choice.label')}
          onChange={(_event, next: ConsoleKind | null) => next !== null && onKind(next)}
          sx={{ mr: 1, '& button': { py: 0.25, textTransform: 'none' } }}
        >
          {consoleKinds.map((each) => (
            <ToggleButton key={each} value={each} {...(tile !== undefined && { 'aria-label': t(`choice.${each}`) })}>
              {tile === undefined ? t(`choice.${each}`) : <Icon path={kindIcons[each]} />}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      )}
    </>
  );
  const view = {
    ...props,
    isLive: liveStates.includes(props.machine.state),
    choice,
    isCompact: tile !== undefined,
    keyboardTurn: tile === undefined ? 0 : tile.keyboardTurn,
  };
  return kind === 'graphical' ? (
    <ConsoleView {...view} />
  ) : (
    <Suspense fallback={null}>
      <SerialView {...view} />
    </Suspense>
  );
}
