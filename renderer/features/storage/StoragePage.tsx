import { mdiDatabaseOffOutline, mdiOpenInNew, mdiPlus } from '@mdi/js';
import { Box, Button, Stack } from '@mui/material';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import { poolStates } from '../../../shared/model/storage.ts';
import { Loading } from '../../app/Loading.tsx';
import { useScope } from '../../app/scope.tsx';
import { useConnections, useStoragePools } from '../../core-client/feeds.tsx';
import type { MenuEntry } from '../../ui/action.tsx';
import { copyEntries } from '../../ui/copy-entries.ts';
import { Icon } from '../../ui/icon.tsx';
import type { Facet } from '../../ui/resource-table/column.ts';
import { ResourceTable } from '../../ui/resource-table/ResourceTable.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { TableTitle } from '../../ui/resource-table/TableTitle.tsx';
import { NoHosts } from '../connections/NoHosts.tsx';
import { useHosts } from '../connections/use-hosts.ts';
import { ConnectionProblems, isDown, useStaleText } from '../machines/ConnectionProblems.tsx';
import { CreatePoolDialog } from './CreatePoolDialog.tsx';
import { poolColumns, poolText } from './pool-columns.tsx';
import { usePoolActions } from './PoolActions.tsx';
import { poolActionDefs, type PoolMenuId } from './storage-action-defs.ts';
import { PoolDot } from './storage-cells.tsx';
import { poolPath, poolRowOf, type PoolRow } from './storage-rows.ts';
import { PoolsProblem } from './StorageProblems.tsx';

/** The storage pools of all hosts, or of one, in one live table. */
export function StoragePage(): ReactNode {
  const { t } = useTranslation('storage');
  const { connectionId } = useScope();
  const { byId, freshness } = useConnections();
  // A cloud need not be asked; until the connections are known it might be one.
  if (connectionId !== null && freshness === 'loading') return <Loading />;
  if (connectionId !== null && byId.get(connectionId)?.target.kind === 'openstack') {
    return <TableMessage icon={mdiDatabaseOffOutline} title={t('empty.cloud.title')} text={t('empty.cloud.text')} />;
  }
  return <PoolsTable connectionId={connectionId} />;
}

function PoolsTable({ connectionId }: { connectionId: string | null }): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const navigate = useNavigate();
  const actions = usePoolActions();
  const [isCreating, setCreating] = useState(false);
  const closeForm = useCallback(() => setCreating(false), []);
  const connections = useConnections();
  const pools = useStoragePools(connectionId ?? undefined);
  const rows = useMemo(() => pools.items.map((pool) => poolRowOf(pool, connections.byId)), [pools, connections.byId]);
  const { hosts, isAwaited } = useHosts(connectionId);
  const online = hosts.filter(({ phase }) => phase === 'online');
  const columns = useMemo(() => poolColumns(t, i18n), [t, i18n]);
  const textOf = useMemo(() => poolText(t, i18n), [t, i18n]);
  const facet = useMemo(
    (): Facet<PoolRow> => ({
      label: t('stateFilter'),
      valueOf: ({ pool }) => pool.state,
      options: poolStates.map((state) => ({
        id: state,
        label: t(`states.${state}`),
        mark: <PoolDot state={state} />,
      })),
    }),
    [t],
  );
  const staleTextOf = useStaleText();
  const open = ({ pool }: PoolRow): void => void navigate(poolPath(pool));
  const isLoading = pools.freshness === 'loading' && rows.length === 0 && pools.error === null && isAwaited;

  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <ResourceTable
        label={t('title')}
        viewKey="storage"
        items={rows}
        keyOf={keyOf}
        nameOf={nameOf}
        textOf={textOf}
        staleTextOf={staleTextOf}
        columns={columns}
        defaultSort="name"
        facet={facet}
        group={null}
        actions={poolActionDefs}
        onRun={({ id }, targets) => actions.run(id as PoolMenuId, targets)}
        onOpen={open}
        menuBefore={([row, ...others]) =>
          row === undefined || others.length > 0
            ? []
            : [{ id: 'open', icon: mdiOpenInNew, label: 'storage:open', run: () => open(row) }]
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
              {t('newPool')}
            </Button>
          </>
        }
        notice={
          <>
            {hosts.map((connection) => (
              <PoolsProblem key={connection.id} connection={connection} />
            ))}
            <ConnectionProblems connections={hosts.filter(isDown)} />
          </>
        }
      />
      {actions.dialog}
      {isCreating && <CreatePoolDialog hosts={online} pools={pools.items} onClose={closeForm} />}
    </Stack>
  );
}

const keyOf = ({ key }: PoolRow): string => key;
const nameOf = ({ pool }: PoolRow): string => pool.name;

function copies(rows: readonly PoolRow[]): MenuEntry[] {
  return copyEntries('storage', [
    { id: 'copyName', lines: rows.map(({ pool }) => pool.name) },
    { id: 'copyPath', lines: rows.flatMap(({ pool }) => pool.targetPath ?? []) },
  ]);
}

function Empty({ hosts }: { hosts: readonly Connection[] }): ReactNode {
  const { t } = useTranslation('storage');
  if (hosts.length === 0) {
    return (
      <NoHosts title={t('empty.noHosts.title')} text={t('empty.noHosts.text')} action={t('empty.noHosts.action')} />
    );
  }
  const kind = hosts.some(({ phase }) => phase === 'online') ? 'noPools' : 'noneReachable';
  return <TableMessage icon={mdiDatabaseOffOutline} title={t(`empty.${kind}.title`)} text={t(`empty.${kind}.text`)} />;
}
