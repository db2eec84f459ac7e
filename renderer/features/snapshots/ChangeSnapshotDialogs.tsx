import { TextField, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { DomainSnapshot } from '../../../shared/contract/snapshots.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { DescriptionField } from './DescriptionField.tsx';

interface DescribeSnapshotDialogProps {
  machine: Machine;
  snapshot: DomainSnapshot;
  onClose: () => void;
}

/** Asks for another description. */
export function DescribeSnapshotDialog({ machine, snapshot, onClose }: DescribeSnapshotDialogProps): ReactNode {
  const { t } = useTranslation('snapshots');
  const { mutateAsync } = useMutation(useTRPC().snapshots.describe.mutationOptions());
  const [description, setDescription] = useState(snapshot.description);
  const { connectionId, id } = machine;
  return (
    <TaskDialog
      title={t('describe.title', { name: snapshot.name })}
      submit={t('describe.submit')}
      canSubmit={description !== snapshot.description}
      start={async () => [(await mutateAsync({ connectionId, id, name: snapshot.name, description })).taskId]}
      onClose={onClose}
    >
      <DescriptionField value={description} onChange={setDescription} autoFocus />
    </TaskDialog>
  );
}

interface ChangeSnapshotDialogProps {
  machine: Machine;
  snapshot: DomainSnapshot;
  what: 'revert' | 'remove';
  onClose: () => void;
}

/** Says what is lost, then goes back to a snapshot or removes it. */
export function ChangeSnapshotDialog({ machine, snapshot, what, onClose }: ChangeSnapshotDialogProps): ReactNode {
  const { t } = useTranslation('snapshots');
  const trpc = useTRPC();
  const revert = useMutation(trpc.snapshots.revert.mutationOptions());
  const remove = useMutation(trpc.snapshots.remove.mutationOptions());
  const { connectionId, id } = machine;
  const { name, kind, hasMemory, memoryFile } = snapshot;
  const removal = kind === 'external' ? 'remove.external' : 'remove.text';
  return (
    <TaskDialog
      title={t(`${what}.title`, { name, machine: machine.name })}
      submit={t(`${what}.action`)}
      isDangerous
      canSubmit
      start={async () => {
        const { mutateAsync } = what === 'revert' ? revert : remove;
        return [(await mutateAsync({ connectionId, id, name })).taskId];
      }}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t(what === 'remove' ? removal : hasMemory ? 'revert.withMemory' : 'revert.text')}
      </Typography>
      {what === 'remove' && memoryFile !== null && (
        <TextField
          label={t('remove.memoryFile')}
          value={memoryFile}
          size="small"
          helperText={t('remove.memoryHint')}
          slotProps={{ input: { readOnly: true } }}
        />
      )}
    </TaskDialog>
  );
}
