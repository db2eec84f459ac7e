import { Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { fileNameOfUrl, imageUrlFault, sha256Of } from '../../../shared/model/image-url.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { newNameFault } from '../storage/volume-form.ts';
import { Text } from './fields.tsx';
import type { Fault } from './faults.ts';

interface FetchImageDialogProps {
  pool: StoragePool;
  /** Names that are taken. */
  names: ReadonlySet<string>;
  /** Told of the task and of the volume that it makes. */
  onStarted: (taskId: string, name: string) => void;
  onClose: () => void;
}

/** Asks for an address and has what is there downloaded into the pool. */
export function FetchImageDialog({ pool, names, onStarted, onClose }: FetchImageDialogProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const { mutateAsync } = useMutation(useTRPC().provisioning.fetchImage.mutationOptions());
  const [url, setUrl] = useState('');
  const [ownName, setName] = useState<string | null>(null);
  const [sha256, setSha256] = useState('');
  const [sentName, setSentName] = useState<string | null>(null);
  const name = ownName ?? fileNameOfUrl(url.trim());
  const urlFault = imageUrlFault(url.trim());
  // The volume that is being made is no other of that name.
  const nameFault = name === sentName ? null : newNameFault(name, names);
  const sumFault = sha256.trim() !== '' && sha256Of(sha256) === null ? 'sha256' : null;
  const shown = (code: string | null): Fault | undefined =>
    code === null || url === '' ? undefined : { code, params: {}, isMissing: false };
  return (
    <TaskDialog
      title={t('fetch.title', { pool: pool.name })}
      submit={t('fetch.submit')}
      canSubmit={urlFault === null && nameFault === null && sumFault === null}
      start={async () => {
        const { connectionId, id: poolId } = pool;
        const input = { connectionId, poolId, name, url: url.trim(), sha256: sha256Of(sha256) };
        const { taskId } = await mutateAsync(input);
        setSentName(name);
        onStarted(taskId, name);
        return [taskId];
      }}
      onClose={onClose}
    >
      <Text
        label={t('fetch.url')}
        fault={shown(urlFault)}
        help={t('fetch.urlHelp')}
        value={url}
        onChange={setUrl}
        autoFocus
      />
      <Text
        label={t('fetch.name')}
        fault={shown(nameFault === 'nameEmpty' ? 'nameMissing' : nameFault === 'nameTaken' ? 'volumeTaken' : nameFault)}
        value={name}
        onChange={setName}
      />
      <Text
        label={t('fetch.sha256')}
        fault={shown(sumFault)}
        help={t('fetch.sha256Help')}
        value={sha256}
        onChange={setSha256}
        isOptional
      />
      <Typography variant="body2" color="text.secondary">
        {t('fetch.hint')}
      </Typography>
    </TaskDialog>
  );
}
