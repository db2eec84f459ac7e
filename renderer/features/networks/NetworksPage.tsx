import { mdiLanDisconnect, mdiOpenInNew, mdiPlus } from '@mdi/js';
import { Box, Button, Stack } from '@mui/material';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import { networkStates, type NetworkAction } from '../../../shared/model/networks.ts';
import { Loading } from '../../app/Loading.tsx';
import { useScope } from '../../app/scope.tsx';
import { useConnections, useVirtualNetworks } from '../../core-client/feeds.tsx';
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
import { NetworkDot, networkColumns, networkText } from './network-columns.tsx';
import { useNetworkActions } from './NetworkActions.tsx';
import { networkActionDefs } from './network-action-defs.ts';
import { networkPath, networkRowOf, newNetworkPath, type NetworkRow } from './network-rows.ts';
import { NetworksProblem } from './NetworksProblem.tsx';

/** The networks of all hosts, or of one, in one live table. */
export function NetworksPage(): ReactNode {
  const { t } = useTranslation('networks');
  const { connectionId } = useScope();
  const { byId, freshness } = useConnections();
  // A cloud need not be asked; until the connections are known it might be one.
  if (connectionId !== null && freshness === 'loading') return <Loading />;
  if (connectionId !== null && byId.get(connectionId)?.target.kind === 'openstack') {
    return <TableMessage icon={mdiLanDisconnect} title={t('empty.cloud.title')} text={t('empty.cloud.text')} />;
  }
  return <NetworksTable connectionId={connectionId} />;
}

function NetworksTable({ connectionId }: { connectionId: string | null }): ReactNode {
  const { t } = useTranslation('networks');
  const navigate = useNavigate();
  const actions = useNetworkActions();
  const connections = useConnections();
  const networks = useVirtualNetworks(connectionId ?? undefined);
  const rows = useMemo(
    () => networks.items.map((network) => networkRowOf(network, connections.byId)),
    [networks, connections.byId],
  );
  const { hosts, isAwaited } = useHosts(connectionId);
  const columns = useMemo(() => networkColumns(t), [t]);
  const textOf = useMemo(() => networkText(t), [t]);
  const facet = useMemo(
    (): Facet<NetworkRow> => ({
      label: t('stateFilter'),
      valueOf: ({ network }) => network.state,
      options: networkStates.map((state) => ({
        id: state,
        label: t(`states.${state}`),
        mark: <NetworkDot state={state} />,
      })),
    }),
    [t],
  );
  const staleTextOf = useStaleText();
  const open = ({ network }: NetworkRow): void => void navigate(networkPath(network));
  const isLoading = networks.freshness === 'loading' && rows.length === 0 && networks.error === null && isAwaited;

  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <ResourceTable
        label={t('title')}
        viewKey="networks"
        items={rows}
        keyOf={keyOf}
        nameOf={nameOf}
        textOf={textOf}
        staleTextOf={staleTextOf}
        columns={columns}
        defaultSort="name"
        facet={facet}
        group={null}
        actions={networkActionDefs}
        onRun={({ id }, targets) => actions.run(id as NetworkAction, targets)}
        onOpen={open}
        menuBefore={([row, ...others]) =>
          row === undefined || others.length > 0
            ? []
            : [{ id: 'open', icon: mdiOpenInNew, label: 'networks:open', run: () => open(row) }]
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
              disabled={!hosts.some(({ phase }) => phase === 'online')}
              onClick={() => void navigate(newNetworkPath(connectionId))}
              sx={{ whiteSpace: 'nowrap' }}
            >
              {t('newNetwork')}
            </Button>
          </>
        }
        notice={
          <>
            {hosts.map((connection) => (
              <NetworksProblem key={connection.id} connection={connection} />
            ))}
            <ConnectionProblems connections={hosts.filter(isDown)} />
          </>
        }
      />
      {actions.dialog}
    </Stack>
  );
}

const keyOf = ({ key }: NetworkRow): string => key;
const nameOf = ({ network }: NetworkRow): string => network.name;

function copies(rows: readonly NetworkRow[]): MenuEntry[] {
  return copyEntries('networks', [
    { id: 'copyName', lines: rows.map(({ network }) => network.name) },
    { id: 'copyAddress', lines: rows.flatMap(({ network }) => network.subnets.map(({ address }) => address)) },
  ]);
}

function Empty({ hosts }: { hosts: readonly Connection[] }): ReactNode {
  const { t } = useTranslation('networks');
  if (hosts.length === 0) {
    return (
      <NoHosts title={t('empty.noHosts.title')} text={t('empty.noHosts.text')} action={t('empty.noHosts.action')} />
    );
  }
  const kind = hosts.some(({ phase }) => phase === 'online') ? 'noNetworks' : 'noneReachable';
  return <TableMessage icon={mdiLanDisconnect} title={t(`empty.${kind}.title`)} text={t(`empty.${kind}.text`)} />;
}
