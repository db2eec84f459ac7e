import { Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StorageVolume } from '../../../shared/contract/storage.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { formatBytes } from '../../ui/format.ts';
import { TaskDialog } from '../../ui/task-dialog.tsx';

/** Says what is destroyed, and overwrites a volume with zeros. */
export function WipeVolumeDialog({ volume, onClose }: { volume: StorageVolume; onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const wipe = useMutation(useTRPC().storage.wipeVolume.mutationOptions());
  const { connectionId, poolId, name, format } = volume;
  return (
    <TaskDialog
      title={t('wiping.title', { name })}
      submit={t('actions.wipe')}
      isDangerous
      canSubmit
      start={async () => [(await wipe.mutateAsync({ connectionId, poolId, name })).taskId]}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t('wiping.text', { size: formatBytes(volume.allocationBytes ?? 0, i18n.language) })}
      </Typography>
      {format !== null && format !== 'raw' && (
        <Typography variant="body2" color="text.secondary">
          {t('wiping.format', { format })}
        </Typography>
      )}
    </TaskDialog>
  );
}
