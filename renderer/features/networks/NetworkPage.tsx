import { Alert, Box, Button, Stack, Tab, Tabs, Typography } from '@mui/material';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { VirtualNetwork } from '../../../shared/contract/networks.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useConnections, useVirtualNetworks } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { ResourceGone, ResourceHead, ResourceWaiting, ResourceWaitingFor } from '../../ui/resource-page.tsx';
import { EditableDocument } from '../machine-details/EditableDocument.tsx';
import { ConnectionProblems } from '../machines/ConnectionProblems.tsx';
import { EntriesTab } from './EntriesTab.tsx';
import { NetworkActionBar, useNetworkActions } from './NetworkActions.tsx';
import { dhcpText, modeText, NetworkStateText } from './network-columns.tsx';
import { networkRowOf } from './network-rows.ts';
import { LeasesTable, NetworkMachines } from './NetworkTables.tsx';
import { SettingsTab } from './SettingsTab.tsx';

/** No event tells of a lease: they are read again this often while the page is shown. */
const LEASES_PERIOD_MS = 5_000;

const tabs = ['machines', 'leases', 'dhcp', 'dns', 'portGroups', 'settings', 'xml'] as const;
type TabId = (typeof tabs)[number];

/** One virtual network: `/networks/:connectionId/:networkId`. */
export function NetworkPage(): ReactNode {
  const { t } = useTranslation('networks');
  const { connectionId = '', networkId = '' } = useParams();
  const connections = useConnections();
  const networks = useVirtualNetworks(connectionId);
  const connection = connections.byId.get(connectionId);
  const network = networks.byId.get(networkId);
  const back = { path: '/networks', label: t('gone.back') };

  if (connection === undefined) {
    return connections.freshness === 'loading' ? (
      <ResourceWaiting label={t('loading')} />
    ) : (
      <ResourceGone title={t('gone.connection')} back={back} />
    );
  }
  if (network === undefined) {
    // Only a live list can say that the network does not exist.
    if (networks.freshness === 'live') return <ResourceGone title={t('gone.network')} back={back} />;
    const error = connection.phase === 'online' ? networks.error : connection.error;
    return <ResourceWaitingFor connection={connection} error={error} label={t('loading')} />;
  }
  return <NetworkBody key={network.id} network={network} connection={connection} />;
}

