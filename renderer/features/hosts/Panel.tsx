import { Box, Paper, Skeleton, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';

interface PanelProps {
  title: string;
  /** Beside the title, e.g. a count. */
  note?: ReactNode;
  children: ReactNode;
}

/** A titled part of a host's overview. */
export function Panel({ title, note, children }: PanelProps): ReactNode {
  return (
    <Paper variant="outlined" component="section" aria-label={title} sx={{ p: 2, minWidth: 0 }}>
      <Stack direction="row" spacing={1.5} sx={{ alignItems: 'baseline', mb: 1 }}>
        <Typography variant="subtitle1" component="h2" sx={{ fontWeight: 600, flex: 1 }}>
          {title}
        </Typography>
        {note !== undefined && (
          <Typography variant="caption" color="text.secondary" component="div">
            {note}
          </Typography>
        )}
      </Stack>
      {children}
    </Paper>
  );
}

/** A fact; one whose value is empty is not shown. */
export interface Fact {
  key: string;
  label: string;
  value: string;
}

/** Labels and values, one a line. */
export function FactList({ facts }: { facts: readonly Fact[] }): ReactNode {
  return (
    <Box component="dl" sx={{ m: 0 }}>
      {facts
        .filter(({ value }) => value !== '')
        .map(({ key, label, value }) => (
          <Box key={key} sx={{ display: 'grid', gridTemplateColumns: '104px minmax(0, 1fr)', columnGap: 2, py: 0.375 }}>
            <Typography component="dt" variant="body2" color="text.secondary">
              {label}
            </Typography>
            <Typography
              component="dd"
              variant="body2"
              sx={{ m: 0, overflowWrap: 'anywhere', fontVariantNumeric: 'tabular-nums' }}
            >
              {value}
            </Typography>
          </Box>
        ))}
    </Box>
  );
}

/** Lines in place of what is on its way. */
export function Waiting({ rows }: { rows: number }): ReactNode {
  return Array.from({ length: rows }, (_, row) => <Skeleton key={row} height={26} aria-hidden />);
}

interface MeterProps {
  label: string;
  /** What is said beside it. */
  text: string;
  /** 0 to 100 and, where more is promised than there is, beyond. */
  percent: number;
  /** From here on it is a reason to look. */
  warnsFrom?: number;
}

/** How much of something is taken, in words and as a bar. */
export function Meter({ label, text, percent, warnsFrom = Infinity }: MeterProps): ReactNode {
  return (
    <Stack spacing={0.5}>
      <Stack direction="row" spacing={1} sx={{ justifyContent: 'space-between' }}>
        <Typography variant="body2" noWrap title={label}>
          {label}
        </Typography>
        <Typography variant="caption" color="text.secondary" noWrap sx={{ fontVariantNumeric: 'tabular-nums' }}>
          {text}
        </Typography>
      </Stack>
      <Box aria-hidden sx={{ height: 5, borderRadius: 3, bgcolor: 'action.selected', overflow: 'hidden' }}>
        <Box
          sx={{ height: '100%', borderRadius: 3, bgcolor: percent >= warnsFrom ? 'warning.main' : 'primary.main' }}
          style={{ width: `${Math.min(100, Math.max(0, percent))}%` }}
        />
      </Box>
    </Stack>
  );
}
