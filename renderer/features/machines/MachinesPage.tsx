import { mdiLayersOutline, mdiPlus, mdiServerOff } from '@mdi/js';
import { Alert, Box, Button, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { memo, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { machineStates } from '../../../shared/model/machine-actions.ts';
import { useScope } from '../../app/scope.tsx';
import { useViewState } from '../../app/settings.tsx';
import { useConnections, useMachines, useTasks, type FeedState } from '../../core-client/feeds.tsx';
import { actionScope } from '../../ui/action.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { Facet } from '../../ui/resource-table/column.ts';
import { ResourceTable } from '../../ui/resource-table/ResourceTable.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { TableTitle } from '../../ui/resource-table/TableTitle.tsx';
import { useThrottled } from '../../ui/resource-table/use-throttled.ts';
import { useRunMachineAction } from './actions.tsx';
import { NoHosts } from '../connections/NoHosts.tsx';
import { openConsolesAction } from '../consoles/open-action.ts';
import { useOpenConsoles } from '../consoles/use-open-consoles.ts';
import { migrateAction, useMigrate } from '../migration/migration.tsx';
import { editNotesAction, useNotesDialogs } from '../notes/use-notes-dialogs.tsx';
import { useReadTags } from '../notes/use-read-tags.ts';
import { ConnectionProblems, isDown, useStaleText } from './ConnectionProblems.tsx';
import { machineActionDefs, type MachineActionDef } from './machine-action-defs.ts';
import { machineColumns, machineText } from './machine-columns.tsx';
import { isGroupId, groupIds, machineGroups, type GroupId } from './machine-groups.tsx';
import { pendingActions, rowOf, type MachineRow } from './machine-rows.ts';
import { isTemplateAtRest, StateDot } from './machine-state.tsx';
import { planAction } from './plan-action.ts';
import { PlanDialog } from './PlanDialog.tsx';
import { machinePath, newMachinePath } from './machine-path.ts';
import { machineCopies, openEntries } from './menu-entries.ts';
import { useLook } from './use-look.ts';

/** Lists longer than this are drawn at most once per period, which leaves the time to scroll and to type. */
const LONG_LIST = 2_000;
const LONG_LIST_PERIOD_MS = 250;
/** A filter that wants to know what only the XML of each domain tells. */
const ASKS_FOR_TAGS = /\b(tag|folder):/i;

/** Beside the states, as what is a template is off. */
const TEMPLATE = 'template';

const tableActions = [openConsolesAction, ...machineActionDefs, planAction, migrateAction, editNotesAction];

/** All machines of all connections, or of one, in one live table. */
export function MachinesPage(): ReactNode {
  const { connectionId } = useScope();
  const feed = useMachines(connectionId ?? undefined);
  const machines = useThrottled(feed, feed.items.length > LONG_LIST ? LONG_LIST_PERIOD_MS : 0);
  return <MachinesTable machines={machines} connectionId={connectionId} />;
}

interface MachinesTableProps {
  machines: FeedState<Machine>;
  connectionId: string | null;
}

const MachinesTable = memo(function MachinesTable({ machines, connectionId }: MachinesTableProps): ReactNode {
  const { t, i18n } = useTranslation('machines');
  const navigate = useNavigate();
  const connections = useConnections();
  const { items: tasks } = useTasks();
  const [savedGroup, saveGroup] = useViewState('machines.group', 'none');
  const runAction = useRunMachineAction();
  const onVisible = useLook();

  const pending = useMemo(() => pendingActions(tasks), [tasks]);
  const rows = useMemo(
    () => machines.items.map((machine) => rowOf(machine, connections.byId, pending)),
    [machines.items, connections.byId, pending],
  );
  const inScope = useMemo(
    () => connections.items.filter(({ id }) => connectionId === null || id === connectionId),
    [connections.items, connectionId],
  );
  const hasHosts = inScope.some(({ target }) => target.kind === 'libvirt');
  const hasClouds = inScope.some(({ target }) => target.kind === 'openstack');
  const hasTags = machines.items.some(({ tags }) => tags !== null && tags.length > 0);
  const columns = useMemo(
    () => machineColumns(t, i18n, { hasHosts, hasClouds, hasTags }),
    [t, i18n, hasHosts, hasClouds, hasTags],
  );
  const groups = useMemo(() => machineGroups(t, i18n), [t, i18n]);
  const groupId: GroupId = isGroupId(savedGroup) ? savedGroup : 'none';
  const [params] = useSearchParams();
  const unreadTags = useReadTags(
    rows,
    groupId === 'tag' ||
      groupId === 'folder' ||
      ASKS_FOR_TAGS.test(params.get('q') ?? '') ||
      (params.get('state') ?? '').split(',').includes(TEMPLATE),
  );
  const notesDialogs = useNotesDialogs();
  const migrate = useMigrate();
  const [planned, setPlanned] = useState<readonly Machine[]>([]);
  const openConsoles = useOpenConsoles();
  const facet = useMemo(
    (): Facet<MachineRow> => ({
      label: t('stateFilter'),
      valueOf: ({ machine }) => (isTemplateAtRest(machine) ? TEMPLATE : machine.state),
      options: [
        ...machineStates.map((state) => ({ id: state, label: t(`states.${state}`), mark: <StateDot state={state} /> })),
        { id: TEMPLATE, label: t('template'), mark: <Icon path={mdiLayersOutline} /> },
      ],
    }),
    [t],
  );
  const textOf = useMemo(() => machineText(t), [t]);
  const staleTextOf = useStaleText();
  const open = ({ machine }: MachineRow): void => void navigate(machinePath(machine));
  // Where nothing is being connected, waiting longer brings nothing.
  const isAwaited =
    connections.freshness === 'loading' || inScope.some(({ phase }) => phase === 'connecting' || phase === 'online');
  const isLoading = machines.freshness === 'loading' && rows.length === 0 && machines.error === null && isAwaited;

  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <ResourceTable
        label={t('title')}
        viewKey="machines"
        items={rows}
        keyOf={keyOf}
        nameOf={nameOf}
        textOf={textOf}
        staleTextOf={staleTextOf}
        columns={columns}
        defaultSort="name"
        facet={facet}
        group={groupId === 'none' ? null : groups[groupId]}
        actions={tableActions}
        onRun={(action, targets) => {
          const chosen = actionScope(action, targets).runnable.map(({ machine }) => machine);
          if (action.id === editNotesAction.id) notesDialogs.open(chosen);
          else if (action.id === planAction.id) setPlanned(chosen);
          else if (action.id === migrateAction.id) migrate(chosen);
          else if (action.id === openConsolesAction.id) openConsoles(chosen);
          else
            runAction(
              action.id as MachineActionDef['id'],
              targets.map(({ machine }) => machine),
            );
        }}
        onOpen={open}
        menuBefore={(targets) => openEntries(targets, (path) => void navigate(path))}
        menuAfter={machineCopies}
        onVisible={onVisible}
        isLoading={isLoading}
        empty={<Empty connections={inScope} />}
        filterHint={t('filterHint')}
        start={<TableTitle level={1} title={t('title')} count={isLoading ? null : rows.length} />}
        end={
          <>
            {unreadTags > 0 && (
              <Typography variant="caption" color="text.secondary" noWrap role="status">
                {t('notes:reading', { count: unreadTags })}
              </Typography>
            )}
            <Box sx={{ flex: 1 }} />
            <GroupChoice value={groupId} onChange={saveGroup} />
            {hasHosts && (
              <Button
                variant="contained"
                size="small"
                startIcon={<Icon path={mdiPlus} />}
                onClick={() => void navigate(newMachinePath(connectionId))}
                sx={{ flexShrink: 0 }}
              >
                {t('provisioning:action')}
              </Button>
            )}
          </>
        }
        notice={
          <>
            {machines.error !== null && (
              <Alert role="none" severity="error" icon={false} sx={{ mx: 2, mb: 1 }}>
                <ErrorDetails error={machines.error} />
              </Alert>
            )}
            <ConnectionProblems connections={inScope.filter(isDown)} />
          </>
        }
      />
      {notesDialogs.dialog}
      {planned.length > 0 && <PlanDialog machines={planned} onClose={() => setPlanned([])} />}
    </Stack>
  );
});

const keyOf = ({ key }: MachineRow): string => key;
/** A row must have a name even where the server gives none. */
const nameOf = ({ machine }: MachineRow): string => (machine.name === '' ? machine.id : machine.name);

interface GroupChoiceProps {
  value: GroupId;
  onChange: (value: GroupId) => void;
}

function GroupChoice({ value, onChange }: GroupChoiceProps): ReactNode {
  const { t } = useTranslation('machines');
  return (
    <TextField
      select
      value={value}
      onChange={({ target }) => isGroupId(target.value) && onChange(target.value)}
      slotProps={{
        htmlInput: { 'aria-label': t('groups.label') },
        select: { SelectDisplayProps: { 'aria-label': t('groups.label') } },
        input: { sx: { height: 32, fontSize: '0.8125rem' } },
      }}
      sx={{ flexShrink: 0 }}
    >
      {groupIds.map((id) => (
        <MenuItem key={id} value={id}>
          {t(`groups.${id}`)}
        </MenuItem>
      ))}
    </TextField>
  );
}

function Empty({ connections }: { connections: readonly Connection[] }): ReactNode {
  const { t } = useTranslation('machines');
  if (connections.length === 0) {
    return (
      <NoHosts
        title={t('empty.noConnections.title')}
        text={t('empty.noConnections.text')}
        action={t('empty.noConnections.action')}
      />
    );
  }
  const kind = connections.some(({ phase }) => phase === 'online') ? 'noMachines' : 'noneReachable';
  return <TableMessage icon={mdiServerOff} title={t(`empty.${kind}.title`)} text={t(`empty.${kind}.text`)} />;
}
