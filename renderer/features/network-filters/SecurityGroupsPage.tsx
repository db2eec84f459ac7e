import { mdiOpenInNew, mdiPlus, mdiShieldOffOutline } from '@mdi/js';
import { Box, Button, Stack } from '@mui/material';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import { Loading } from '../../app/Loading.tsx';
import { useScope } from '../../app/scope.tsx';
import { useConnections, useNetworkFilters } from '../../core-client/feeds.tsx';
import type { MenuEntry } from '../../ui/action.tsx';
import { ColorDot } from '../../ui/color-dot.tsx';
import { copyEntries } from '../../ui/copy-entries.ts';
import { Icon } from '../../ui/icon.tsx';
import type { Facet } from '../../ui/resource-table/column.ts';
import { ResourceTable } from '../../ui/resource-table/ResourceTable.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { TableTitle } from '../../ui/resource-table/TableTitle.tsx';
import { ListProblem } from '../connections/ListProblem.tsx';
import { NoHosts } from '../connections/NoHosts.tsx';
import { useHosts } from '../connections/use-hosts.ts';
import { ConnectionProblems, isDown, useStaleText } from '../machines/ConnectionProblems.tsx';
import { filterActionDefs, useFilterActions } from './FilterActions.tsx';
import { filterColumns, filterText } from './filter-columns.tsx';
import { NewFilterDialog } from './FilterDialogs.tsx';
import { filterPath, filterRowOf, isUsed, type FilterRow } from './filter-rows.ts';

/** What guards the network cards of machines, of all hosts or of one, in one table. */
export function SecurityGroupsPage(): ReactNode {
  const { t } = useTranslation('networkFilters');
  const { connectionId } = useScope();
  const { byId, freshness } = useConnections();
  // A cloud need not be asked; until the connections are known it might be one.
  if (connectionId !== null && freshness === 'loading') return <Loading />;
  if (connectionId !== null && byId.get(connectionId)?.target.kind === 'openstack') {
    return <TableMessage icon={mdiShieldOffOutline} title={t('empty.cloud.title')} text={t('empty.cloud.text')} />;
  }
  return <FiltersTable connectionId={connectionId} />;
}

function FiltersTable({ connectionId }: { connectionId: string | null }): ReactNode {
  const { t } = useTranslation('networkFilters');
  const navigate = useNavigate();
  const actions = useFilterActions();
  const [isCreating, setCreating] = useState(false);
  const closeForm = useCallback(() => setCreating(false), []);
  const connections = useConnections();
  const filters = useNetworkFilters(connectionId ?? undefined);
  const rows = useMemo(
    () => filters.items.map((filter) => filterRowOf(filter, connections.byId)),
    [filters, connections.byId],
  );
  const { hosts, isAwaited } = useHosts(connectionId);
  const online = hosts.filter(({ phase }) => phase === 'online');
  const columns = useMemo(() => filterColumns(t), [t]);
  const textOf = useMemo(() => filterText(t), [t]);
  const facet = useMemo(
    (): Facet<FilterRow> => ({
      label: t('useFilter'),
      valueOf: ({ filter }) => (isUsed(filter) ? 'used' : 'unused'),
      options: (['used', 'unused'] as const).map((id) => ({
        id,
        label: t(`uses.${id}`),
        mark: (
          <ColorDot
            color={`var(--mui-palette-${id === 'used' ? 'success-main' : 'text-disabled'})`}
            isHollow={id === 'unused'}
          />
        ),
      })),
    }),
    [t],
  );
  const staleTextOf = useStaleText();
  const open = ({ filter }: FilterRow): void => void navigate(filterPath(filter));
  const isLoading = filters.freshness === 'loading' && rows.length === 0 && filters.error === null && isAwaited;

  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <ResourceTable
        label={t('title')}
        viewKey="securityGroups"
        items={rows}
        keyOf={keyOf}
        nameOf={nameOf}
        textOf={textOf}
        staleTextOf={staleTextOf}
        columns={columns}
        defaultSort="name"
        facet={facet}
        group={null}
        actions={filterActionDefs}
        onRun={({ id }, targets) => actions.run(id, targets)}
        onOpen={open}
        menuBefore={([row, ...others]) =>
          row === undefined || others.length > 0
            ? []
            : [{ id: 'open', icon: mdiOpenInNew, label: 'networkFilters:open', run: () => open(row) }]
        }
        menuAfter={copies}
        isLoading={isLoading}
        empty={<Empty hosts={hosts} />}
        filterHint={t('filterHint')}
        start={<TableTitle level={1} title={t('title')} count={isLoading ? null : rows.length} />}
        end={
          <>
            <Box sx={{ flex: 1 }} />
            <Button
              size="small"
              variant="contained"
              startIcon={<Icon path={mdiPlus} />}
              disabled={online.length === 0}
              onClick={() => setCreating(true)}
              sx={{ whiteSpace: 'nowrap' }}
            >
              {t('newFilter')}
            </Button>
          </>
        }
        notice={
          <>
            {hosts.map((connection) => (
              <FiltersProblem key={connection.id} connection={connection} />
            ))}
            <ConnectionProblems connections={hosts.filter(isDown)} />
          </>
        }
      />
      {actions.dialog}
      {isCreating && <NewFilterDialog hosts={online} filters={filters.items} onClose={closeForm} />}
    </Stack>
  );
}

const keyOf = ({ key }: FilterRow): string => key;
const nameOf = ({ filter }: FilterRow): string => filter.name;

function copies(rows: readonly FilterRow[]): MenuEntry[] {
  return copyEntries('networkFilters', [{ id: 'copyName', lines: rows.map(({ filter }) => filter.name) }]);
}

function FiltersProblem({ connection }: { connection: Connection }): ReactNode {
  const { t } = useTranslation('networkFilters');
  const { error } = useNetworkFilters(connection.id);
  return (
    <ListProblem connection={connection} error={error} unsupported={t('noDriver', { connection: connection.name })} />
  );
}

function Empty({ hosts }: { hosts: readonly Connection[] }): ReactNode {
  const { t } = useTranslation('networkFilters');
  if (hosts.length === 0) {
    return (
      <NoHosts title={t('empty.noHosts.title')} text={t('empty.noHosts.text')} action={t('empty.noHosts.action')} />
    );
  }
  const kind = hosts.some(({ phase }) => phase === 'online') ? 'noFilters' : 'noneReachable';
  return <TableMessage icon={mdiShieldOffOutline} title={t(`empty.${kind}.title`)} text={t(`empty.${kind}.text`)} />;
}
