import { TextField, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import { snapshotName, type DomainSnapshot } from '../../../shared/contract/snapshots.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';

const MAX_DESCRIPTION = 1_000;

interface TakeSnapshotDialogProps {
  machine: Machine;
  taken: readonly DomainSnapshot[];
  onClose: () => void;
}

/** Asks for a name and takes a snapshot. */
export function TakeSnapshotDialog({ machine, taken, onClose }: TakeSnapshotDialogProps): ReactNode {
  const { t } = useTranslation('snapshots');
  const trpc = useTRPC();
  const { mutateAsync } = useMutation(trpc.snapshots.create.mutationOptions());
  const [name, setName] = useState(() => freeName(taken));
  const [description, setDescription] = useState('');
  const fault = faultOf(name, taken);
  const isOn = machine.state !== 'stopped' && machine.state !== 'crashed';
  return (
    <TaskDialog
      title={t('take.title', { name: machine.name })}
      submit={t('take.submit')}
      canSubmit={fault === null}
      start={async () => {
        const { connectionId, id } = machine;
        return [(await mutateAsync({ connectionId, id, name: name.trim(), description })).taskId];
      }}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t(isOn ? 'take.running' : 'take.off')}
      </Typography>
      <TextField
        label={t('take.name')}
        value={name}
        autoFocus
        required
        error={fault !== null}
        helperText={fault === null ? ' ' : t(`take.faults.${fault}`)}
        onChange={({ target }) => setName(target.value)}
      />
      <TextField
        label={t('take.description')}
        value={description}
        multiline
        minRows={2}
        maxRows={6}
        slotProps={{ htmlInput: { maxLength: MAX_DESCRIPTION } }}
        onChange={({ target }) => setDescription(target.value)}
      />
    </TaskDialog>
  );
}

function freeName(taken: readonly DomainSnapshot[]): string {
  const names = new Set(taken.map(({ name }) => name));
  let number = taken.length + 1;
  while (names.has(`snapshot-${number}`)) number++;
  return `snapshot-${number}`;
}

function faultOf(name: string, taken: readonly DomainSnapshot[]): 'empty' | 'taken' | 'notAllowed' | null {
  if (name.trim() === '') return 'empty';
  if (!snapshotName.safeParse(name).success) return 'notAllowed';
  return taken.some((each) => each.name === name.trim()) ? 'taken' : null;
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
  return (
    <TaskDialog
      title={t(`${what}.title`, { name: snapshot.name, machine: machine.name })}
      submit={t(`${what}.action`)}
      isDangerous
      canSubmit
      start={async () => {
        const { mutateAsync } = what === 'revert' ? revert : remove;
        return [(await mutateAsync({ connectionId, id, name: snapshot.name })).taskId];
      }}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {what === 'remove' ? t('remove.text') : t(snapshot.hasMemory ? 'revert.withMemory' : 'revert.text')}
      </Typography>
    </TaskDialog>
  );
}
