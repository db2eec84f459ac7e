import { Alert, Box, Button, Stack, Tab, Tabs } from '@mui/material';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useConnections, useMachines } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { errorText } from '../../ui/error-text.ts';
import { ResourceGone, ResourceHead, ResourceWaiting, ResourceWaitingFor } from '../../ui/resource-page.tsx';
import { GuestAgentTab } from '../guest-agent/GuestAgentTab.tsx';
import { MachineActionBar, useRunMachineAction } from '../machines/actions.tsx';
import { MachineStateLabel } from '../machines/machine-state.tsx';
import { TimelineTab } from '../timeline/TimelineTab.tsx';
import { LogTab } from './LogTab.tsx';
import { MachineDocumentTab } from './MachineDocumentTab.tsx';
import { OverviewTab } from './OverviewTab.tsx';
import { useMachineDetails } from './use-machine-details.ts';

const ConsolePanel = lazy(() =>
  import('../../console/ConsolePanel.tsx').then(({ ConsolePanel: panel }) => ({ default: panel })),
);

const tabs = [
  'overview',
  'console',
  'hardware',
  'snapshots',
  'backups',
  'document',
  'log',
  'timeline',
  'guestAgent',
] as const;

const HardwareTab = lazy(() =>
  import('../hardware/HardwareTab.tsx').then(({ HardwareTab: view }) => ({ default: view })),
);

const BackupsTab = lazy(() => import('../backups/BackupsTab.tsx').then(({ BackupsTab: view }) => ({ default: view })));

const SnapshotsTab = lazy(() =>
  import('../snapshots/SnapshotsTab.tsx').then(({ SnapshotsTab: view }) => ({ default: view })),
);

type TabKey = (typeof tabs)[number];

/** A snapshot of an instance is an image, and its hardware is its flavor; only domains have them as parts of their own. */
function tabsOf({ kind }: Machine): readonly TabKey[] {
  return kind === 'domain'
    ? tabs
    : tabs.filter((key) => !['hardware', 'snapshots', 'backups', 'timeline', 'guestAgent'].includes(key));
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
    if (connections.freshness === 'loading') return <ResourceWaiting label={t('loading')} />;
    return (
      <ResourceGone
        title={t('unknownConnection.title')}
        text={t('unknownConnection.text')}
        back={{ path: '/machines', label: t('unknownConnection.back') }}
      />
    );
  }
  if (machine === undefined) {
    // Only a live list can say that the machine does not exist.
    if (machines.freshness !== 'live')
      return <ResourceWaitingFor connection={connection} error={connection.error} label={t('loading')} />;
    return (
      <ResourceGone title={t('gone.title')} text={t('gone.text')} back={{ path: '/machines', label: t('gone.back') }} />
    );
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
        <ResourceHead
          label={t('breadcrumbs')}
          list={{ path: '/machines', title: t('machines') }}
          connection={connection}
          name={machine.name}
          state={<MachineStateLabel machine={machine} isStale={!isOnline} />}
          actions={<MachineActionBar machine={machine} />}
        />
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
            error === null && <ResourceWaiting label={t('loading')} />
          ) : (
            <MachineDocumentTab document={details.document} machine={machine} isOnline={isOnline} onSaved={refetch} />
          ))}
        {tab === 'hardware' && (
          <Suspense fallback={<ResourceWaiting label={t('loading')} />}>
            <HardwareTab machine={machine} isOnline={isOnline} />
          </Suspense>
        )}
        {tab === 'snapshots' && (
          <Suspense fallback={<ResourceWaiting label={t('loading')} />}>
            <SnapshotsTab machine={machine} isOnline={isOnline} />
          </Suspense>
        )}
        {tab === 'guestAgent' && <GuestAgentTab machine={machine} isOnline={isOnline} />}
        {tab === 'timeline' && <TimelineTab machine={machine} isOnline={isOnline} />}
        {tab === 'backups' && (
          <Suspense fallback={<ResourceWaiting label={t('loading')} />}>
            <BackupsTab machine={machine} isOnline={isOnline} />
          </Suspense>
        )}
        {tab === 'log' && <LogTab machine={machine} isOnline={isOnline} />}
        {tab === 'console' && (
          <Suspense fallback={<ResourceWaiting label={t('loading')} />}>
            <ConsolePanel machine={machine} isOnline={isOnline} onStart={() => run('start', [machine])} />
          </Suspense>
        )}
      </Box>
    </Stack>
  );
}
