import {
  mdiMonitorOff,
  mdiViewComfyOutline,
  mdiViewGridOutline,
  mdiViewGridPlusOutline,
  mdiViewModuleOutline,
} from '@mdi/js';
import {
  Box,
  Button,
  ButtonBase,
  IconButton,
  OutlinedInput,
  Stack,
  ToggleButton,
  ToggleButtonGroup,
  Tooltip,
  Typography,
} from '@mui/material';
import { memo, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useScope } from '../../app/scope.tsx';
import { useViewState } from '../../app/settings.tsx';
import { itemKey, useConnections, useMachines } from '../../core-client/feeds.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { TableTitle } from '../../ui/resource-table/TableTitle.tsx';
import { NoHosts } from '../connections/NoHosts.tsx';
import { useHosts } from '../connections/use-hosts.ts';
import { useOpenConsoles } from '../consoles/use-open-consoles.ts';
import { ConnectionProblems, isDown } from '../machines/ConnectionProblems.tsx';
import { StateDot } from '../machines/machine-state.tsx';
import { useReadTags } from '../notes/use-read-tags.ts';
import { machinePath } from '../machines/machine-path.ts';
import { Screen } from './Screen.tsx';
import { useOnScreen } from './use-on-screen.ts';
import { useScreen } from './use-screen.ts';

const PERIOD_MS = 10_000;

const sizes = ['small', 'medium', 'large'] as const;
type Size = (typeof sizes)[number];
const widthsPx: Record<Size, number> = { small: 180, medium: 280, large: 440 };
const sizeIcons: Record<Size, string> = {
  small: mdiViewComfyOutline,
  medium: mdiViewModuleOutline,
  large: mdiViewGridOutline,
};

