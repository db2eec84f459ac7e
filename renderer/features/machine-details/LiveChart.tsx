import { useColorScheme } from '@mui/material';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Box, Stack, Typography } from '@mui/material';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { HISTORY_MS, type Curve } from './usage-history.ts';

interface LiveChartProps {
  title: string;
  /** Says to a screen reader what the picture shows. */
  description: string;
  /** Epoch ms of each value. */
  times: number[];
  curves: Curve[];
  format: (value: number) => string;
  unknown: string;
  language: string;
  /** How much time it shows, in milliseconds. */
  spanMs?: number;
  /** Fixed top of the scale, e.g. 100 for percent; else the highest value, at least `minTop`. */
  top?: number;
  minTop: number;
  /** Bytes are scaled in powers of two. */
  isBinary: boolean;
  /** Drawn grey, because no new figures come. */
  isStale: boolean;
}

const HEIGHT = 132;
/** The theme's primary and accent, as the canvas needs them. */
const palette = { light: ['#1f6686', '#d07a12'], dark: ['#78c4e4', '#f2a541'] } as const;
const binarySteps = Array.from({ length: 50 }, (_, power) => 2 ** power);

/**
 * A live chart on a canvas (uPlot), with the values under the pointer, else the newest, in its legend. Its height never
 * changes, so that nothing on the page jumps while figures come in.
 */
export function LiveChart(props: LiveChartProps): ReactNode {
  const { title, description, times, curves, format, unknown, language, top, minTop, isBinary, isStale } = props;
  const { spanMs = HISTORY_MS } = props;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const { mode, systemMode } = useColorScheme();
  const isDark = (mode === 'system' ? systemMode : mode) === 'dark';
  const colors = isStale ? ['#8d96a0', '#b1b8c0'] : palette[isDark ? 'dark' : 'light'];
  const curveCount = curves.length;
  // What the chart's callbacks read; they are made once per look.
  const latest = useRef({ format, language, spanMs });
  useEffect(() => {
    latest.current = { format, language, spanMs };
  });

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const ink = isDark ? 'rgba(255,255,255,0.6)' : 'rgba(0,0,0,0.6)';
    const grid = { stroke: isDark ? 'rgba(255,255,255,0.08)' : 'rgba(0,0,0,0.07)', width: 1 };
    const font = `11px ${getComputedStyle(element).fontFamily}`;
    const plot = new UPlot(
      {
        width: Math.max(100, element.clientWidth),
        height: HEIGHT,
        padding: [8, 8, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
        scales: {
          x: { time: true, range: (_plot, _min, max) => [max - latest.current.spanMs / 1_000, max] },
          y: { range: (_plot, _min, max) => [0, top ?? Math.max(minTop, max * 1.1)] },
        },
        axes: [
          {
            stroke: ink,
            font,
            grid,
            ticks: { show: false },
            size: 24,
            space: 70,
            values: (_plot, splits) => splits.map((seconds) => timeText(seconds * 1_000, latest.current.language)),
          },
          {
            stroke: ink,
            font,
            grid,
            ticks: { show: false },
            size: 76,
            space: 32,
            ...(isBinary && { incrs: binarySteps }),
            values: (_plot, splits) => splits.map((value) => latest.current.format(value)),
          },
        ],
        series: [
          {},
          ...Array.from({ length: curveCount }, (_, at) => ({
            stroke: colors[at] ?? ink,
            width: 1.75,
            fill: `${colors[at] ?? '#888888'}${at === 0 ? '26' : '14'}`,
            points: { show: false },
          })),
        ],
        hooks: { setCursor: [(plotted) => setPointed(plotted.cursor.idx ?? null)] },
      },
      [[], ...Array.from({ length: curveCount }, () => [])],
      element,
    );
    chart.current = plot;
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(100, element.clientWidth), height: HEIGHT }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
    // Colours follow from isDark and isStale.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isDark, isStale, curveCount, top, minTop, isBinary]);

  useEffect(() => {
    chart.current?.setData([times.map((time) => time / 1_000), ...curves.map((curve) => curve.values)]);
  }, [times, curves, isDark, isStale]);

  const shown = pointed !== null && pointed < times.length ? pointed : times.length - 1;
  return (
    <Stack component="figure" spacing={0.5} sx={{ m: 0, minWidth: 0 }}>
      <Stack direction="row" spacing={2} sx={{ alignItems: 'baseline', px: 0.5 }}>
        <Typography variant="subtitle2" component="figcaption" sx={{ flex: 1 }}>
          {title}
        </Typography>
        {curves.map((curve, at) => {
          const value = curve.values[shown] ?? null;
          return (
            <Stack key={curve.label} direction="row" spacing={0.75} sx={{ alignItems: 'center' }}>
              {curves.length > 1 && (
                <Box sx={{ width: 8, height: 8, borderRadius: '2px', bgcolor: colors[at] }} aria-hidden />
              )}
              {curves.length > 1 && (
                <Typography variant="caption" color="text.secondary">
                  {curve.label}
                </Typography>
              )}
              <Typography
                variant="caption"
                sx={{ fontVariantNumeric: 'tabular-nums', fontWeight: 600, minWidth: 68, textAlign: 'right' }}
              >
                {value === null ? unknown : format(value)}
              </Typography>
            </Stack>
          );
        })}
      </Stack>
      <Box ref={host} role="img" aria-label={description} sx={{ height: HEIGHT, overflow: 'hidden' }} />
    </Stack>
  );
}

function timeText(timeMs: number, language: string): string {
  return new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  }).format(timeMs);
}
