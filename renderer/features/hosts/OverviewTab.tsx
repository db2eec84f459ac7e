import { Alert, Box, Button, Stack } from '@mui/material';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { connectionFacts, hardwareFacts, hugepageLines, virtualizationFacts } from './host-facts.ts';
import { CellsPanel, GuestsPanel, NetworksPanel, PoolsPanel } from './HostPanels.tsx';
import { LoadPanel } from './LoadPanel.tsx';
import { FactList, Meter, Panel, Waiting } from './Panel.tsx';
import { useHost } from './use-host.ts';

/** What a host is, how busy it is, and what it has. */
export function OverviewTab({ connection }: { connection: Connection }): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  const isOnline = connection.phase === 'online';
  const host = useHost(connection.id, isOnline);
  const { details, error, sample } = host;
  const words = useMemo(() => ({ t, language: i18n.language }), [t, i18n.language]);
  const isWaiting = details === null && error === null && isOnline;
  const pages = details === null ? [] : hugepageLines(details.facts.hugepages, sample?.freeHugepages ?? null, words);
  return (
    <Stack spacing={2} sx={{ p: 2 }}>
      {error !== null && isOnline && (
        <Alert role="none" severity="error" icon={false}>
          <ErrorDetails
            error={error}
            context={{ connectionName: connection.name, target: connection.target }}
            actions={
              <Button size="small" variant="outlined" onClick={host.refetch}>
                {t('retry')}
              </Button>
            }
          />
        </Alert>
      )}
      <LoadPanel host={host} isOnline={isOnline} />
      <Box
        sx={{
          // Panels of different heights, packed; each stays whole.
          columnWidth: 320,
          columnGap: 2,
          '& > section': { breakInside: 'avoid', mb: 2 },
        }}
      >
        <GuestsPanel connectionId={connection.id} facts={details?.facts ?? null} />
        {(details !== null || isWaiting) && (
          <Panel title={t('hardware')}>
            {details === null ? <Waiting rows={6} /> : <FactList facts={hardwareFacts(details, words)} />}
          </Panel>
        )}
        {(details !== null || isWaiting) && (
          <Panel title={t('virtualization')}>
            {details === null ? (
              <Waiting rows={4} />
            ) : (
              <FactList facts={virtualizationFacts(details, connection.info, words)} />
            )}
          </Panel>
        )}
        {details !== null && <CellsPanel facts={details.facts} />}
        {pages.length > 0 && (
          <Panel title={t('hugepages.title')}>
            <Stack spacing={1.25}>
              {pages.map(({ key, ...meter }) => (
                <Meter key={key} {...meter} />
              ))}
            </Stack>
          </Panel>
        )}
        <PoolsPanel connectionId={connection.id} isOnline={isOnline} />
        <NetworksPanel
          connectionId={connection.id}
          networks={sample?.networks ?? null}
          isWaiting={sample === null && isOnline && host.watchError === null}
        />
        {(details !== null || isWaiting) && (
          <Panel title={t('connection')}>
            {details === null ? (
              <Waiting rows={5} />
            ) : (
              <FactList facts={connectionFacts(details, connection.info, sample?.traffic ?? null, words)} />
            )}
          </Panel>
        )}
      </Box>
    </Stack>
  );
}