/** The screens of all running domains in the scope, as a wall. Only those in sight are taken. */
export function ScreensPage(): ReactNode {
  const { t } = useTranslation('screens');
  const { connectionId } = useScope();
  const machines = useMachines(connectionId ?? undefined);
  const connections = useConnections();
  const { hosts, isAwaited } = useHosts(connectionId);
  const [savedSize, saveSize] = useViewState<Size>('screens.size', 'medium');
  const [filter, setFilter] = useState('');
  const openConsoles = useOpenConsoles();
  const size = sizes.includes(savedSize) ? savedSize : 'medium';

  const running = useMemo(
    () =>
      machines.items
        .filter(
          ({ kind, state, connectionId: id }) =>
            kind === 'domain' &&
            (state === 'running' || state === 'paused') &&
            connections.byId.get(id)?.phase === 'online',
        )
        .sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true })),
    [machines.items, connections.byId],
  );
  const rows = useMemo(() => running.map((machine) => ({ machine, isOnline: true })), [running]);
  useReadTags(rows, /\btag:/i.test(filter));
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = running.filter(({ name, tags }) => {
    const text = [name, ...(tags ?? []).map((tag) => `tag:${tag}`)].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const isLoading = machines.freshness === 'loading' && machines.error === null && isAwaited;
  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center', px: 2, pt: 1.5, pb: 1 }}>
        <TableTitle level={1} title={t('title')} count={isLoading ? null : running.length} />
        <OutlinedInput
          size="small"
          value={filter}
          placeholder={t('filterHint')}
          onChange={({ target }) => setFilter(target.value)}
          inputProps={{ role: 'searchbox', 'aria-label': t('table:filter'), spellCheck: false, maxLength: 256 }}
          sx={{ width: 300, minWidth: 140, flexShrink: 1, height: 32 }}
        />
        <Box sx={{ flex: 1 }} />
        {shown.length > 0 && (
          <Button
            size="small"
            color="inherit"
            startIcon={<Icon path={mdiViewGridPlusOutline} />}
            onClick={() => openConsoles(shown)}
            sx={{ flexShrink: 0 }}
          >
            {t('consoles:openShown')}
          </Button>
        )}
        <ToggleButtonGroup
          exclusive
          size="small"
          value={size}
          aria-label={t('size')}
          onChange={(_event, next: Size | null) => next !== null && saveSize(next)}
          sx={{ height: 32 }}
        >
          {sizes.map((each) => (
            <ToggleButton key={each} value={each} aria-label={t(`sizes.${each}`)}>
              <Icon path={sizeIcons[each]} />
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      </Stack>
      <ConnectionProblems connections={hosts.filter(isDown)} />
      {isLoading ? (
        <ResourceWaiting label={t('loading')} />
      ) : hosts.length === 0 ? (
        <NoHosts title={t('noHosts.title')} text={t('noHosts.text')} action={t('noHosts.action')} />
      ) : shown.length === 0 ? (
        <TableMessage
          icon={mdiMonitorOff}
          title={t(running.length === 0 ? 'empty.title' : 'noMatch.title')}
          text={t(running.length === 0 ? 'empty.text' : 'noMatch.text')}
        />
      ) : (
        <Box
          component="ul"
          aria-label={t('title')}
          sx={{
            flex: 1,
            minHeight: 0,
            overflow: 'auto',
            m: 0,
            px: 2,
            pt: 0.5,
            pb: 2,
            listStyle: 'none',
            display: 'grid',
            gridTemplateColumns: `repeat(auto-fill, minmax(${widthsPx[size]}px, 1fr))`,
            gap: 1.5,
            alignContent: 'start',
          }}
        >
          {shown.map((machine) => (
            <ScreenTile
              key={itemKey(machine)}
              machine={machine}
              connectionName={hosts.length > 1 ? (connections.byId.get(machine.connectionId)?.name ?? '') : ''}
              onOpenBeside={openConsoles}
            />
          ))}
        </Box>
      )}
    </Stack>
  );
}

interface ScreenTileProps {
  machine: Machine;
  /** Empty where all are of one host. */
  connectionName: string;
  onOpenBeside: (machines: readonly Machine[]) => void;
}

const ScreenTile = memo(function ScreenTile({ machine, connectionName, onOpenBeside }: ScreenTileProps): ReactNode {
  const { t } = useTranslation('screens');
  const navigate = useNavigate();
  const tile = useRef<HTMLLIElement>(null);
  const { picture, error } = useScreen(machine, useOnScreen(tile), PERIOD_MS);
  return (
    <Box
      component="li"
      ref={tile}
      sx={{
        minWidth: 0,
        position: 'relative',
        '& .beside': { opacity: 0 },
        '&:hover .beside, & .beside:focus-visible': { opacity: 1 },
      }}
    >
      <Tooltip title={t('openConsole')} enterDelay={600}>
        <ButtonBase
          aria-label={t('openConsoleOf', { name: machine.name })}
          onClick={() => void navigate(machinePath(machine, 'console'))}
          sx={{
            display: 'block',
            width: '100%',
            textAlign: 'start',
            border: 1,
            borderColor: 'divider',
            borderRadius: 1,
            bgcolor: 'background.paper',
            p: 0.5,
            '&:hover': { borderColor: 'primary.main' },
          }}
        >
          <Screen machineName={machine.name} picture={picture} error={error} />
          <Stack direction="row" spacing={0.75} sx={{ alignItems: 'center', px: 0.5, pt: 0.5, minWidth: 0 }}>
            <StateDot state={machine.state} />
            <Typography variant="body2" noWrap title={machine.name} sx={{ fontWeight: 500 }}>
              {machine.name}
            </Typography>
            {connectionName !== '' && (
              <Typography variant="caption" color="text.secondary" noWrap sx={{ flexShrink: 2 }}>
                {connectionName}
              </Typography>
            )}
          </Stack>
        </ButtonBase>
      </Tooltip>
      <Tooltip title={t('consoles:openBeside')}>
        <IconButton
          className="beside"
          size="small"
          aria-label={t('consoles:openOne', { name: machine.name })}
          onClick={() => onOpenBeside([machine])}
          sx={{
            position: 'absolute',
            top: 8,
            right: 8,
            bgcolor: 'background.paper',
            border: 1,
            borderColor: 'divider',
            '&:hover': { bgcolor: 'background.default' },
          }}
        >
          <Icon path={mdiViewGridPlusOutline} />
        </IconButton>
      </Tooltip>
    </Box>
  );
});
