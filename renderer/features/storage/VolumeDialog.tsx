import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Link, Typography } from '@mui/material';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { StorageVolume } from '../../../shared/contract/storage.ts';
import { CopyLine } from '../../ui/copy.tsx';
import { formatBytes, formatCount } from '../../ui/format.ts';
import { machinePath } from '../machines/machine-path.ts';
import { VolumeMore } from './VolumeMore.tsx';

/** What is known of one volume, and the machines that use it. */
export function VolumeDialog({ volume, onClose }: { volume: StorageVolume; onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const titleId = useId();
  const { name, path, format, type, capacityBytes, allocationBytes, backingPath, usedBy, connectionId } = volume;
  const size = (bytes: number | null): string =>
    bytes === null
      ? t('unknown')
      : t('exactSize', {
          size: formatBytes(bytes, i18n.language),
          bytes: formatCount(bytes, i18n.language),
        });
  const facts: [string, ReactNode][] = [
    [t('volumeColumns.path'), path === null ? t('unknown') : <CopyLine text={path} />],
    [t('volumeColumns.format'), format ?? type ?? t('unknown')],
    [t('volumeColumns.capacity'), size(capacityBytes)],
    [t('volumeColumns.allocation'), size(allocationBytes)],
    ...(backingPath === null
      ? []
      : [[t('volumeColumns.backing'), <CopyLine key="backing" text={backingPath} />] satisfies [string, ReactNode]]),
    [
      t('volumeColumns.usedBy'),
      usedBy === null
        ? t('unknownUsers')
        : usedBy.length === 0
          ? t('nobody')
          : usedBy.map((user) => (
              <Box key={user.id}>
                <Link component={RouterLink} to={machinePath({ connectionId, id: user.id })}>
                  {user.name}
                </Link>
              </Box>
            )),
    ],
  ];
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} fullWidth maxWidth="sm">
      <DialogTitle id={titleId} sx={{ overflowWrap: 'anywhere' }}>
        {name}
      </DialogTitle>
      <DialogContent>
        <Box
          component="dl"
          sx={{
            m: 0,
            display: 'grid',
            gridTemplateColumns: 'auto 1fr',
            columnGap: 3,
            rowGap: 1.5,
            alignItems: 'center',
          }}
        >
          {facts.map(([label, value]) => (
            <Box key={label} sx={{ display: 'contents' }}>
              <Typography component="dt" variant="body2" color="text.secondary">
                {label}
              </Typography>
              <Typography component="dd" variant="body2" sx={{ m: 0, minWidth: 0, overflowWrap: 'anywhere' }}>
                {value}
              </Typography>
            </Box>
          ))}
        </Box>
        <VolumeMore volume={volume} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} autoFocus>
          {t('close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
