import { Alert, Box, Breadcrumbs, Button, CircularProgress, Link, Stack, Tab, Tabs, Typography } from '@mui/material';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink, useNavigate, useParams } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useConnections, useMachines } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { errorText } from '../../ui/error-text.ts';
import { MachineActionBar, useRunMachineAction } from '../machines/actions.tsx';
import { MachineStateLabel } from '../machines/machine-state.tsx';
import { LogTab } from './LogTab.tsx';
import { MachineDocumentTab } from './MachineDocumentTab.tsx';
import { SnapshotsTab } from './SnapshotsTab.tsx';
import { OverviewTab } from './OverviewTab.tsx';
import { useMachineDetails } from './use-machine-details.ts';

const ConsolePanel = lazy(() =>
  import('../../console/ConsolePanel.tsx').then(({ ConsolePanel: panel }) => ({ default: panel })),
);

const tabs = ['overview', 'console', 'hardware', 'snapshots', 'document', 'log'] as const;

const HardwareTab = lazy(() =>
  import('../hardware/HardwareTab.tsx').then(({ HardwareTab: view }) => ({ default: view })),
);

type TabKey = (typeof tabs)[number];

/** A snapshot of an instance is an image, and its hardware is its flavor; only domains have them as parts of their own. */
function tabsOf({ kind }: Machine): readonly TabKey[] {
  return kind === 'domain' ? tabs : tabs.filter((key) => key !== 'snapshots' && key !== 'hardware');
}

/** One machine: `/machines/:connectionId/:id/:tab?`. */
export function MachinePage(): ReactNode {
  const { t } = useTranslation('machineDetails');
  const { connectionId = '', id = '', tab } = useParams();
  const connections = useConnections();
  const machines = useMachines(connectionId);
  const connection = connections.items.find((each) => each.id === connectionId);
  const machine = machines.items.find((each) => each.id === id);

  if (connection === undefined) {
    if (connections.freshness === 'loading') return <Waiting />;
    return (
      <Gone
        title={t('unknownConnection.title')}
        text={t('unknownConnection.text')}
        back={t('unknownConnection.back')}
      />
    );
  }
  if (machine === undefined) {
    // Only a live list can say that the machine does not exist.
    if (machines.freshness !== 'live') return <WaitingFor connection={connection} />;
    return <Gone title={t('gone.title')} text={t('gone.text')} back={t('gone.back')} />;
  }
  const shown = tabsOf(machine).find((each) => each === tab) ?? 'overview';
  return <MachineBody key={machine.id} machine={machine} connection={connection} tab={shown} />;
}

interface MachineBodyProps {
  machine: Machine;
  connection: Connection;
  tab: TabKey;
}

