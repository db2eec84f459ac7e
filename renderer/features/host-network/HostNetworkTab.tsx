import { mdiLan, mdiPlus } from '@mdi/js';
import { Alert, Box, Button, Stack, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import { useConnections, useHostLinks, useMachines, useVirtualNetworks } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { rowOf } from '../machines/machine-rows.ts';
import { useLook } from '../machines/use-look.ts';
import { newNetworkPath } from '../networks/network-rows.ts';
import { BridgeDialog } from './BridgeDialog.tsx';
import { HostNetworkList } from './HostNetworkList.tsx';
import { TopologyPicture } from './TopologyPicture.tsx';
import { topologyOf } from './topology.ts';

const views = ['picture', 'list'] as const;
type View = (typeof views)[number];
const nothingPending = new Map<string, never>();

/** How the cards, bridges, networks and machines of a host hang together: as a picture, or as lists. */
export function HostNetworkTab({ connection }: { connection: Connection }): ReactNode {
  const { t } = useTranslation('hostNetwork');
  const links = useHostLinks(connection.id);
  const networks = useVirtualNetworks(connection.id);
  const machines = useMachines(connection.id);
  const { byId } = useConnections();
  const [view, setView] = useState<View>('picture');
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const [isAsking, setAsking] = useState(false);
  const isOnline = connection.phase === 'online';
  const topology = useMemo(
    () => topologyOf({ links: links.items, networks: networks.items }, expanded),
    [links.items, networks.items, expanded],
  );
  const look = useLook();
  useEffect(() => {
    const shown = topology.nodes.flatMap((node) =>
      node.kind === 'machine' ? (machines.byId.get(node.machine.id) ?? []) : [],
    );
    look(shown.map((machine) => rowOf(machine, byId, nothingPending)));
  }, [topology, machines.byId, byId, look]);
  const toggle = (key: string): void =>
    setExpanded((present) => {
      const next = new Set(present);
      if (!next.delete(key)) next.add(key);
      return next;
    });

  const errors = [links.error, networks.error].flatMap((error) =>
    error === null || error.code === 'DISCONNECTED' || error.code === 'UNSUPPORTED' ? [] : [error],
  );
  const isWaiting = [links, networks].some(({ freshness, error }) => freshness === 'loading' && error === null);
  const isEmpty = links.items.length === 0 && networks.items.length === 0;
  if (isWaiting && isEmpty) return isOnline ? <ResourceWaiting label={t('loading')} /> : null;
  const isUnknown = networks.items.some(({ usedBy }) => usedBy === null);
  return (
    <Stack sx={{ flex: 1, minHeight: 0 }}>
      <Stack
        direction="row"
        spacing={1}
        sx={{ alignItems: 'center', px: 2, py: 1, borderBottom: 1, borderColor: 'divider' }}
      >
        <ToggleButtonGroup
          size="small"
          exclusive
          value={view}
          aria-label={t('views.label')}
          onChange={(_event, next: View | null) => next !== null && setView(next)}
        >
          {views.map((each) => (
            <ToggleButton key={each} value={each} sx={{ py: 0.25 }}>
              {t(`views.${each}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <Box sx={{ flex: 1 }} />
        <Button size="small" color="inherit" variant="outlined" onClick={() => setAsking(true)}>
          {t('newBridge')}
        </Button>
        <Button
          size="small"
          variant="contained"
          startIcon={<Icon path={mdiPlus} />}
          disabled={!isOnline || networks.error?.code === 'UNSUPPORTED'}
          component={RouterLink}
          to={newNetworkPath(connection.id)}
        >
          {t('networks:newNetwork')}
        </Button>
      </Stack>
      {[...new Map(errors.map((error) => [error.detail, error])).values()].map((error) => (
        <Alert key={error.detail} role="none" severity="error" icon={false} sx={{ m: 2, mb: 0 }}>
          <ErrorDetails error={error} context={{ connectionName: connection.name, target: connection.target }} />
        </Alert>
      ))}
      {isUnknown && (
        <Alert severity="info" variant="outlined" sx={{ m: 2, mb: 0 }}>
          {t('unknownMachines')}
        </Alert>
      )}
      {isEmpty ? (
        <TableMessage icon={mdiLan} title={t('empty.title')} text={t('empty.text')} />
      ) : view === 'picture' ? (
        <TopologyPicture topology={topology} machines={machines.byId} connectionId={connection.id} onToggle={toggle} />
      ) : (
        <HostNetworkList links={links.items} networks={networks.items} machines={machines.byId} />
      )}
      {isAsking && <BridgeDialog links={links.items} onClose={() => setAsking(false)} />}
    </Stack>
  );
}
