import { mdiFileUploadOutline } from '@mdi/js';
import { Button, FormHelperText, Stack, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { useCore, useTRPC } from '../../core-client/core.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { NameField } from './fields.tsx';
import { sendFile } from './send-file.ts';
import { TransferMeter } from './transfer-meter.ts';
import { Checksum, TransferText } from './TransferText.tsx';
import { newNameFault } from './volume-form.ts';

interface UploadVolumeDialogProps {
  pool: StoragePool;
  /** Names that are taken. */
  names: ReadonlySet<string>;
  /** Told of the task and of the volume that it makes. */
  onStarted?: (taskId: string, name: string) => void;
  /** What is wrong with a file before it is sent, in the person's language; null where nothing is. */
  fileFault?: (file: File) => Promise<string | null>;
  onClose: () => void;
}

/** Asks for a file of this computer and sends it to the pool as a volume. */
export function UploadVolumeDialog(props: UploadVolumeDialogProps): ReactNode {
  const { pool, names, onStarted, fileFault: checkFile, onClose } = props;
  const { t, i18n } = useTranslation('storage');
  const trpc = useTRPC();
  const core = useCore();
  const upload = useMutation(trpc.storage.uploadVolume.mutationOptions());
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [checked, setChecked] = useState<{ file: File; fault: string | null } | null>(null);
  const [name, setName] = useState('');
  const [sentName, setSentName] = useState<string | null>(null);
  const [meter, setMeter] = useState<TransferMeter | null>(null);
  // Undefined while it is not known.
  const contentFault = checkFile === undefined ? null : checked?.file === file ? checked.fault : undefined;
  const size = (bytes: number): string => formatBytes(bytes, i18n.language);
  // The volume that is being sent is no other of that name.
  const nameFault = name === sentName ? null : newNameFault(name, names);
  const fileFault =
    file === null
      ? null
      : file.size === 0
        ? t('faults.fileEmpty')
        : pool.availableBytes !== null && file.size > pool.availableBytes
          ? t('faults.noSpace', { size: size(pool.availableBytes) })
          : (contentFault ?? null);
  return (
    <TaskDialog
      title={t('form.uploadTitle', { pool: pool.name })}
      submit={t('form.upload')}
      canSubmit={file !== null && fileFault === null && contentFault !== undefined && nameFault === null}
      start={async () => {
        if (file === null) return [];
        const { connectionId, id: poolId } = pool;
        const { taskId, ticket } = await upload.mutateAsync({ connectionId, poolId, name, sizeBytes: file.size });
        // Goes on when the dialog is left; how it ends is told by the task.
        const sent = new TransferMeter();
        setSentName(name);
        onStarted?.(taskId, name);
        setMeter(sent);
        const count = (byteCount: number): void => sent.add(byteCount);
        if (core.putFile === undefined) void sendFile(file, await core.openBytes(ticket), count);
        else void core.putFile(ticket, file, count);
        return [taskId];
      }}
      onClose={onClose}
      done={([taskId]) => taskId !== undefined && <Checksum taskId={taskId} />}
    >
      <Stack spacing={0.5}>
        <Stack direction="row" spacing={2} sx={{ alignItems: 'center', minWidth: 0 }}>
          <Button
            variant="outlined"
            startIcon={<Icon path={mdiFileUploadOutline} />}
            onClick={() => input.current?.click()}
            sx={{ flexShrink: 0 }}
          >
            {t('form.chooseFile')}
          </Button>
          <Typography variant="body2" noWrap sx={{ minWidth: 0 }}>
            {file === null ? t('form.noFile') : t('form.file', { name: file.name, size: size(file.size) })}
          </Typography>
        </Stack>
        {fileFault !== null && <FormHelperText error>{fileFault}</FormHelperText>}
        <input
          ref={input}
          type="file"
          hidden
          aria-label={t('form.chooseFile')}
          onChange={({ target }) => {
            const chosen = target.files?.[0];
            if (chosen === undefined) return;
            setFile(chosen);
            const told = (fault: string | null): void => setChecked({ file: chosen, fault });
            // A file that cannot be read is told when it is sent.
            checkFile?.(chosen).then(told, () => told(null));
            setName(chosen.name);
          }}
        />
      </Stack>
      <NameField value={name} fault={file === null ? null : nameFault} onChange={setName} />
      <Typography variant="body2" color="text.secondary">
        {t('form.uploadHint')}
      </Typography>
      {meter !== null && file !== null && <TransferText meter={meter} totalBytes={file.size} />}
    </TaskDialog>
  );
}