function MachineBody({ machine, connection, tab }: MachineBodyProps): ReactNode {
  const { t, i18n } = useTranslation('machineDetails');
  const navigate = useNavigate();
  const isOnline = connection.phase === 'online';
  const { details, error, refetch } = useMachineDetails(machine, isOnline);
  const run = useRunMachineAction();
  const language = details?.document.language ?? (machine.kind === 'domain' ? 'xml' : 'json');
  const context = { connectionName: connection.name, target: connection.target, machineName: machine.name };
  const base = `/machines/${encodeURIComponent(machine.connectionId)}/${encodeURIComponent(machine.id)}`;

  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <Stack spacing={1} sx={{ px: 3, pt: 2 }}>
        <Breadcrumbs aria-label={t('breadcrumbs')}>
          <Link component={RouterLink} to="/machines" underline="hover" color="inherit" variant="body2">
            {t('machines')}
          </Link>
          <Link
            component={RouterLink}
            to={`/machines?scope=${encodeURIComponent(connection.id)}`}
            underline="hover"
            color="inherit"
            variant="body2"
          >
            {connection.name}
          </Link>
          <Typography variant="body2" noWrap sx={{ maxWidth: 400 }}>
            {machine.name}
          </Typography>
        </Breadcrumbs>
        <Stack direction="row" spacing={2} sx={{ alignItems: 'center', minHeight: 44 }}>
          <Typography variant="h5" component="h1" noWrap title={machine.name} sx={{ minWidth: 0 }}>
            {machine.name}
          </Typography>
          <Box sx={{ flexShrink: 0 }}>
            <MachineStateLabel machine={machine} isStale={!isOnline} />
          </Box>
          <Box sx={{ flex: 1 }} />
          <MachineActionBar machine={machine} />
        </Stack>
        <Tabs
          value={tab}
          aria-label={t('tabs.label')}
          onChange={(_event, next: TabKey) =>
            void navigate(next === 'overview' ? base : `${base}/${next}`, { replace: true })
          }
        >
          {tabsOf(machine).map((key) => (
            <Tab
              key={key}
              value={key}
              id={`machine-tab-${key}`}
              aria-controls="machine-tab-panel"
              label={key === 'document' ? t(`tabs.document.${language}`) : t(`tabs.${key}`)}
            />
          ))}
        </Tabs>
      </Stack>
      {!isOnline && (
        <Alert severity="warning" variant="outlined" sx={{ mx: 3, mt: 1.5 }}>
          {t('stale', { connection: connection.name })}{' '}
          {connection.error !== null && errorText(connection.error, t, i18n, context).title}
        </Alert>
      )}
      {isOnline && error !== null && tab !== 'console' && (
        <Alert role="none" severity="error" icon={false} sx={{ mx: 3, mt: 1.5 }}>
          <ErrorDetails
            error={error}
            context={context}
            actions={
              <Button size="small" variant="outlined" onClick={refetch}>
                {t('retry')}
              </Button>
            }
          />
        </Alert>
      )}
      <Box
        role="tabpanel"
        id="machine-tab-panel"
        aria-labelledby={`machine-tab-${tab}`}
        // The overview scrolls and may hold nothing to focus; the other tabs have regions of their own.
        tabIndex={tab === 'overview' ? 0 : -1}
        sx={{
          flex: 1,
          minHeight: 0,
          overflow: tab === 'overview' ? 'auto' : 'hidden',
          display: 'flex',
          flexDirection: 'column',
          borderTop: 1,
          borderColor: 'divider',
          ...(!isOnline && tab !== 'console' && { opacity: 0.72 }),
        }}
      >
        {tab === 'overview' && (
          <OverviewTab machine={machine} details={details} isOnline={isOnline} isFailed={error !== null} />
        )}
        {tab === 'document' &&
          (details === null ? (
            error === null && <Waiting />
          ) : (
            <MachineDocumentTab document={details.document} machine={machine} isOnline={isOnline} onSaved={refetch} />
          ))}
        {tab === 'hardware' && (
          <Suspense fallback={<Waiting />}>
            <HardwareTab machine={machine} isOnline={isOnline} />
          </Suspense>
        )}
        {tab === 'snapshots' && <SnapshotsTab machine={machine} isOnline={isOnline} />}
        {tab === 'log' && <LogTab machine={machine} isOnline={isOnline} />}
        {tab === 'console' && (
          <Suspense fallback={<Waiting />}>
            <ConsolePanel machine={machine} isOnline={isOnline} onStart={() => run('start', [machine])} />
          </Suspense>
        )}
      </Box>
    </Stack>
  );
}

function Waiting(): ReactNode {
  const { t } = useTranslation('machineDetails');
  return (
    <Stack sx={{ p: 6, alignItems: 'center' }} role="status" aria-label={t('loading')}>
      <CircularProgress size={28} aria-hidden />
    </Stack>
  );
}

/** The list is not there yet; a connection that cannot be reached says why instead of turning forever. */
function WaitingFor({ connection }: { connection: Connection }): ReactNode {
  if (connection.error === null) return <Waiting />;
  return (
    <Box sx={{ p: 4, maxWidth: 720, mx: 'auto' }}>
      <ErrorDetails error={connection.error} context={{ connectionName: connection.name, target: connection.target }} />
    </Box>
  );
}

function Gone({ title, text, back }: { title: string; text: string; back: string }): ReactNode {
  return (
    <Stack spacing={1.5} sx={{ p: 6, alignItems: 'center' }} role="status">
      <Typography variant="h6" component="h1">
        {title}
      </Typography>
      <Typography variant="body2" color="text.secondary">
        {text}
      </Typography>
      <Button component={RouterLink} to="/machines" variant="contained">
        {back}
      </Button>
    </Stack>
  );
}
