import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  LinearProgress,
  Stack,
  Typography,
} from '@mui/material';
import { useEffect, useEffectEvent, useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { HostDisk } from '../../../shared/contract/disks.ts';
import { toAppError } from '../../core-client/core.tsx';
import { itemKey, useStorageVolumes } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { DeleteVolumesDialog } from '../storage/DeleteVolumesDialog.tsx';
import { volumeOf } from './disk-rows.ts';
import type { Disks } from './use-disks.ts';

interface DeleteDisksDialogProps {
  chosen: readonly HostDisk[];
  disks: Disks;
  onClose: () => void;
}

/**
 * Asks before disks are deleted. What is based on them stands in the other disks of their hosts only, which are all
 * read first.
 */
export function DeleteDisksDialog({ chosen, disks, onClose }: DeleteDisksDialogProps): ReactNode {
  const { t } = useTranslation('disks');
  const titleId = useId();
  const [error, setError] = useState<AppErrorData | null>(null);
  const [isChecked, setChecked] = useState(false);
  const hosts = new Set(chosen.map(({ connectionId }) => connectionId));
  const known = disks.disks
    .filter(({ connectionId }) => hosts.has(connectionId))
    .map((disk) => disks.read.get(itemKey(disk)) ?? disk);
  const check = useEffectEvent(() => {
    disks.readAll(known.filter(({ isRead }) => !isRead)).then(
      () => setChecked(true),
      (thrown: unknown) => setError(toAppError(thrown)),
    );
  });
  useEffect(() => check(), []);

  if (isChecked) {
    const keys = new Set(chosen.map(itemKey));
    const pools = new Map<string, string>(
      chosen.flatMap(({ pool, ...disk }) => (pool === null ? [] : [[pool.id, disk.connectionId] as const])),
    );
    return (
      <>
        {[...pools].map(([poolId, connectionId]) => (
          <KeepOpen key={poolId} poolId={poolId} connectionId={connectionId} />
        ))}
        <DeleteVolumesDialog
          volumes={known.filter((disk) => keys.has(itemKey(disk))).flatMap((disk) => volumeOf(disk) ?? [])}
          others={known.flatMap((disk) => volumeOf(disk) ?? [])}
          onClose={onClose}
        />
      </>
    );
  }
  const done = known.filter(({ isRead }) => isRead).length;
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} fullWidth maxWidth="sm">
      <DialogTitle id={titleId}>{t('checking.title')}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <Typography variant="body2" color="text.secondary">
            {t('checking.text')}
          </Typography>
          {error === null ? (
            <LinearProgress
              variant="determinate"
              aria-label={t('checking.title')}
              value={(done / Math.max(1, known.length)) * 100}
            />
          ) : (
            <ErrorDetails error={error} />
          )}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose}>
          {t('checking.cancel')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** The core looks at a pool's volumes before each of them is deleted; while somebody watches it knows them. */
function KeepOpen({ poolId, connectionId }: { poolId: string; connectionId: string }): ReactNode {
  useStorageVolumes(connectionId, poolId);
  return null;
}
