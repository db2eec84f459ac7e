import { mdiMonitorOff, mdiPencilOutline } from '@mdi/js';
import {
  Alert,
  Box,
  Chip,
  IconButton,
  Link,
  Stack,
  Tab,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Tabs,
  Typography,
} from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink, useParams } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { NetworkFilter } from '../../../shared/contract/network-filters.ts';
import { monospace } from '../../app/theme.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useConnections, useNetworkFilters } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ResourceGone, ResourceHead, ResourceWaiting, ResourceWaitingFor } from '../../ui/resource-page.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { EditableDocument } from '../machine-details/EditableDocument.tsx';
import { ConnectionProblems } from '../machines/ConnectionProblems.tsx';
import { machinePath } from '../machines/machine-path.ts';
import { FilterActionBar, useFilterActions } from './FilterActions.tsx';
import { ChainDialog } from './FilterDialogs.tsx';
import { filterPath, filterRowOf } from './filter-rows.ts';
import { RulesTab } from './RulesTab.tsx';

const tabs = ['rules', 'users', 'xml'] as const;
type TabId = (typeof tabs)[number];

/** One network filter: `/security-groups/:connectionId/:filterId`. */
export function FilterPage(): ReactNode {
  const { t } = useTranslation('networkFilters');
  const { connectionId = '', filterId = '' } = useParams();
  const connections = useConnections();
  const filters = useNetworkFilters(connectionId);
  const connection = connections.byId.get(connectionId);
  const filter = filters.byId.get(filterId);
  const back = { path: '/security-groups', label: t('gone.back') };

  if (connection === undefined) {
    return connections.freshness === 'loading' ? (
      <ResourceWaiting label={t('loading')} />
    ) : (
      <ResourceGone title={t('gone.connection')} back={back} />
    );
  }
  if (filter === undefined) {
    // Only a live list can say that the filter does not exist.
    if (filters.freshness === 'live') return <ResourceGone title={t('gone.filter')} back={back} />;
    const error = connection.phase === 'online' ? filters.error : connection.error;
    return <ResourceWaitingFor connection={connection} error={error} label={t('loading')} />;
  }
  return <FilterBody key={filter.id} filter={filter} connection={connection} />;
}

function FilterBody({ filter, connection }: { filter: NetworkFilter; connection: Connection }): ReactNode {
  const { t } = useTranslation('networkFilters');
  const [tab, setTab] = useState<TabId>('rules');
  const [movesChain, setMovesChain] = useState(false);
  const isOnline = connection.phase === 'online';
  const actions = useFilterActions();
  const row = useMemo(() => filterRowOf(filter, new Map([[connection.id, connection]])), [filter, connection]);
  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <Stack spacing={1} sx={{ px: 2, pt: 2 }}>
        <ResourceHead
          label={t('breadcrumbs')}
          list={{ path: '/security-groups', title: t('title') }}
          connection={connection}
          name={filter.name}
          state={<Chip size="small" variant="outlined" label={t('kind')} />}
          actions={<FilterActionBar row={row} onRun={actions.run} />}
        />
        <Stack direction="row" spacing={1} sx={{ alignItems: 'center' }}>
          <Typography variant="body2" color="text.secondary">
            {t(filter.priority === null ? 'chainFact' : 'chainFactPriority', {
              chain: filter.chain,
              priority: filter.priority,
            })}
          </Typography>
          <IconButton
            size="small"
            aria-label={t('chainEdit')}
            title={t('chainEdit')}
            disabled={!isOnline}
            onClick={() => setMovesChain(true)}
          >
            <Icon path={mdiPencilOutline} />
          </IconButton>
          <Typography variant="body2" color="text.secondary">
            {t('atOnce')}
          </Typography>
        </Stack>
      </Stack>
      <Tabs
        value={tab}
        onChange={(_event, next: TabId) => setTab(next)}
        aria-label={t('tabs.label')}
        sx={{ px: 2, borderBottom: 1, borderColor: 'divider', flexShrink: 0 }}
      >
        {tabs.map((id) => (
          <Tab key={id} value={id} id={`filter-tab-${id}`} aria-controls="filter-panel" label={t(`tabs.${id}`)} />
        ))}
      </Tabs>
      {!isOnline && <ConnectionProblems connections={[connection]} />}
      <Box
        id="filter-panel"
        role="tabpanel"
        aria-labelledby={`filter-tab-${tab}`}
        // What scrolls must be reachable by the keyboard.
        tabIndex={tab === 'xml' ? -1 : 0}
        sx={{ flex: 1, minHeight: 0, overflow: 'auto', display: 'flex', flexDirection: 'column' }}
      >
        {tab === 'rules' && <RulesTab filter={filter} isOnline={isOnline} />}
        {tab === 'users' && <Users filter={filter} />}
        {tab === 'xml' && <XmlTab filter={filter} connection={connection} />}
      </Box>
      {movesChain && <ChainDialog filter={filter} onClose={() => setMovesChain(false)} />}
      {actions.dialog}
    </Stack>
  );
}

