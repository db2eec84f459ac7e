import { Box, Link, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { HostFacts, HostNetwork } from '../../../shared/contract/hosts.ts';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { useMachines, useStoragePools } from '../../core-client/feeds.tsx';
import { ColorDot } from '../../ui/color-dot.tsx';
import { errorText } from '../../ui/error-text.ts';
import { formatBytes, formatCount } from '../../ui/format.ts';
import { networkPath } from '../networks/network-rows.ts';
import { usageText } from '../storage/pool-columns.tsx';
import { sharePercent } from '../storage/storage-cells.tsx';
import { poolPath } from '../storage/storage-rows.ts';
import { FactList, Meter, Panel, Waiting } from './Panel.tsx';

/** As many as a panel shows; the pages have all of them. */
const MAX_LINES = 8;

/** The machines of the host, and what those that run were promised of it. */
export function GuestsPanel({ connectionId, facts }: { connectionId: string; facts: HostFacts | null }): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  const { items, freshness } = useMachines(connectionId);
  const language = i18n.language;
  const running = items.filter(({ state }) => state === 'running');
  // A paused one keeps what it was given.
  const holding = items.filter(({ state }) => state === 'running' || state === 'paused');
  const vcpus = holding.reduce((sum, machine) => sum + (machine.vcpus ?? 0), 0);
  const memoryBytes = holding.reduce((sum, machine) => sum + (machine.memoryBytes ?? 0), 0);
  const all = t('guests.count', {
    running: formatCount(running.length, language),
    total: formatCount(items.length, language),
  });
  if (facts === null || freshness === 'loading') {
    return (
      <Panel title={t('guests.title')}>
        <Waiting rows={3} />
      </Panel>
    );
  }
  const ratio = new Intl.NumberFormat(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(
    vcpus / Math.max(1, facts.cpus),
  );
  return (
    <Panel
      title={t('guests.title')}
      note={
        <Link component={RouterLink} to={`/machines?scope=${encodeURIComponent(connectionId)}`}>
          {all}
        </Link>
      }
    >
      <Stack spacing={1.25} sx={{ ...(freshness !== 'live' && { opacity: 0.6 }) }}>
        <Meter
          label={t('guests.vcpus')}
          text={t('guests.vcpusOf', {
            vcpus: formatCount(vcpus, language),
            cpus: formatCount(facts.cpus, language),
            ratio,
          })}
          percent={(vcpus / Math.max(1, facts.cpus)) * 100}
        />
        <Meter
          label={t('guests.memory')}
          text={t('guests.memoryOf', {
            used: formatBytes(memoryBytes, language),
            total: formatBytes(facts.memoryBytes, language),
          })}
          percent={(memoryBytes / Math.max(1, facts.memoryBytes)) * 100}
          warnsFrom={100}
        />
      </Stack>
    </Panel>
  );
}

/** The pools of the host with how full they are. */
export function PoolsPanel({ connectionId, isOnline }: { connectionId: string; isOnline: boolean }): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  const { items, freshness, error } = useStoragePools(connectionId);
  const shown = items.toSorted((one, other) => one.name.localeCompare(other.name, i18n.language, { numeric: true }));
  const isWaiting = freshness === 'loading' && error === null && isOnline;
  return (
    <Panel title={t('storage:title')} note={<Count count={items.length} to="/storage" connectionId={connectionId} />}>
      {isWaiting ? (
        <Waiting rows={2} />
      ) : error !== null && error.code !== 'DISCONNECTED' ? (
        <Note text={error.code === 'UNSUPPORTED' ? t('pools.unsupported') : errorText(error, t, i18n).title} />
      ) : items.length === 0 ? (
        <Note text={t('pools.none')} />
      ) : (
        <Stack component="ul" spacing={1.25} sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {shown.slice(0, MAX_LINES).map((pool) => (
            <PoolLine key={pool.id} pool={pool} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function PoolLine({ pool }: { pool: StoragePool }): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const percent = sharePercent(pool.allocationBytes, pool.capacityBytes);
  return (
    <Box component="li">
      <Link component={RouterLink} to={poolPath(pool)} underline="hover" color="inherit" sx={{ display: 'block' }}>
        <Meter
          label={pool.name}
          text={percent === null ? t(`states.${pool.state}`) : usageText(pool, t, i18n.language)}
          percent={percent ?? 0}
          warnsFrom={85}
        />
      </Link>
    </Box>
  );
}

interface NetworksPanelProps {
  connectionId: string;
  /** Null where the host does not tell, or not yet. */
  networks: readonly HostNetwork[] | null;
  isWaiting: boolean;
}

/** The virtual networks of the host. */
export function NetworksPanel({ connectionId, networks, isWaiting }: NetworksPanelProps): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  const shown = (networks ?? []).toSorted((one, other) => one.name.localeCompare(other.name, i18n.language));
  return (
    <Panel title={t('networks:title')} note={<Count count={shown.length} to="/networks" connectionId={connectionId} />}>
      {isWaiting ? (
        <Waiting rows={2} />
      ) : networks === null ? (
        <Note text={t('networksNone.unsupported')} />
      ) : shown.length === 0 ? (
        <Note text={t('networksNone.none')} />
      ) : (
        <Stack component="ul" spacing={0.75} sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {shown.slice(0, MAX_LINES).map(({ id, name, isActive }) => (
            <Stack key={id} component="li" direction="row" spacing={1} sx={{ alignItems: 'center', minWidth: 0 }}>
              <ColorDot
                color={`var(--mui-palette-${isActive ? 'success-main' : 'text-disabled'})`}
                isHollow={!isActive}
              />
              <Link
                component={RouterLink}
                to={networkPath({ connectionId, id })}
                underline="hover"
                color="inherit"
                variant="body2"
                noWrap
                sx={{ flex: 1 }}
              >
                {name}
              </Link>
              <Typography variant="caption" color="text.secondary">
                {t(`networks:states.${isActive ? 'active' : 'inactive'}`)}
              </Typography>
            </Stack>
          ))}
        </Stack>
      )}
    </Panel>
  );
}

/** The NUMA cells of a host of several. */
export function CellsPanel({ facts }: { facts: HostFacts }): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  if (facts.cells.length < 2) return null;
  return (
    <Panel title={t('cells.title')} note={formatCount(facts.cells.length, i18n.language)}>
      <FactList
        facts={facts.cells.map(({ id, cpus, memoryBytes }) => ({
          key: String(id),
          label: t('cells.cell', { number: id }),
          value: [
            t('cells.cpus', { count: cpus.length }),
            ...(memoryBytes === null ? [] : [formatBytes(memoryBytes, i18n.language)]),
          ].join(' · '),
        }))}
      />
    </Panel>
  );
}

function Count({ count, to, connectionId }: { count: number; to: string; connectionId: string }): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  return (
    <Link component={RouterLink} to={`${to}?scope=${encodeURIComponent(connectionId)}`}>
      {t('showAll', { count, number: formatCount(count, i18n.language) })}
    </Link>
  );
}

function Note({ text }: { text: string }): ReactNode {
  return (
    <Typography variant="body2" color="text.secondary">
      {text}
    </Typography>
  );
}
