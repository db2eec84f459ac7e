import {
  Checkbox,
  FormControl,
  FormControlLabel,
  FormGroup,
  FormHelperText,
  FormLabel,
  Radio,
  RadioGroup,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import {
  snapshotForms,
  type DomainSnapshot,
  type SnapshotForm,
  type SnapshotOffer,
} from '../../../shared/contract/snapshots.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { DescriptionField } from './DescriptionField.tsx';
import { reasonText } from './reasons.ts';
import { firstDraft, snapshotFaults, type SnapshotDraft } from './snapshot-form.ts';

interface TakeSnapshotDialogProps {
  machine: Machine;
  offer: SnapshotOffer;
  taken: readonly DomainSnapshot[];
  onClose: () => void;
}

/** Asks what a snapshot is to be and takes it. */
export function TakeSnapshotDialog({ machine, offer, taken, onClose }: TakeSnapshotDialogProps): ReactNode {
  const { t } = useTranslation('snapshots');
  const { mutateAsync } = useMutation(useTRPC().snapshots.create.mutationOptions());
  const [draft, setDraft] = useState(() => firstDraft(offer, taken, machine.name));
  const set = (change: Partial<SnapshotDraft>): void => setDraft((old) => ({ ...old, ...change }));
  const faults = snapshotFaults(draft, offer, taken);
  const fault = (field: keyof typeof faults): string | null => {
    const found = faults[field];
    return found === undefined ? null : t(`take.faults.${found}`);
  };
  const { form } = draft;
  const canSubmit = Object.keys(faults).length === 0 && offer.obstacles[form] === null;
  const start = async (): Promise<string[]> => {
    const { connectionId, id } = machine;
    const isExternal = form !== 'internal';
    const folder = draft.folder.trim();
    const { taskId } = await mutateAsync({
      ...{ connectionId, id, form, name: draft.name.trim(), description: draft.description },
      disks: isExternal ? [...draft.disks] : null,
      folder: isExternal && folder !== '' ? folder : null,
      memoryFile: form === 'full' ? draft.memoryFile.trim() : null,
      quiesce: form === 'disks' && draft.quiesce,
    });
    return [taskId];
  };
  return (
    <TaskDialog
      title={t('take.title', { name: machine.name })}
      submit={t('take.submit')}
      canSubmit={canSubmit}
      start={start}
      onClose={onClose}
    >
      <TextField
        label={t('take.name')}
        value={draft.name}
        autoFocus
        required
        error={fault('name') !== null}
        helperText={fault('name')}
        onChange={({ target }) => set({ name: target.value })}
      />
      <DescriptionField value={draft.description} onChange={(description) => set({ description })} />
      <FormChoice offer={offer} value={form} onChange={(next) => set({ form: next })} />
      {form !== 'internal' && (
        <>
          <DiskChoice offer={offer} value={draft.disks} fault={fault('disks')} onChange={(disks) => set({ disks })} />
          <TextField
            label={t('take.folder')}
            value={draft.folder}
            error={fault('folder') !== null}
            helperText={fault('folder') ?? t('take.folderHint')}
            placeholder={offer.folder ?? ''}
            onChange={({ target }) => set({ folder: target.value })}
          />
        </>
      )}
      {form === 'full' && (
        <TextField
          label={t('take.memoryFile')}
          value={draft.memoryFile}
          required
          error={fault('memoryFile') !== null}
          helperText={fault('memoryFile') ?? t('take.memoryFileHint')}
          onChange={({ target }) => set({ memoryFile: target.value })}
        />
      )}
      {form === 'disks' && offer.isRunning && (
        <FormControl>
          <FormControlLabel
            disabled={!offer.hasAgent}
            control={
              <Checkbox
                size="small"
                checked={draft.quiesce}
                onChange={({ target }) => set({ quiesce: target.checked })}
              />
            }
            label={<Typography variant="body2">{t('take.quiesce')}</Typography>}
          />
          <FormHelperText sx={{ mx: 0 }}>{t(offer.hasAgent ? 'take.quiesceHint' : 'take.noAgent')}</FormHelperText>
        </FormControl>
      )}
    </TaskDialog>
  );
}

interface FormChoiceProps {
  offer: SnapshotOffer;
  value: SnapshotForm;
  onChange: (form: SnapshotForm) => void;
}

function FormChoice({ offer, value, onChange }: FormChoiceProps): ReactNode {
  const { t } = useTranslation('snapshots');
  const guest = offer.isRunning ? 'running' : 'off';
  return (
    <FormControl>
      <FormLabel id="snapshot-form">{t('take.form')}</FormLabel>
      <RadioGroup aria-labelledby="snapshot-form" value={value}>
        {snapshotForms.map((form) => {
          const reason = reasonText(offer.obstacles[form], t);
          return (
            <FormControlLabel
              key={form}
              value={form}
              disabled={reason !== null}
              sx={{ alignItems: 'flex-start', mb: 0.5 }}
              control={<Radio size="small" onChange={() => onChange(form)} />}
              label={
                <Stack sx={{ pt: 0.75 }}>
                  <Typography variant="body2">{t(`take.forms.${form}`)}</Typography>
                  <Typography variant="caption" color="text.secondary">
                    {reason ?? t(`take.formHints.${form}.${guest}`)}
                  </Typography>
                </Stack>
              }
            />
          );
        })}
      </RadioGroup>
    </FormControl>
  );
}

interface DiskChoiceProps {
  offer: SnapshotOffer;
  value: readonly string[];
  fault: string | null;
  onChange: (disks: string[]) => void;
}

function DiskChoice({ offer, value, fault, onChange }: DiskChoiceProps): ReactNode {
  const { t } = useTranslation('snapshots');
  return (
    <FormControl error={fault !== null}>
      <FormLabel id="snapshot-disks">{t('take.disks')}</FormLabel>
      <FormGroup role="group" aria-labelledby="snapshot-disks">
        {offer.disks.map(({ target, path, format }) => (
          <FormControlLabel
            key={target}
            control={
              <Checkbox
                size="small"
                checked={value.includes(target)}
                onChange={({ target: { checked } }) =>
                  onChange(checked ? [...value, target] : value.filter((each) => each !== target))
                }
              />
            }
            label={
              <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
                {[target, format, path].filter((each) => each !== null).join(' · ')}
              </Typography>
            }
          />
        ))}
      </FormGroup>
      {fault !== null && <FormHelperText sx={{ mx: 0 }}>{fault}</FormHelperText>}
    </FormControl>
  );
}