function XmlTab({ filter, connection }: { filter: NetworkFilter; connection: Connection }): ReactNode {
  const { t } = useTranslation('networkFilters');
  const trpc = useTRPC();
  const isOnline = connection.phase === 'online';
  const { connectionId, id, name } = filter;
  const document = { resource: 'networkFilter', connectionId, id } as const;
  const read = useQuery(trpc.documents.read.queryOptions(document, { enabled: isOnline, retry: false, gcTime: 0 }));
  if (read.error !== null && isOnline) {
    return (
      <Alert role="none" severity="error" icon={false} sx={{ m: 2 }}>
        <ErrorDetails error={toAppError(read.error)} context={{ connectionName: connection.name }} />
      </Alert>
    );
  }
  if (read.data === undefined) return isOnline ? <ResourceWaiting label={t('loading')} /> : null;
  return (
    <EditableDocument
      document={{ language: 'xml', text: read.data }}
      subject={{ ...document, name, isRunning: (filter.usedBy ?? []).some(({ isRunning }) => isRunning) }}
      canEdit
      hasHistory
      isOnline={isOnline}
      onSaved={() => void read.refetch()}
    />
  );
}

/** The machines whose cards have the filter, and the filters that refer to it. */
function Users({ filter }: { filter: NetworkFilter }): ReactNode {
  const { t } = useTranslation('networkFilters');
  const { items } = useNetworkFilters(filter.connectionId);
  const { usedBy, referredBy } = filter;
  if (usedBy?.length === 0 && referredBy.length === 0) {
    return <TableMessage icon={mdiMonitorOff} title={t('empty.noUsers.title')} text={t('empty.noUsers.text')} />;
  }
  return (
    <>
      {usedBy === null && (
        <Alert severity="info" variant="outlined" sx={{ m: 2 }}>
          {t('usersUnknown')}
        </Alert>
      )}
      <Table size="small" aria-label={t('tabs.users')}>
        <TableHead>
          <TableRow>
            <TableCell>{t('users.name')}</TableCell>
            <TableCell>{t('users.what')}</TableCell>
            <TableCell>{t('users.cards')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {(usedBy ?? []).map((machine) => (
            <TableRow key={machine.id}>
              <TableCell component="th" scope="row" sx={{ overflowWrap: 'anywhere' }}>
                <Link component={RouterLink} to={machinePath({ connectionId: filter.connectionId, id: machine.id })}>
                  {machine.name}
                </Link>
              </TableCell>
              <TableCell>{t(machine.isRunning ? 'users.running' : 'users.off')}</TableCell>
              <TableCell sx={{ fontFamily: monospace }}>{machine.macs.join(', ')}</TableCell>
            </TableRow>
          ))}
          {referredBy.map((name) => {
            const other = items.find((each) => each.name === name);
            return (
              <TableRow key={`filter ${name}`}>
                <TableCell component="th" scope="row">
                  {other === undefined ? (
                    name
                  ) : (
                    <Link component={RouterLink} to={filterPath(other)}>
                      {name}
                    </Link>
                  )}
                </TableCell>
                <TableCell>{t('kind')}</TableCell>
                <TableCell />
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </>
  );
}
