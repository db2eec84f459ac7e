import { Box, Stack, Tab, Tabs, Typography } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { useConnections, useStoragePools } from '../../core-client/feeds.tsx';
import { ResourceGone, ResourceHead, ResourceWaiting, ResourceWaitingFor } from '../../ui/resource-page.tsx';
import { ConnectionProblems } from '../machines/ConnectionProblems.tsx';
import { CapacityBar } from './CapacityBar.tsx';
import { PoolActionBar, usePoolActions } from './PoolActions.tsx';
import { poolTypeText } from './pool-columns.tsx';
import { PoolDocument } from './PoolDocument.tsx';
import { PoolStateText } from './storage-cells.tsx';
import { poolRowOf } from './storage-rows.ts';
import { VolumesTable } from './VolumesTable.tsx';

const tabs = ['volumes', 'xml'] as const;
type TabId = (typeof tabs)[number];

/** One storage pool and its volumes: `/storage/:connectionId/:poolId`. */
export function PoolPage(): ReactNode {
  const { t } = useTranslation('storage');
  const { connectionId = '', poolId = '' } = useParams();
  const connections = useConnections();
  const pools = useStoragePools(connectionId);
  const connection = connections.byId.get(connectionId);
  const listed = pools.byId.get(poolId);
  const [known, setKnown] = useState(listed);
  if (listed !== undefined && listed !== known) setKnown(listed);
  // After a lost connection the list begins empty; what is open here, an upload for one, must not close for that.
  const isKnown = known?.id === poolId && known.connectionId === connectionId && pools.freshness !== 'live';
  const pool = listed ?? (isKnown ? known : undefined);
  const back = { path: '/storage', label: t('gone.back') };

  if (connection === undefined) {
    return connections.freshness === 'loading' ? (
      <ResourceWaiting label={t('loading')} />
    ) : (
      <ResourceGone title={t('gone.connection')} back={back} />
    );
  }
  if (pool === undefined) {
    // Only a live list can say that the pool does not exist.
    if (pools.freshness === 'live') return <ResourceGone title={t('gone.pool')} back={back} />;
    const error = connection.phase === 'online' ? pools.error : connection.error;
    return <ResourceWaitingFor connection={connection} error={error} label={t('loading')} />;
  }
  return <PoolBody key={pool.id} pool={pool} connection={connection} />;
}

function PoolBody({ pool, connection }: { pool: StoragePool; connection: Connection }): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const isOnline = connection.phase === 'online';
  const [tab, setTab] = useState<TabId>('volumes');
  const actions = usePoolActions();
  const row = useMemo(() => poolRowOf(pool, new Map([[connection.id, connection]])), [pool, connection]);
  const facts = [
    poolTypeText(pool.type, t, i18n),
    pool.source ?? '',
    pool.targetPath ?? '',
    t(pool.autostart ? 'autostart.onLong' : 'autostart.offLong'),
    pool.persistent ? '' : t('transient'),
  ];
  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <Stack spacing={1} sx={{ px: 2, pt: 2 }}>
        <ResourceHead
          label={t('breadcrumbs')}
          list={{ path: '/storage', title: t('title') }}
          connection={connection}
          name={pool.name}
          state={
            <Typography component="div" variant="body2" noWrap color={isOnline ? 'text.primary' : 'text.disabled'}>
              <PoolStateText state={pool.state} text={t(`states.${pool.state}`)} isStale={!isOnline} />
            </Typography>
          }
          actions={<PoolActionBar row={row} onRun={actions.run} />}
        />
        <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
          {facts.filter((fact) => fact !== '').join(' · ')}
        </Typography>
        <CapacityBar pool={pool} />
      </Stack>
      <Tabs
        value={tab}
        onChange={(_event, next: TabId) => setTab(next)}
        aria-label={t('documents:storage.tabs.label')}
        sx={{ px: 2, borderBottom: 1, borderColor: 'divider', flexShrink: 0 }}
      >
        {tabs.map((id) => (
          <Tab
            key={id}
            value={id}
            id={`pool-tab-${id}`}
            aria-controls="pool-panel"
            label={t(`documents:storage.tabs.${id}`)}
          />
        ))}
      </Tabs>
      {!isOnline && <ConnectionProblems connections={[connection]} />}
      <Box
        id="pool-panel"
        role="tabpanel"
        aria-labelledby={`pool-tab-${tab}`}
        sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' }}
      >
        {tab === 'volumes' && <VolumesTable pool={pool} connection={connection} />}
        {tab === 'xml' && <PoolDocument pool={pool} isOnline={isOnline} />}
      </Box>
      {actions.dialog}
    </Stack>
  );
}
