import { Alert, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StorageVolume } from '../../../shared/contract/storage.ts';
import { toAppError, useCore, useTRPC } from '../../core-client/core.tsx';
import { errorText } from '../../ui/error-text.ts';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { pickFile } from './pick-file.ts';
import { receiveFile } from './receive-file.ts';
import { TransferMeter } from './transfer-meter.ts';
import { Checksum, TransferText } from './TransferText.tsx';

interface VolumeBytesDialogProps {
  volume: StorageVolume;
  onClose: () => void;
}

/** Takes a volume to this computer. */
export function DownloadVolumeDialog({ volume, onClose }: VolumeBytesDialogProps): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const trpc = useTRPC();
  const core = useCore();
  const download = useMutation(trpc.storage.downloadVolume.mutationOptions());
  const [transfer, setTransfer] = useState<{ meter: TransferMeter; totalBytes: number | null } | null>(null);
  const { connectionId, poolId, name } = volume;
  const start = async (): Promise<string[]> => {
    const target = await pickFile(name);
    if (target === null) return [];
    try {
      const { taskId, ticket, sizeBytes } = await download.mutateAsync({ connectionId, poolId, name });
      const meter = new TransferMeter();
      setTransfer({ meter, totalBytes: sizeBytes });
      // Goes on when the dialog is left; how it ends is told by the task, and by this page where the disk is full.
      receiveFile(await core.openBytes(ticket), target, (byteCount) => meter.add(byteCount)).catch((error: unknown) =>
        enqueueSnackbar(t('transfer.notWritten', { name, reason: errorText(toAppError(error), t, i18n).title }), {
          variant: 'error',
        }),
      );
      return [taskId];
    } catch (error) {
      await target.abort();
      throw error;
    }
  };
  return (
    <TaskDialog
      title={t('form.downloadTitle', { name })}
      submit={t('actions.download')}
      canSubmit
      start={start}
      onClose={onClose}
      done={([taskId]) => taskId !== undefined && <Checksum taskId={taskId} />}
    >
      <RunningWarning volume={volume} />
      <Typography variant="body2" color="text.secondary">
        {t(volume.backingPath === null ? 'form.downloadHint' : 'form.downloadOverlayHint', {
          base: volume.backingPath ?? '',
        })}
      </Typography>
      {transfer !== null && <TransferText {...transfer} />}
    </TaskDialog>
  );
}

/** Reads a volume on its host and shows the SHA-256 of it. */
export function ChecksumDialog({ volume, onClose }: VolumeBytesDialogProps): ReactNode {
  const { t } = useTranslation('storage');
  const trpc = useTRPC();
  const checksum = useMutation(trpc.storage.checksumVolume.mutationOptions());
  const { connectionId, poolId, name } = volume;
  return (
    <TaskDialog
      title={t('form.checksumTitle', { name })}
      submit={t('form.checksum')}
      canSubmit
      start={async () => [(await checksum.mutateAsync({ connectionId, poolId, name })).taskId]}
      onClose={onClose}
      done={([taskId]) => taskId !== undefined && <Checksum taskId={taskId} />}
    >
      <RunningWarning volume={volume} />
      <Typography variant="body2" color="text.secondary">
        {t('form.checksumHint')}
      </Typography>
    </TaskDialog>
  );
}

/** Says that the volume changes while it is read. */
export function RunningWarning({ volume }: { volume: StorageVolume }): ReactNode {
  const { t } = useTranslation('storage');
  const running = (volume.usedBy ?? []).filter(({ isRunning }) => isRunning).map(({ name }) => name);
  if (running.length === 0) return null;
  return (
    <Alert severity="warning" variant="outlined">
      {t('form.cloneRunning', { machines: running.join(', ') })}
    </Alert>
  );
}
