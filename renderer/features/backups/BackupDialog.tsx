import {
  Checkbox,
  FormControl,
  FormControlLabel,
  FormGroup,
  FormHelperText,
  FormLabel,
  MenuItem,
  TextField,
  Typography,
} from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackupOverview } from '../../../shared/contract/backups.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { backupFaults, firstBackup, type BackupDraft } from './backup-form.ts';

interface BackupDialogProps {
  machine: Machine;
  overview: BackupOverview;
  onClose: () => void;
}

/** Asks what a backup is to be and makes it. */
export function BackupDialog({ machine, overview, onClose }: BackupDialogProps): ReactNode {
  const { t } = useTranslation('backups');
  const { mutateAsync } = useMutation(useTRPC().backups.begin.mutationOptions());
  const [draft, setDraft] = useState(() => firstBackup(overview, new Date()));
  const set = (change: Partial<BackupDraft>): void => setDraft((old) => ({ ...old, ...change }));
  const faults = backupFaults(draft, overview);
  const fault = (field: keyof typeof faults): string | null => {
    const found = faults[field];
    return found === undefined ? null : t(`faults.${found}`);
  };
  const { since, disks } = draft;
  return (
    <TaskDialog
      title={t('begin.title', { machine: machine.name })}
      submit={t('begin.action')}
      canSubmit={Object.keys(faults).length === 0}
      start={async () => {
        const { connectionId, id } = machine;
        const { name, folder, makesCheckpoint } = draft;
        const input = { connectionId, id, name: name.trim(), folder: folder.trim(), makesCheckpoint, since };
        return [(await mutateAsync({ ...input, disks: [...disks] })).taskId];
      }}
      onClose={onClose}
    >
      <TextField
        select
        label={t('begin.what')}
        value={since ?? ''}
        helperText={t(since === null ? 'begin.everythingHint' : 'begin.changesHint')}
        onChange={({ target }) => set({ since: target.value === '' ? null : target.value })}
      >
        <MenuItem value="">{t('everything')}</MenuItem>
        {[...overview.checkpoints].reverse().map(({ name }) => (
          <MenuItem key={name} value={name}>
            {t('changesSince', { name })}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        label={t('begin.name')}
        value={draft.name}
        required
        error={fault('name') !== null}
        helperText={fault('name') ?? t('begin.nameHint')}
        onChange={({ target }) => set({ name: target.value })}
      />
      <TextField
        label={t('begin.folder')}
        value={draft.folder}
        required
        error={fault('folder') !== null}
        helperText={fault('folder') ?? t('begin.folderHint')}
        onChange={({ target }) => set({ folder: target.value })}
      />
      <FormControl error={fault('disks') !== null}>
        <FormLabel id="backup-disks">{t('begin.disks')}</FormLabel>
        <FormGroup role="group" aria-labelledby="backup-disks">
          {overview.disks.map(({ target, path, format }) => (
            <FormControlLabel
              key={target}
              control={
                <Checkbox
                  size="small"
                  checked={disks.includes(target)}
                  onChange={({ target: { checked } }) =>
                    set({ disks: checked ? [...disks, target] : disks.filter((each) => each !== target) })
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
        {fault('disks') !== null && <FormHelperText sx={{ mx: 0 }}>{fault('disks')}</FormHelperText>}
      </FormControl>
      <FormControl>
        <FormControlLabel
          control={
            <Checkbox
              size="small"
              checked={draft.makesCheckpoint}
              onChange={({ target }) => set({ makesCheckpoint: target.checked })}
            />
          }
          label={<Typography variant="body2">{t('begin.checkpoint')}</Typography>}
        />
        <FormHelperText sx={{ mx: 0 }}>{t('begin.checkpointHint')}</FormHelperText>
      </FormControl>
    </TaskDialog>
  );
}
