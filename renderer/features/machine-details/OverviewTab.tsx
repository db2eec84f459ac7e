import { Alert, Box, Chip, Skeleton, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine, MachineAddress, MachineDetails, MachineFact } from '../../../shared/contract/machines.ts';
import { CopyIconButton } from '../../ui/copy.tsx';
import { formatBytes, formatCount, formatDateTime } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { NotesPanel } from '../notes/NotesPanel.tsx';
import { SeedNotice } from '../provisioning/SeedNotice.tsx';
import { ScreenPanel } from '../screens/ScreenPanel.tsx';
import { UsagePanel } from './UsagePanel.tsx';

interface OverviewTabProps {
  machine: Machine;
  /** Null until the first answer. */
  details: MachineDetails | null;
  isOnline: boolean;
  /** The details cannot be read: the page says why, and nothing more is awaited. */
  isFailed?: boolean;
}

/** What a machine is, where it can be reached, and how busy it is. */
export function OverviewTab({ machine, details, isOnline, isFailed = false }: OverviewTabProps): ReactNode {
  const { t } = useTranslation('machineDetails');
  return (
    <Stack spacing={2} sx={{ p: 3 }}>
      {machine.fault !== null && (
        <Alert severity="error">
          <Typography variant="subtitle2" component="h2">
            {t('fault')}
          </Typography>
          <Typography variant="body2" sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {machine.fault}
          </Typography>
        </Alert>
      )}
      {machine.ownedByNova && machine.kind === 'domain' && <Alert severity="info">{t('ownedByNova')}</Alert>}
      {machine.locked && (
        <Alert severity="info">
          {machine.lockedReason === null ? t('lockedNoReason') : t('lockedNote', { reason: machine.lockedReason })}
        </Alert>
      )}
      {details !== null && <SeedNotice machine={machine} details={details} isOnline={isOnline} />}
      {(details?.hasUsage ?? machine.kind === 'domain') && (
        <UsagePanel machine={machine} isRunning={machine.state === 'running'} isOnline={isOnline} />
      )}
      {(details !== null || !isFailed) && (
        <Box sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', md: '3fr 2fr' }, gap: 2, alignItems: 'start' }}>
          <Panel title={t('facts')}>{details === null ? <Waiting rows={8} /> : <Facts facts={details.facts} />}</Panel>
          <Stack spacing={2} sx={{ minWidth: 0 }}>
            {machine.kind === 'domain' && (machine.state === 'running' || machine.state === 'paused') && (
              <ScreenPanel machine={machine} isOnline={isOnline} />
            )}
            <Panel title={t('addresses.title')}>
              {details === null ? (
                <Waiting rows={3} />
              ) : (
                <Addresses addresses={details.addresses} isRunning={machine.state === 'running'} />
              )}
            </Panel>
            {machine.kind === 'domain' && <NotesPanel machine={machine} isOnline={isOnline} />}
          </Stack>
        </Box>
      )}
    </Stack>
  );
}

function Waiting({ rows }: { rows: number }): ReactNode {
  return Array.from({ length: rows }, (_, row) => <Skeleton key={row} height={28} />);
}

function Facts({ facts }: { facts: MachineFact[] }): ReactNode {
  const { t, i18n } = useTranslation('machines');
  /** Disks and the like repeat their key: one label, several values. */
  const groups = new Map<string, MachineFact[]>();
  for (const fact of facts) groups.set(fact.key, [...(groups.get(fact.key) ?? []), fact]);
  return (
    // Two columns side by side where there is room for them.
    <Box component="dl" sx={{ columnWidth: 400, columnGap: 4, m: 0 }}>
      {[...groups].map(([key, group]) => (
        <Box key={key} sx={factStyle}>
          <Typography component="dt" variant="body2" color="text.secondary">
            {i18n.exists(`machines:facts.${key}`) ? t(`facts.${key}`) : key}
          </Typography>
          <Box component="dd" sx={{ m: 0, minWidth: 0 }}>
            {group.map((fact, at) => (
              <Typography key={at} variant="body2" sx={{ overflowWrap: 'anywhere' }}>
                {factText(fact, i18n.language)}
              </Typography>
            ))}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

const factStyle = {
  display: 'grid',
  gridTemplateColumns: '136px minmax(0, 1fr)',
  columnGap: 2,
  py: 0.5,
  breakInside: 'avoid',
} as const;

function factText({ value, unit }: MachineFact, language: string): string {
  if (typeof value === 'string') return value;
  if (unit === 'bytes') return formatBytes(value, language);
  return unit === 'time' ? formatDateTime(value, language) : formatCount(value, language);
}

function Addresses({ addresses, isRunning }: { addresses: MachineAddress[]; isRunning: boolean }): ReactNode {
  const { t } = useTranslation('machineDetails');
  if (addresses.length === 0) {
    return (
      <Typography variant="body2" color="text.secondary">
        {t(isRunning ? 'addresses.none' : 'addresses.noneOff')}
      </Typography>
    );
  }
  return (
    <Stack component="ul" spacing={1} sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {addresses.map((each, at) => (
        <Stack key={`${each.address}/${at}`} component="li" direction="row" spacing={1} sx={{ alignItems: 'center' }}>
          <Stack sx={{ flex: 1, minWidth: 0 }}>
            <Typography variant="body2" sx={{ fontFamily: 'monospace', overflowWrap: 'anywhere' }}>
              {each.address}
            </Typography>
            <Typography variant="caption" color="text.secondary" noWrap>
              {[each.network, each.mac].filter((part) => part !== null && part !== '').join(' · ')}
            </Typography>
          </Stack>
          <Chip
            size="small"
            variant={each.source === 'floating' ? 'filled' : 'outlined'}
            label={t(`addresses.sources.${each.source}`)}
          />
          <CopyIconButton text={each.address} label={t('addresses.copy', { address: each.address })} />
        </Stack>
      ))}
    </Stack>
  );
}
