import { mdiDeleteOutline, mdiRestore } from '@mdi/js';
import { Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Checkpoint } from '../../../shared/contract/backups.ts';
import { formatDateTime } from '../../ui/format.ts';
import { ReasonButton } from '../snapshots/ReasonButton.tsx';

interface CheckpointTableProps {
  checkpoints: readonly Checkpoint[];
  /** Why none can be deleted now; null where it can. */
  why: string | null;
  onRestore: (checkpoint: Checkpoint) => void;
  onRemove: (checkpoint: Checkpoint) => void;
}

/** Backups that left a checkpoint, the newest first. */
export function CheckpointTable({ checkpoints, why, onRestore, onRemove }: CheckpointTableProps): ReactNode {
  const { t, i18n } = useTranslation('backups');
  return (
    <Table size="small" aria-label={t('checkpoints')} sx={{ '& th': { whiteSpace: 'nowrap' } }}>
      <TableHead>
        <TableRow>
          <TableCell sx={{ pl: 3 }}>{t('columns.name')}</TableCell>
          <TableCell>{t('columns.created')}</TableCell>
          <TableCell>{t('columns.what')}</TableCell>
          <TableCell>{t('columns.disks')}</TableCell>
          <TableCell>{t('columns.files')}</TableCell>
          <TableCell align="right" sx={{ pr: 3 }}>
            {t('columns.actions')}
          </TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {[...checkpoints].reverse().map((checkpoint) => {
          const { name, createdAt, since, disks, files, restore } = checkpoint;
          const everything = files.length === 0 ? t('noFiles') : t('everything');
          return (
            <TableRow key={name} hover aria-label={name}>
              <TableCell sx={{ pl: 3, whiteSpace: 'nowrap' }}>{name}</TableCell>
              <TableCell sx={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
                {createdAt === null ? '' : formatDateTime(createdAt, i18n.language)}
              </TableCell>
              <TableCell sx={{ minWidth: 160 }}>
                {since === null ? everything : t('changesSince', { name: since })}
              </TableCell>
              <TableCell>{disks.join(', ')}</TableCell>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>
                {files.map(({ target, path }) => (
                  <Typography
                    key={target}
                    variant="body2"
                    sx={{ fontFamily: 'var(--vd-font-mono)', fontSize: '0.75rem' }}
                  >
                    {path}
                  </Typography>
                ))}
              </TableCell>
              <TableCell align="right" sx={{ pr: 3, whiteSpace: 'nowrap' }}>
                <ReasonButton
                  icon={mdiRestore}
                  title={t('howToRestore.action')}
                  label={t('howToRestore.named', { name })}
                  reason={restore.length === 0 ? t('howToRestore.unknown') : null}
                  onClick={() => onRestore(checkpoint)}
                />
                <ReasonButton
                  icon={mdiDeleteOutline}
                  title={t('remove.action')}
                  label={t('remove.named', { name })}
                  reason={why}
                  onClick={() => onRemove(checkpoint)}
                />
              </TableCell>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}
