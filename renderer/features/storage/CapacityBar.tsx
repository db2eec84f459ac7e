import { Box, LinearProgress, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { formatBytes } from '../../ui/format.ts';
import { usageText } from './pool-columns.tsx';
import { sharePercent } from './storage-cells.tsx';

/** How much of a pool is taken and what is left; nothing where it does not tell. */
export function CapacityBar({ pool }: { pool: StoragePool }): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const percent = sharePercent(pool.allocationBytes, pool.capacityBytes);
  if (percent === null) return null;
  const color = percent >= 95 ? 'error' : percent >= 85 ? 'warning' : 'primary';
  return (
    <Stack spacing={0.5} sx={{ maxWidth: 480 }}>
      <LinearProgress
        variant="determinate"
        value={percent}
        color={color}
        aria-label={t('capacityBar')}
        sx={{ height: 6, borderRadius: 3 }}
      />
      <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2 }}>
        <Typography variant="caption" color="text.secondary">
          {usageText(pool, t, i18n.language)}
        </Typography>
        <Typography variant="caption" color="text.secondary">
          {t('free', { size: formatBytes(pool.availableBytes ?? 0, i18n.language) })}
        </Typography>
      </Box>
    </Stack>
  );
}
