import {
  mdiCloseBoxMultipleOutline,
  mdiConsole,
  mdiMonitorMultiple,
  mdiSquareOutline,
  mdiViewGridOutline,
  mdiViewSplitVertical,
} from '@mdi/js';
import { Box, Button, IconButton, Stack, Tab, Tabs, ToggleButton, ToggleButtonGroup, Tooltip } from '@mui/material';
import { enqueueSnackbar } from 'notistack';
import { useCallback, useEffect, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { useConnections, useMachines } from '../../core-client/feeds.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { TableTitle } from '../../ui/resource-table/TableTitle.tsx';
import { StateDot } from '../machines/machine-state.tsx';
import { ConsoleTile, type TileActions } from './ConsoleTile.tsx';
import { MachinePicker } from './MachinePicker.tsx';
import {
  consoleKey,
  layouts,
  MAX_CONSOLES,
  shownOf,
  withClosed,
  withCurrent,
  withKind,
  withMoved,
  withOpened,
  type Layout,
  type OpenConsole,
  type Workspace,
} from './open-consoles.ts';
import { useWorkspace } from './use-open-consoles.ts';

const layoutIcons: Record<Layout, string> = {
  1: mdiSquareOutline,
  2: mdiViewSplitVertical,
  4: mdiViewGridOutline,
};

/** Whose console takes the keyboard by itself, since its tab was chosen; `turn` tells one choice from the next. */
interface Turn {
  key: string | null;
  turn: number;
}

/** Several consoles at once: a tab for each, and one, two or four of them in sight. */
export function ConsolesPage(): ReactNode {
  const { t } = useTranslation('consoles');
  const [workspace, save] = useWorkspace();
  const { byId: machines, freshness } = useMachines();
  const { byId: connections, freshness: connectionsFreshness } = useConnections();
  const [{ key: turnKey, turn }, setTurn] = useState<Turn>({ key: workspace.current, turn: 0 });
  /** A new object asks for it again. */
  const [tabToFocus, setTabToFocus] = useState<{ key: string | null }>({ key: null });
  const { open, current, layout } = workspace;
  const shown = shownOf(workspace);
  const shownKeys = shown.map(consoleKey);
  const seen = useSeen(open.map(consoleKey), shownKeys);
  const areOfMany = new Set(open.map(({ connectionId }) => connectionId)).size > 1;

  const choose = useCallback(
    (next: Workspace) => {
      save(next);
      setTurn((before) => ({ key: next.current, turn: before.turn + 1 }));
    },
    [save],
  );
  const openMore = useCallback(
    (wanted: OpenConsole) => {
      const { workspace: next, leftOut } = withOpened(workspace, [wanted]);
      if (leftOut > 0) enqueueSnackbar(t('tooMany', { count: leftOut, max: MAX_CONSOLES }), { variant: 'warning' });
      else choose(next);
    },
    [workspace, choose, t],
  );
  const actions = useMemo(
    (): TileActions => ({
      close: (each) => choose(withClosed(workspace, consoleKey(each))),
      move: (each, by) => save(withMoved(workspace, consoleKey(each), by)),
      setKind: (each, kind) => choose(withKind(workspace, consoleKey(each), kind)),
      openBeside: (each, kind) => openMore({ ...each, kind }),
    }),
    [workspace, save, choose, openMore],
  );
  /** The person works with that one now: the keyboard is theirs to give. */
  const enter = (key: string): void => {
    if (turnKey !== key) setTurn({ key: null, turn });
    if (current !== key) save(withCurrent(workspace, key));
  };

  /** Closed from its tab, the keyboard stays with the tabs: the next Delete is not for a machine. */
  const closeTab = (each: OpenConsole): void => {
    const next = withClosed(workspace, consoleKey(each));
    setTurn({ key: null, turn });
    save(next);
    setTabToFocus({ key: next.current });
  };
  useEffect(() => {
    const { key } = tabToFocus;
    if (key !== null) document.getElementById(`console-tab-${key}`)?.focus();
  }, [tabToFocus]);
  const isAwaited = ({ connectionId }: OpenConsole): boolean => {
    if (connectionsFreshness === 'loading') return true;
    const connection = connections.get(connectionId);
    return connection !== undefined && (connection.phase !== 'online' || freshness === 'loading');
  };

  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center', px: 2, pt: 1.5, pb: 1 }}>
        <TableTitle level={1} title={t('title')} count={open.length} />
        <MachinePicker onPick={({ connectionId, id }) => openMore({ connectionId, id, kind: 'graphical' })} />
        <Box sx={{ flex: 1 }} />
        <ToggleButtonGroup
          exclusive
          size="small"
          value={layout}
          aria-label={t('layout')}
          onChange={(_event, next: Layout | null) => next !== null && save({ ...workspace, layout: next })}
          sx={{ height: 32 }}
        >
          {layouts.map((each) => (
            <ToggleButton key={each} value={each} aria-label={t('layouts', { count: each })}>
              <Icon path={layoutIcons[each]} />
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <Tooltip title={t('closeAll')}>
          <span>
            <IconButton
              size="small"
              aria-label={t('closeAll')}
              disabled={open.length === 0}
              onClick={() => save({ ...workspace, open: [], current: null })}
            >
              <Icon path={mdiCloseBoxMultipleOutline} />
            </IconButton>
          </span>
        </Tooltip>
      </Stack>
      {open.length === 0 ? (
        <TableMessage
          icon={mdiMonitorMultiple}
          title={t('empty.title')}
          text={t('empty.text', { max: MAX_CONSOLES })}
          action={
            <Button component={RouterLink} to="/machines" variant="contained">
              {t('empty.action')}
            </Button>
          }
        />
      ) : (
        <>
          <Tabs
            value={current ?? false}
            variant="scrollable"
            scrollButtons="auto"
            aria-label={t('tabs')}
            onChange={(_event, key: string) => choose(withCurrent(workspace, key))}
            sx={{ minHeight: 36, px: 1, borderBottom: 1, borderColor: 'divider', flexShrink: 0 }}
          >
            {open.map((each) => {
              const key = consoleKey(each);
              const machine = machines.get(`${each.connectionId}/${each.id}`);
              return (
                <Tab
                  key={key}
                  value={key}
                  id={`console-tab-${key}`}
                  aria-controls={`console-${key}`}
                  label={
                    <Stack direction="row" spacing={0.75} sx={{ alignItems: 'center', maxWidth: 180 }}>
                      <StateDot state={machine?.state ?? 'unknown'} />
                      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
                        {machine?.name ?? each.id}
                      </Box>
                      {each.kind === 'serial' && <Icon path={mdiConsole} />}
                    </Stack>
                  }
                  aria-label={t(`tab.${each.kind}`, { name: machine?.name ?? each.id })}
                  aria-description={t('tab.hint')}
                  onKeyDown={(event: KeyboardEvent) => event.key === 'Delete' && closeTab(each)}
                  onAuxClick={({ button }) => button === 1 && closeTab(each)}
                  sx={{
                    minHeight: 36,
                    py: 0.5,
                    px: 1.25,
                    textTransform: 'none',
                    // What is in sight is told from what waits behind a tab.
                    ...(shownKeys.includes(key) && { color: 'text.primary', bgcolor: 'action.hover' }),
                  }}
                />
              );
            })}
          </Tabs>
          <Box sx={{ position: 'relative', flex: 1, minHeight: 0, m: 0.5, overflow: 'hidden' }}>
            {open.map((each, at) => {
              const key = consoleKey(each);
              const place = shownKeys.indexOf(key);
              // A console that nobody has looked at yet is not opened; one that was seen stays open with what it shows.
              if (!seen.has(key)) return null;
              return (
                <Box
                  key={key}
                  id={`console-${key}`}
                  role="tabpanel"
                  inert={place < 0}
                  aria-labelledby={`console-tab-${key}`}
                  onFocusCapture={() => enter(key)}
                  onPointerDownCapture={() => enter(key)}
                  sx={{ position: 'absolute', p: 0.5, display: 'flex', ...placeOf(place, shown.length) }}
                >
                  <Box
                    sx={{
                      flex: 1,
                      minWidth: 0,
                      display: 'flex',
                      flexDirection: 'column',
                      border: 1,
                      borderColor: key === current ? 'primary.main' : 'divider',
                      borderRadius: 1,
                      overflow: 'hidden',
                    }}
                  >
                    <ConsoleTile
                      console={each}
                      machine={machines.get(`${each.connectionId}/${each.id}`)}
                      connectionName={areOfMany ? (connections.get(each.connectionId)?.name ?? '') : ''}
                      isOnline={connections.get(each.connectionId)?.phase === 'online'}
                      isAwaited={isAwaited(each)}
                      isCurrent={key === current}
                      isFirst={at === 0}
                      isLast={at === open.length - 1}
                      keyboardTurn={key === turnKey && key === current ? turn : null}
                      actions={actions}
                    />
                  </Box>
                </Box>
              );
            })}
          </Box>
        </>
      )}
    </Stack>
  );
}

/** Where the console with that place among `count` shown ones stands; others keep the size of a shown one, out of sight. */
function placeOf(place: number, count: number): Record<'width' | 'height' | 'left' | 'top', string> {
  const columns = count > 1 ? 2 : 1;
  const rows = count > 2 ? 2 : 1;
  const at = Math.max(0, place);
  return {
    width: `${100 / columns}%`,
    height: `${100 / rows}%`,
    left: place < 0 ? '-200%' : `${((at % columns) * 100) / columns}%`,
    top: `${(Math.floor(at / columns) * 100) / rows}%`,
  };
}

/** The keys of those that were shown since the page was opened and are still there. */
function useSeen(open: readonly string[], shown: readonly string[]): ReadonlySet<string> {
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set(shown));
  const next = open.filter((key) => seen.has(key) || shown.includes(key));
  if (next.length === seen.size && next.every((key) => seen.has(key))) return seen;
  const set = new Set(next);
  setSeen(set);
  return set;
}
