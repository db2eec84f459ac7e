import { Box, Breadcrumbs, Button, CircularProgress, Link, Stack, Typography } from '@mui/material';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink, useParams } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { useConnections, useStoragePools } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { ConnectionProblems } from '../machines/ConnectionProblems.tsx';
import { CapacityBar } from './CapacityBar.tsx';
import { PoolActionBar, usePoolActions } from './PoolActions.tsx';
import { poolTypeText } from './pool-columns.tsx';
import { PoolStateText } from './storage-cells.tsx';
import { poolRowOf } from './storage-rows.ts';
import { VolumesTable } from './VolumesTable.tsx';

/** One storage pool and its volumes: `/storage/:connectionId/:poolId`. */
export function PoolPage(): ReactNode {
  const { t } = useTranslation('storage');
  const { connectionId = '', poolId = '' } = useParams();
  const connections = useConnections();
  const pools = useStoragePools(connectionId);
  const connection = connections.byId.get(connectionId);
  const pool = pools.byId.get(poolId);

  if (connection === undefined) {
    return connections.freshness === 'loading' ? <Waiting /> : <Gone title={t('gone.connection')} />;
  }
  if (pool === undefined) {
    // Only a live list can say that the pool does not exist.
    if (pools.freshness === 'live') return <Gone title={t('gone.pool')} />;
    const error = connection.phase === 'online' ? pools.error : connection.error;
    if (error === null) return <Waiting />;
    return (
      <Stack sx={{ p: 4, maxWidth: 720, mx: 'auto' }}>
        <ErrorDetails error={error} context={{ connectionName: connection.name, target: connection.target }} />
      </Stack>
    );
  }
  return <PoolBody key={pool.id} pool={pool} connection={connection} />;
}

function PoolBody({ pool, connection }: { pool: StoragePool; connection: Connection }): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const isOnline = connection.phase === 'online';
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
      <Stack spacing={1} sx={{ px: 2, pt: 2, pb: 1, borderBottom: 1, borderColor: 'divider' }}>
        <Breadcrumbs aria-label={t('breadcrumbs')}>
          <Link component={RouterLink} to="/storage" underline="hover" color="inherit" variant="body2">
            {t('title')}
          </Link>
          <Link
            component={RouterLink}
            to={`/storage?scope=${encodeURIComponent(connection.id)}`}
            underline="hover"
            color="inherit"
            variant="body2"
          >
            {connection.name}
          </Link>
          <Typography variant="body2" noWrap sx={{ maxWidth: 400 }}>
            {pool.name}
          </Typography>
        </Breadcrumbs>
        <Stack direction="row" spacing={2} sx={{ alignItems: 'center', minHeight: 40 }}>
          <Typography variant="h5" component="h1" noWrap title={pool.name} sx={{ minWidth: 0 }}>
            {pool.name}
          </Typography>
          <Typography component="div" variant="body2" noWrap color={isOnline ? 'text.primary' : 'text.disabled'}>
            <PoolStateText state={pool.state} text={t(`states.${pool.state}`)} isStale={!isOnline} />
          </Typography>
          <Box sx={{ flex: 1 }} />
          <PoolActionBar row={row} onRun={actions.run} />
        </Stack>
        <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
          {facts.filter((fact) => fact !== '').join(' · ')}
        </Typography>
        <CapacityBar pool={pool} />
      </Stack>
      {!isOnline && <ConnectionProblems connections={[connection]} />}
      <VolumesTable pool={pool} connection={connection} />
      {actions.dialog}
    </Stack>
  );
}

function Waiting(): ReactNode {
  const { t } = useTranslation('storage');
  return (
    <Stack sx={{ p: 6, alignItems: 'center' }} role="status" aria-label={t('loading')}>
      <CircularProgress size={28} aria-hidden />
    </Stack>
  );
}

function Gone({ title }: { title: string }): ReactNode {
  const { t } = useTranslation('storage');
  return (
    <Stack spacing={1.5} sx={{ p: 6, alignItems: 'center' }} role="status">
      <Typography variant="h6" component="h1">
        {title}
      </Typography>
      <Button component={RouterLink} to="/storage" variant="contained">
        {t('gone.back')}
      </Button>
    </Stack>
  );
}
