import { MenuItem, TextField, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dumpFormats, dumpGuests, type DumpFormat, type DumpGuest } from '../../../shared/contract/backups.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { hostPath } from '../../../shared/contract/snapshots.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';

interface MemoryDialogProps {
  machine: Machine;
  /** A folder to begin with; null where none is known. */
  folder: string | null;
  onClose: () => void;
}

function pathIn(folder: string | null, file: string): string {
  return `${folder === '/' || folder === null ? '' : folder}/${file}`;
}

/** Asks for a file to save a running machine to, or to go on from. */
export function MemoryFileDialog(props: MemoryDialogProps & { what: 'saveToFile' | 'restoreFromFile' }): ReactNode {
  const { machine, folder, what, onClose } = props;
  const { t } = useTranslation('backups');
  const trpc = useTRPC();
  const save = useMutation(trpc.backups.saveToFile.mutationOptions());
  const restore = useMutation(trpc.backups.restoreFromFile.mutationOptions());
  const [path, setPath] = useState(() => pathIn(folder, `${machine.name}.save`));
  const { connectionId, id } = machine;
  return (
    <TaskDialog
      title={t(`${what}.title`, { machine: machine.name })}
      submit={t(`${what}.action`)}
      canSubmit={hostPath.safeParse(path).success}
      start={async () => {
        const { mutateAsync } = what === 'saveToFile' ? save : restore;
        return [(await mutateAsync({ connectionId, id, path: path.trim() })).taskId];
      }}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t(`${what}.text`)}
      </Typography>
      <PathField value={path} onChange={setPath} />
    </TaskDialog>
  );
}

/** Asks how a core dump is to be written. */
export function CoreDumpDialog({ machine, folder, onClose }: MemoryDialogProps): ReactNode {
  const { t } = useTranslation('backups');
  const { mutateAsync } = useMutation(useTRPC().backups.coreDump.mutationOptions());
  const [path, setPath] = useState(() => pathIn(folder, `${machine.name}.core`));
  const [format, setFormat] = useState<DumpFormat>('elf');
  const [guest, setGuest] = useState<DumpGuest>('pause');
  const { connectionId, id } = machine;
  return (
    <TaskDialog
      title={t('coreDump.title', { machine: machine.name })}
      submit={t('coreDump.action')}
      isDangerous={guest === 'crash' || guest === 'reset'}
      canSubmit={hostPath.safeParse(path).success}
      start={async () => [(await mutateAsync({ connectionId, id, path: path.trim(), format, guest })).taskId]}
      onClose={onClose}
    >
      <PathField value={path} onChange={setPath} />
      <TextField
        select
        label={t('coreDump.format')}
        value={format}
        helperText={t(`coreDump.formatHints.${format}`)}
        onChange={({ target }) => setFormat(dumpFormats.find((each) => each === target.value) ?? format)}
      >
        {dumpFormats.map((each) => (
          <MenuItem key={each} value={each}>
            {t(`coreDump.formats.${each}`)}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        label={t('coreDump.guest')}
        value={guest}
        helperText={t(`coreDump.guestHints.${guest}`)}
        onChange={({ target }) => setGuest(dumpGuests.find((each) => each === target.value) ?? guest)}
      >
        {dumpGuests.map((each) => (
          <MenuItem key={each} value={each}>
            {t(`coreDump.guests.${each}`)}
          </MenuItem>
        ))}
      </TextField>
    </TaskDialog>
  );
}

function PathField({ value, onChange }: { value: string; onChange: (path: string) => void }): ReactNode {
  const { t } = useTranslation('backups');
  const isPath = hostPath.safeParse(value).success;
  return (
    <TextField
      label={t('file')}
      value={value}
      required
      error={!isPath}
      helperText={isPath ? undefined : t('faults.path')}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
