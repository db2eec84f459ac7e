import { Box, Typography } from '@mui/material';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostSample } from '../../../shared/contract/hosts.ts';
import { errorText } from '../../ui/error-text.ts';
import { formatBytes, formatPercent, formatTime } from '../../ui/format.ts';
import { LiveChart } from '../machine-details/LiveChart.tsx';
import { spanOf } from './load-history.ts';
import { Panel } from './Panel.tsx';
import type { HostState } from './use-host.ts';

/** How busy a host is: all CPUs together, each of them, and its memory. */
export function LoadPanel({ host, isOnline }: { host: HostState; isOnline: boolean }): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  const language = i18n.language;
  const { loads, sample, watchError } = host;
  const times = useMemo(() => loads.map(({ timeMs }) => timeMs), [loads]);
  const cpu = useMemo(() => [{ label: t('load.cpu'), values: loads.map(({ cpuPercent }) => cpuPercent) }], [loads, t]);
  const memory = useMemo(
    () => [{ label: t('load.memory'), values: loads.map(({ memoryUsedBytes }) => memoryUsedBytes) }],
    [loads, t],
  );
  const total = sample?.memoryTotalBytes ?? null;
  const isStale = !isOnline || watchError !== null;
  const since = loads[0]?.timeMs;
  const note = !isOnline
    ? ''
    : watchError !== null
      ? t('load.stopped', { reason: errorText(watchError, t, i18n).title })
      : since === undefined
        ? t('load.waiting')
        : t('load.since', { time: formatTime(since, language) });
  const span = spanOf(loads);
  return (
    <Panel title={t('load.title')} note={note}>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(380px, 1fr))', gap: 3 }}>
        <LiveChart
          title={t('load.cpu')}
          description={t('load.chart', { name: t('load.cpu') })}
          times={times}
          curves={cpu}
          format={(value) => formatPercent(value, language)}
          unknown="–"
          language={language}
          spanMs={span}
          top={100}
          minTop={100}
          isBinary={false}
          isStale={isStale}
        />
        <LiveChart
          title={total === null ? t('load.memory') : t('load.memoryOf', { total: formatBytes(total, language) })}
          description={t('load.chart', { name: t('load.memory') })}
          times={times}
          curves={memory}
          format={(value) => formatBytes(value, language)}
          unknown="–"
          language={language}
          spanMs={span}
          {...(total === null ? {} : { top: total })}
          minTop={2 ** 30}
          isBinary
          isStale={isStale}
        />
      </Box>
      {sample !== null && sample.cores.length > 0 && <Cores cores={sample.cores} isStale={isStale} />}
    </Panel>
  );
}

function Cores({ cores, isStale }: { cores: HostSample['cores']; isStale: boolean }): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  return (
    <Box
      component="ul"
      aria-label={t('load.cores')}
      // More of them than fit scroll, also by the keyboard.
      tabIndex={0}
      sx={{
        m: 0,
        mt: 1.5,
        p: 0,
        listStyle: 'none',
        display: 'grid',
        gridTemplateColumns: 'repeat(auto-fill, minmax(88px, 1fr))',
        gap: 0.5,
        maxHeight: 220,
        overflowY: 'auto',
        ...(isStale && { opacity: 0.6 }),
      }}
    >
      {cores.map(({ cpu, percent }) => (
        <Box
          key={cpu}
          component="li"
          sx={{
            position: 'relative',
            display: 'flex',
            justifyContent: 'space-between',
            px: 0.75,
            py: 0.25,
            borderRadius: 0.5,
            overflow: 'hidden',
            bgcolor: 'action.hover',
          }}
        >
          <Box
            aria-hidden
            sx={{ position: 'absolute', inset: '0 auto 0 0', bgcolor: 'primary.main', opacity: 0.22 }}
            style={{ width: `${percent ?? 0}%` }}
          />
          <Typography variant="caption" color="text.secondary" sx={{ position: 'relative' }}>
            {t('load.core', { number: cpu })}
          </Typography>
          <Typography variant="caption" sx={{ position: 'relative', fontVariantNumeric: 'tabular-nums' }}>
            {percent === null ? '–' : formatPercent(Math.round(percent), i18n.language)}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}
