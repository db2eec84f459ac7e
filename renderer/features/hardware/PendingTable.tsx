import { Box, Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A setting that is another one after the next start; null where it is not set. */
interface PendingRow {
  key: string;
  label: string;
  now: string | null;
  next: string | null;
}

/** What the next start changes. */
export function PendingTable({ rows }: { rows: readonly PendingRow[] }): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Box>
      <Typography variant="subtitle2" gutterBottom>
        {t('pending.title')}
      </Typography>
      <Table size="small" aria-label={t('pending.title')} sx={{ maxWidth: 720 }}>
        <TableHead>
          <TableRow>
            <TableCell>{t('pending.setting')}</TableCell>
            <TableCell>{t('pending.now')}</TableCell>
            <TableCell>{t('pending.next')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map(({ key, label, now, next }) => (
            <TableRow key={key}>
              <TableCell>{label}</TableCell>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>{now ?? t('pending.unset')}</TableCell>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>{next ?? t('pending.unset')}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
