import { mdiArrowLeft, mdiArrowRight, mdiClose, mdiConsole, mdiDotsVertical, mdiMonitor, mdiOpenInNew } from '@mdi/js';
import { Box, IconButton, ListItemIcon, ListItemText, Menu, MenuItem, Stack, Tooltip, Typography } from '@mui/material';
import { memo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Machine } from '../../../shared/contract/machines.ts';
import { ConsolePanel, type ConsoleKind } from '../../console/ConsolePanel.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { useRunMachineAction } from '../machines/actions.tsx';
import { machinePath } from '../machines/machine-path.ts';
import { StateDot } from '../machines/machine-state.tsx';
import type { OpenConsole } from './open-consoles.ts';

/** What can be done with a console's place among the others. */
export interface TileActions {
  close: (console: OpenConsole) => void;
  move: (console: OpenConsole, by: -1 | 1) => void;
  setKind: (console: OpenConsole, kind: ConsoleKind) => void;
  openBeside: (console: OpenConsole, kind: ConsoleKind) => void;
}

interface ConsoleTileProps {
  console: OpenConsole;
  /** Undefined while it is not known, or where it is gone. */
  machine: Machine | undefined;
  /** Empty where all are of one connection. */
  connectionName: string;
  isOnline: boolean;
  /** The machine may still show up in its list. */
  isAwaited: boolean;
  isCurrent: boolean;
  isFirst: boolean;
  isLast: boolean;
  keyboardTurn: number | null;
  actions: TileActions;
}

/** One of several consoles: whose it is and its tools in one row, the screen below. */
export const ConsoleTile = memo(function ConsoleTile(props: ConsoleTileProps): ReactNode {
  const { console, machine, connectionName, isOnline, isAwaited, isCurrent, keyboardTurn, actions } = props;
  const { t } = useTranslation('consoles');
  const run = useRunMachineAction();
  const close = (
    <Tooltip title={t('close')}>
      <IconButton size="small" aria-label={t('close')} onClick={() => actions.close(console)}>
        <Icon path={mdiClose} />
      </IconButton>
    </Tooltip>
  );
  if (machine === undefined) {
    return (
      <Stack sx={{ flex: 1, minHeight: 0 }}>
        <Stack direction="row" sx={{ justifyContent: 'flex-end', px: 1, minHeight: 36, alignItems: 'center' }}>
          {close}
        </Stack>
        {isAwaited ? (
          <ResourceWaiting label={t('loading')} />
        ) : (
          <Typography variant="body2" color="text.secondary" role="status" sx={{ p: 3, textAlign: 'center' }}>
            {t('gone')}
          </Typography>
        )}
      </Stack>
    );
  }
  return (
    <ConsolePanel
      machine={machine}
      isOnline={isOnline}
      onStart={() => run('start', [machine])}
      end={
        <>
          <TileMenu {...props} machine={machine} />
          {close}
        </>
      }
      tile={{
        title: (
          <TileTitle machine={machine} connectionName={connectionName} isOnline={isOnline} isCurrent={isCurrent} />
        ),
        kind: console.kind,
        onKind: (kind) => actions.setKind(console, kind),
        keyboardTurn,
      }}
    />
  );
});

interface TileTitleProps {
  machine: Machine;
  connectionName: string;
  isOnline: boolean;
  isCurrent: boolean;
}

function TileTitle({ machine, connectionName, isOnline, isCurrent }: TileTitleProps): ReactNode {
  return (
    <Stack direction="row" spacing={0.75} sx={{ alignItems: 'center', minWidth: 48, pr: 1 }}>
      <Box sx={{ flexShrink: 0, display: 'flex' }}>
        <StateDot state={machine.state} isStale={!isOnline} />
      </Box>
      <Typography variant="body2" noWrap title={machine.name} sx={{ fontWeight: isCurrent ? 650 : 500 }}>
        {machine.name}
      </Typography>
      {connectionName !== '' && (
        <Typography variant="caption" color="text.secondary" noWrap title={connectionName} sx={{ flexShrink: 4 }}>
          {connectionName}
        </Typography>
      )}
    </Stack>
  );
}

function TileMenu({ console, machine, isFirst, isLast, actions }: ConsoleTileProps & { machine: Machine }): ReactNode {
  const { t } = useTranslation('consoles');
  const navigate = useNavigate();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const other: ConsoleKind = console.kind === 'graphical' ? 'serial' : 'graphical';
  const label = t('more', { name: machine.name });
  const entry = (icon: string, text: string, act: () => void, isDisabled = false): ReactNode => (
    <MenuItem
      disabled={isDisabled}
      onClick={() => {
        setAnchor(null);
        act();
      }}
    >
      <ListItemIcon>
        <Icon path={icon} />
      </ListItemIcon>
      <ListItemText>{text}</ListItemText>
    </MenuItem>
  );
  return (
    <>
      <Tooltip title={label}>
        <IconButton
          size="small"
          aria-label={label}
          aria-haspopup="menu"
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <Icon path={mdiDotsVertical} />
        </IconButton>
      </Tooltip>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ list: { dense: true, 'aria-label': label } }}
      >
        {machine.kind === 'domain' &&
          entry(other === 'serial' ? mdiConsole : mdiMonitor, t(`openOther.${other}`), () =>
            actions.openBeside(console, other),
          )}
        {entry(mdiOpenInNew, t('openMachine'), () => void navigate(machinePath(machine)))}
        {entry(mdiArrowLeft, t('moveBack'), () => actions.move(console, -1), isFirst)}
        {entry(mdiArrowRight, t('moveForth'), () => actions.move(console, 1), isLast)}
      </Menu>
    </>
  );
}
