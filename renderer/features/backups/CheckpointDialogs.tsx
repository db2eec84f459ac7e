import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Checkpoint } from '../../../shared/contract/backups.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { CopyLine } from '../../ui/copy.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';

interface RestoreHelpProps {
  checkpoint: Checkpoint;
  onClose: () => void;
}

/** Says what to type on the host to have disks back as they were at a backup. */
export function RestoreHelp({ checkpoint: { name, restore }, onClose }: RestoreHelpProps): ReactNode {
  const { t } = useTranslation('backups');
  const titleId = useId();
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} fullWidth maxWidth="md">
      <DialogTitle id={titleId} sx={{ overflowWrap: 'anywhere' }}>
        {t('howToRestore.title', { name })}
      </DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <Typography variant="body2" color="text.secondary">
            {t('howToRestore.text')}
          </Typography>
          {restore.map(({ target, commands }) => (
            <Stack key={target} spacing={0.75} component="section" aria-label={target}>
              <Typography variant="subtitle2">{target}</Typography>
              {commands.map((command) => (
                <CopyLine key={command} text={command} />
              ))}
            </Stack>
          ))}
          <Typography variant="body2" color="text.secondary">
            {t('howToRestore.after')}
          </Typography>
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('howToRestore.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}

interface RemoveCheckpointDialogProps extends RestoreHelpProps {
  machine: Machine;
}

/** Says what a checkpoint was good for, then forgets it. */
export function RemoveCheckpointDialog({ machine, checkpoint, onClose }: RemoveCheckpointDialogProps): ReactNode {
  const { t } = useTranslation('backups');
  const { mutateAsync } = useMutation(useTRPC().backups.removeCheckpoint.mutationOptions());
  const { connectionId, id } = machine;
  const { name } = checkpoint;
  return (
    <TaskDialog
      title={t('remove.title', { name })}
      submit={t('remove.action')}
      isDangerous
      canSubmit
      start={async () => [(await mutateAsync({ connectionId, id, name })).taskId]}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t('remove.text')}
      </Typography>
    </TaskDialog>
  );
}