function NetworkBody({ network, connection }: { network: VirtualNetwork; connection: Connection }): ReactNode {
  const { t } = useTranslation('networks');
  const trpc = useTRPC();
  const [tab, setTab] = useState<TabId>('machines');
  const isOnline = connection.phase === 'online';
  const actions = useNetworkActions();
  const row = useMemo(() => networkRowOf(network, new Map([[connection.id, connection]])), [network, connection]);
  const ref = { connectionId: network.connectionId, networkId: network.id };
  const details = useQuery(
    trpc.networks.details.queryOptions(ref, {
      enabled: isOnline,
      retry: false,
      placeholderData: keepPreviousData,
      refetchInterval: LEASES_PERIOD_MS,
    }),
  );
  const error = details.error === null ? null : toAppError(details.error);
  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <Stack spacing={1} sx={{ px: 2, pt: 2 }}>
        <ResourceHead
          label={t('breadcrumbs')}
          list={{ path: '/networks', title: t('title') }}
          connection={connection}
          name={network.name}
          state={
            <Typography component="div" variant="body2" noWrap color={isOnline ? 'text.primary' : 'text.disabled'}>
              <NetworkStateText state={network.state} text={t(`states.${network.state}`)} isStale={!isOnline} />
            </Typography>
          }
          actions={<NetworkActionBar row={row} onRun={actions.run} />}
        />
        <Facts network={network} />
      </Stack>
      {details.data !== undefined && details.data.pending.length > 0 && (
        <Alert
          severity="info"
          variant="outlined"
          action={
            <Button
              color="inherit"
              size="small"
              disabled={!isOnline}
              onClick={() => actions.run('restart', [row])}
              sx={{ whiteSpace: 'nowrap' }}
            >
              {t('restartNow')}
            </Button>
          }
          sx={{ mx: 2, mt: 1.5 }}
        >
          {t('pending', { facts: details.data.pending.map((fact) => t(`pendingFacts.${fact}`)).join(', ') })}
        </Alert>
      )}
      <Tabs
        value={tab}
        onChange={(_event, next: TabId) => setTab(next)}
        aria-label={t('tabs.label')}
        sx={{ px: 2, borderBottom: 1, borderColor: 'divider', flexShrink: 0 }}
      >
        {tabs.map((id) => (
          <Tab key={id} value={id} id={`network-tab-${id}`} aria-controls="network-panel" label={t(`tabs.${id}`)} />
        ))}
      </Tabs>
      {!isOnline && <ConnectionProblems connections={[connection]} />}
      {error !== null && isOnline && (
        <Alert role="none" severity="error" icon={false} sx={{ m: 2 }}>
          <ErrorDetails error={error} context={{ connectionName: connection.name, target: connection.target }} />
        </Alert>
      )}
      <Box
        id="network-panel"
        role="tabpanel"
        aria-labelledby={`network-tab-${tab}`}
        // What scrolls must be reachable by the keyboard.
        tabIndex={tab === 'xml' ? -1 : 0}
        sx={{ flex: 1, minHeight: 0, overflow: 'auto', display: 'flex', flexDirection: 'column' }}
      >
        {tab === 'machines' && <NetworkMachines network={network} leases={details.data?.leases ?? null} />}
        {tab === 'leases' && details.data !== undefined && (
          <LeasesTable
            network={network}
            leases={details.data.leases}
            entries={details.data.entries}
            isOnline={isOnline}
            onChanged={() => void details.refetch()}
          />
        )}
        {(tab === 'dhcp' || tab === 'dns' || tab === 'portGroups') && details.data !== undefined && (
          <EntriesTab
            key={tab}
            tab={tab}
            network={network}
            entries={details.data.entries}
            isOnline={isOnline}
            onChanged={() => void details.refetch()}
          />
        )}
        {tab === 'settings' && (
          <SettingsTab network={network} isOnline={isOnline} onSaved={() => void details.refetch()} />
        )}
        {tab === 'xml' && details.data !== undefined && (
          <EditableDocument
            document={{ language: 'xml', text: details.data.xml }}
            subject={{
              resource: 'network',
              connectionId: network.connectionId,
              id: network.id,
              name: network.name,
              isRunning: network.state === 'active',
            }}
            canEdit={network.persistent}
            hasHistory={network.persistent}
            isOnline={isOnline}
            onSaved={() => void details.refetch()}
          />
        )}
        {tab !== 'machines' && tab !== 'settings' && details.data === undefined && error === null && isOnline && (
          <ResourceWaiting label={t('loading')} />
        )}
      </Box>
      {actions.dialog}
    </Stack>
  );
}

/** What the network is, as labels and values. */
function Facts({ network }: { network: VirtualNetwork }): ReactNode {
  const { t } = useTranslation('networks');
  const facts = [
    { key: 'mode', value: modeText(network, t) },
    { key: 'bridge', value: network.bridge ?? '' },
    { key: 'addresses', value: network.subnets.map(({ address }) => address).join(', ') },
    { key: 'dhcp', value: dhcpText(network) },
    { key: 'domainName', value: network.domainName ?? '' },
    { key: 'autostart', value: t(network.autostart ? 'autostart.on' : 'autostart.off') },
    { key: 'lifetime', value: network.persistent ? '' : t('transient') },
  ].filter(({ value }) => value !== '');
  return (
    <Box component="dl" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 4, rowGap: 1, m: 0, '& dd': { m: 0 } }}>
      {facts.map(({ key, value }) => (
        <Box key={key} sx={{ minWidth: 0 }}>
          <Typography component="dt" variant="caption" color="text.secondary">
            {t(`columns.${key}`)}
          </Typography>
          <Typography component="dd" variant="body2" sx={{ overflowWrap: 'anywhere' }}>
            {value}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}
