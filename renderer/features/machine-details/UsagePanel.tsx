import { Box, Paper, Stack, Typography } from '@mui/material';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MachineRef, UsageSample } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { formatBytes, formatBytesPerSecond, formatPercent } from '../../ui/format.ts';
import { errorText } from '../../ui/error-text.ts';
import { LiveChart } from './LiveChart.tsx';
import { addSample, HISTORY_MS, type Curve } from './usage-history.ts';

interface UsagePanelProps {
  machine: MachineRef;
  isRunning: boolean;
  /** False while the connection is down: the curves stay, greyed. */
  isOnline: boolean;
}

type Key = Exclude<keyof UsageSample, 'timeMs'>;

interface ChartSpec {
  key: string;
  curves: { label: string; key: Key }[];
  unit: 'percent' | 'bytes' | 'rate';
}

const charts: readonly ChartSpec[] = [
  { key: 'cpu', curves: [{ label: 'cpu', key: 'cpuPercent' }], unit: 'percent' },
  {
    key: 'memory',
    curves: [
      { label: 'used', key: 'memoryUsedBytes' },
      { label: 'total', key: 'memoryTotalBytes' },
    ],
    unit: 'bytes',
  },
  {
    key: 'disk',
    curves: [
      { label: 'read', key: 'diskReadBytesPerSecond' },
      { label: 'write', key: 'diskWriteBytesPerSecond' },
    ],
    unit: 'rate',
  },
  {
    key: 'network',
    curves: [
      { label: 'receive', key: 'netReceiveBytesPerSecond' },
      { label: 'send', key: 'netSendBytesPerSecond' },
    ],
    unit: 'rate',
  },
];

/** Live CPU, memory, disk and network of one machine. */
export function UsagePanel({ machine, isRunning, isOnline }: UsagePanelProps): ReactNode {
  const { t, i18n } = useTranslation('machineDetails');
  const trpc = useTRPC();
  const [history, setHistory] = useState<readonly UsageSample[]>([]);
  const isWatched = isRunning && isOnline;
  const { error } = useSubscription(
    trpc.machines.watchUsage.subscriptionOptions(
      { connectionId: machine.connectionId, id: machine.id },
      { enabled: isWatched, onData: (sample) => setHistory((present) => addSample(present, sample)) },
    ),
  );
  const times = useMemo(() => history.map((sample) => sample.timeMs), [history]);
  const reason = isWatched && error !== null ? errorText(toAppError(error), t, i18n).title : null;
  const language = i18n.language;

  const formats = {
    percent: (value: number) => formatPercent(value, language),
    bytes: (value: number) => formatBytes(value, language),
    rate: (value: number) => formatBytesPerSecond(value, language),
  };
  return (
    <Paper variant="outlined" component="section" aria-label={t('usage.title')} sx={{ p: 2 }}>
      <Stack direction="row" spacing={1.5} sx={{ alignItems: 'baseline', mb: 1.5 }}>
        <Typography variant="subtitle1" component="h2" sx={{ fontWeight: 600 }}>
          {t('usage.title')}
        </Typography>
        <Typography variant="caption" color="text.secondary" sx={{ flex: 1 }}>
          {t('usage.window', { minutes: HISTORY_MS / 60_000 })}
        </Typography>
        <Typography variant="caption" color="text.secondary" aria-live="polite">
          {!isRunning
            ? t('usage.off')
            : reason !== null
              ? t('usage.stopped', { reason })
              : history.length === 0 && isOnline
                ? t('usage.waiting')
                : ''}
        </Typography>
      </Stack>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(380px, 1fr))', gap: 3 }}>
        {charts.map((chart) => (
          <Chart
            key={chart.key}
            chart={chart}
            history={history}
            times={times}
            format={formats[chart.unit]}
            language={language}
            isStale={!isWatched || reason !== null}
          />
        ))}
      </Box>
    </Paper>
  );
}

interface ChartProps {
  chart: ChartSpec;
  history: readonly UsageSample[];
  times: number[];
  format: (value: number) => string;
  language: string;
  isStale: boolean;
}

function Chart({ chart, history, times, format, language, isStale }: ChartProps): ReactNode {
  const { t } = useTranslation('machineDetails');
  const title = t(`usage.${chart.key}`);
  const curves = useMemo<Curve[]>(
    () =>
      chart.curves.map(({ label, key }) => ({
        label: t(`usage.${label}`),
        values: history.map((sample) => sample[key]),
      })),
    [chart, history, t],
  );
  return (
    <LiveChart
      title={title}
      description={t('usage.chart', { name: title })}
      times={times}
      curves={curves}
      format={format}
      unknown="–"
      language={language}
      {...(chart.unit === 'percent' && { top: 100 })}
      minTop={chart.unit === 'bytes' ? 2 ** 20 : 2 ** 12}
      isBinary={chart.unit !== 'percent'}
      isStale={isStale}
    />
  );
}
