import { mdiConnection, mdiServer } from '@mdi/js';
import { Box, Breadcrumbs, Button, Link, Stack, Tab, Tabs, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink, useNavigate, useParams } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import { useConnections } from '../../core-client/feeds.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ResourceGone, ResourceWaiting } from '../../ui/resource-page.tsx';
import { ConnectionState } from '../connections/connection-state.tsx';
import { HostNetworkTab } from '../host-network/HostNetworkTab.tsx';
import { ConnectionProblems } from '../machines/ConnectionProblems.tsx';
import { CpusTab } from './CpusTab.tsx';
import { DevicesTab } from './DevicesTab.tsx';
import { hostPath } from './host-path.ts';
import { SecretsTab } from './SecretsTab.tsx';
import { OverviewTab } from './OverviewTab.tsx';

const tabs = ['overview', 'network', 'devices', 'cpus', 'secrets'] as const;
type TabKey = (typeof tabs)[number];

/** One KVM host itself: `/hosts/:connectionId/:tab?`. */
export function HostPage(): ReactNode {
  const { t } = useTranslation('hosts');
  const { connectionId = '', tab } = useParams();
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
  const shown = tabs.find((each) => each === tab) ?? 'overview';
  return <HostBody key={connection.id} connection={connection} tab={shown} />;
}

function HostBody({ connection, tab }: { connection: Connection; tab: TabKey }): ReactNode {
  const { t } = useTranslation('hosts');
  const navigate = useNavigate();
  const isOnline = connection.phase === 'online';
  const connectionPath = `/connections/${encodeURIComponent(connection.id)}`;
  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <Stack spacing={1} sx={{ px: 2, pt: 2 }}>
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
      <Tabs
        value={tab}
        onChange={(_event, next: TabKey) =>
          void navigate(next === 'overview' ? hostPath(connection.id) : `${hostPath(connection.id)}/${next}`, {
            replace: true,
          })
        }
        aria-label={t('tabs.label')}
        sx={{ px: 2, borderBottom: 1, borderColor: 'divider', flexShrink: 0 }}
      >
        {tabs.map((key) => (
          <Tab key={key} value={key} id={`host-tab-${key}`} aria-controls="host-panel" label={t(`tabs.${key}`)} />
        ))}
      </Tabs>
      {!isOnline && <ConnectionProblems connections={[connection]} />}
      <Box
        id="host-panel"
        role="tabpanel"
        aria-labelledby={`host-tab-${tab}`}
        // What scrolls must be reachable by the keyboard; the other tabs have parts of their own that do.
        tabIndex={tab === 'overview' ? 0 : -1}
        sx={{
          flex: 1,
          minHeight: 0,
          overflow: tab === 'overview' ? 'auto' : 'hidden',
          display: 'flex',
          flexDirection: 'column',
          ...(!isOnline && { opacity: 0.72 }),
        }}
      >
        {tab === 'overview' && <OverviewTab connection={connection} />}
        {tab === 'network' && <HostNetworkTab connection={connection} />}
        {tab === 'devices' && <DevicesTab connection={connection} />}
        {tab === 'cpus' && <CpusTab connection={connection} />}
        {tab === 'secrets' && <SecretsTab connection={connection} />}
      </Box>
    </Stack>
  );
}
