import { mdiConnection, mdiServer } from '@mdi/js';
import { Box, Breadcrumbs, Button, Link, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink, useParams } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import { useConnections } from '../../core-client/feeds.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ResourceGone, ResourceWaiting } from '../../ui/resource-page.tsx';
import { ConnectionState } from '../connections/connection-state.tsx';
import { ConnectionProblems } from '../machines/ConnectionProblems.tsx';
import { OverviewTab } from './OverviewTab.tsx';

/** One KVM host itself: `/hosts/:connectionId`. */
export function HostPage(): ReactNode {
  const { t } = useTranslation('hosts');
  const { connectionId = '' } = useParams();
  const { byId, freshness } = useConnections();
  const connection = byId.get(connectionId);
  if (connection === undefined) {
    return freshness === 'loading' ? (
      <ResourceWaiting label={t('loading')} />
    ) : (
      <ResourceGone title={t('gone.title')} back={{ path: '/connections', label: t('gone.back') }} />
    );
  }
  if (connection.target.kind === 'openstack') {
    return (
      <ResourceGone
        title={t('cloud.title')}
        text={t('cloud.text')}
        back={{ path: `/connections/${encodeURIComponent(connection.id)}`, label: t('cloud.back') }}
      />
    );
  }
  return <HostBody key={connection.id} connection={connection} />;
}

function HostBody({ connection }: { connection: Connection }): ReactNode {
  const { t } = useTranslation('hosts');
  const isOnline = connection.phase === 'online';
  const connectionPath = `/connections/${encodeURIComponent(connection.id)}`;
  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <Stack spacing={1} sx={{ px: 2, pt: 2, pb: 1.5, borderBottom: 1, borderColor: 'divider' }}>
        <Breadcrumbs aria-label={t('breadcrumbs')}>
          <Link component={RouterLink} to="/connections" underline="hover" color="inherit" variant="body2">
            {t('connections:title')}
          </Link>
          <Link component={RouterLink} to={connectionPath} underline="hover" color="inherit" variant="body2">
            {connection.name}
          </Link>
          <Typography variant="body2">{t('title')}</Typography>
        </Breadcrumbs>
        <Stack direction="row" spacing={2} sx={{ alignItems: 'center', minHeight: 44 }}>
          <Box sx={{ display: 'flex', color: 'text.secondary', '& svg': { width: 28, height: 28 } }}>
            <Icon path={mdiServer} />
          </Box>
          <Typography variant="h5" component="h1" noWrap title={connection.name} sx={{ minWidth: 0 }}>
            {connection.info?.hostName ?? connection.name}
          </Typography>
          <ConnectionState connection={connection} hasNoReason />
          <Box sx={{ flex: 1 }} />
          <Button
            size="small"
            variant="outlined"
            color="inherit"
            component={RouterLink}
            to={connectionPath}
            startIcon={<Icon path={mdiConnection} />}
            sx={{ whiteSpace: 'nowrap' }}
          >
            {t('toConnection')}
          </Button>
        </Stack>
      </Stack>
      {!isOnline && <ConnectionProblems connections={[connection]} />}
      <Box
        // What scrolls must be reachable by the keyboard.
        tabIndex={0}
        role="region"
        aria-label={t('overview')}
        sx={{ flex: 1, minHeight: 0, overflow: 'auto', ...(!isOnline && { opacity: 0.72 }) }}
      >
        <OverviewTab connection={connection} />
      </Box>
    </Stack>
  );
}
