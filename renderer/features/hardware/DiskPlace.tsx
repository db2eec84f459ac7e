import { mdiFolderMoveOutline } from '@mdi/js';
import { Button, Stack, Tooltip, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyLine } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import { MoveDiskDialog } from '../snapshots/MoveDiskDialog.tsx';
import type { DevicePageProps } from './ChangeForm.tsx';

/** Where a disk is on the host, and the way to move it. */
export function DiskPlace({ machine, hardware, device, locked }: DevicePageProps): ReactNode {
  const { t } = useTranslation('diskMoves');
  const [isMoving, setMoving] = useState(false);
  const path = device.facts.find((fact) => /^source\.(file|dev|name|volume)$/.test(fact.path))?.value ?? null;
  const pool = device.facts.find((fact) => fact.path === 'source.pool')?.value ?? null;
  // What comes with the next start only is nowhere yet that could be copied from.
  if (path === null || (hardware.isRunning && device.presence === 'next')) return null;
  return (
    <Stack spacing={1} sx={{ maxWidth: 560, alignItems: 'flex-start' }}>
      <Typography variant="subtitle2" component="h3">
        {t('place')}
      </Typography>
      <CopyLine text={path} />
      {pool !== null && <Typography variant="body2">{t('inPool', { pool })}</Typography>}
      <Tooltip title={locked ?? ''}>
        <span>
          <Button
            size="small"
            variant="outlined"
            startIcon={<Icon path={mdiFolderMoveOutline} />}
            disabled={locked !== null}
            onClick={() => setMoving(true)}
          >
            {t('action')}
          </Button>
        </span>
      </Tooltip>
      {isMoving && (
        <MoveDiskDialog machine={machine} disk={{ target: device.label }} onClose={() => setMoving(false)} />
      )}
    </Stack>
  );
}
