import { FormControlLabel, MenuItem, Stack, Switch, TextField, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import { creatableFormats, volumeFormats, type VolumeFormat } from '../../../shared/model/storage.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { CopyLine } from '../../ui/copy.tsx';
import { formatBytes } from '../../ui/format.ts';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { SizeField } from '../../ui/size-field.tsx';
import { sizeBytesOf, sizeInputOf, type SizeInput } from '../../ui/size-input.ts';
import { RunningWarning } from './DownloadVolumeDialog.tsx';
import { NameField } from './fields.tsx';
import { copyName, newNameFault } from './volume-form.ts';

interface CreateVolumeDialogProps {
  pool: StoragePool;
  /** Names that are taken. */
  names: ReadonlySet<string>;
  onClose: () => void;
}

/** Asks for what a new volume needs, and creates it. */
export function CreateVolumeDialog({ pool, names, onClose }: CreateVolumeDialogProps): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const trpc = useTRPC();
  const create = useMutation(trpc.storage.createVolume.mutationOptions());
  const formats = creatableFormats(pool.type) ?? [];
  const [name, setName] = useState<string | null>(null);
  const [size, setSize] = useState<SizeInput>({ text: '20', unit: 'GiB' });
  const [format, setFormat] = useState<VolumeFormat>('qcow2');
  // A volume group gives all of a volume at once, unless it is asked not to.
  const [isReserved, setReserved] = useState(formats.length === 0);

  const nameFault = newNameFault(name ?? '', names);
  const capacityBytes = sizeBytesOf(size);
  const availableBytes = pool.availableBytes ?? Infinity;
  const isTooBig = capacityBytes !== null && capacityBytes > availableBytes;
  const available = formatBytes(pool.availableBytes ?? 0, i18n.language);
  const sizeFault =
    capacityBytes === null
      ? t('faults.size')
      : isTooBig && isReserved
        ? t('faults.noSpace', { size: available })
        : null;
  const sizeHelp = isTooBig
    ? t('form.overcommitted', { size: available })
    : pool.availableBytes === null
      ? ' '
      : t('free', { size: available });
  return (
    <TaskDialog
      title={t('form.createTitle', { pool: pool.name })}
      submit={t('form.create')}
      canSubmit={nameFault === null && sizeFault === null}
      start={async () => {
        const { taskId } = await create.mutateAsync({
          connectionId: pool.connectionId,
          poolId: pool.id,
          name: name ?? '',
          format: formats.length === 0 ? null : format,
          capacityBytes: capacityBytes ?? 0,
          allocationBytes: isReserved ? (capacityBytes ?? 0) : 0,
        });
        return [taskId];
      }}
      onClose={onClose}
    >
      <NameField value={name ?? ''} fault={name === null ? null : nameFault} onChange={setName} />
      {formats.length > 0 && (
        <TextField
          select
          size="small"
          label={t('form.format')}
          value={format}
          helperText={t(`form.formats.${format}`)}
          onChange={(event) => setFormat(event.target.value as VolumeFormat)}
        >
          {volumeFormats.map((each) => (
            <MenuItem key={each} value={each}>
              {each}
            </MenuItem>
          ))}
        </TextField>
      )}
      <SizeField label={t('form.size')} value={size} fault={sizeFault} help={sizeHelp} onChange={setSize} />
      <FormControlLabel
        control={<Switch size="small" checked={isReserved} onChange={(event) => setReserved(event.target.checked)} />}
        label={<Typography variant="body2">{t('form.reserve')}</Typography>}
      />
    </TaskDialog>
  );
}

/** Asks for the new size of a volume, and grows it. */
export function ResizeVolumeDialog({ volume, onClose }: { volume: StorageVolume; onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const trpc = useTRPC();
  const resize = useMutation(trpc.storage.resizeVolume.mutationOptions());
  const presentBytes = volume.capacityBytes ?? 0;
  const [size, setSize] = useState<SizeInput>(() => sizeInputOf(presentBytes));
  const capacityBytes = sizeBytesOf(size);
  const isChanged = size.text !== sizeInputOf(presentBytes).text || size.unit !== sizeInputOf(presentBytes).unit;
  const present = formatBytes(presentBytes, i18n.language);
  const machine = volume.usedBy?.find(({ isRunning }) => isRunning);
  const fault =
    capacityBytes === null
      ? t('faults.size')
      : isChanged && capacityBytes <= presentBytes
        ? t('faults.notBigger', { size: present })
        : null;
  return (
    <TaskDialog
      title={t('form.resizeTitle', { name: volume.name })}
      submit={t('actions.resize')}
      canSubmit={isChanged && fault === null}
      start={async () => {
        const { connectionId, poolId, name } = volume;
        return [(await resize.mutateAsync({ connectionId, poolId, name, capacityBytes: capacityBytes ?? 0 })).taskId];
      }}
      onClose={onClose}
      {...(machine !== undefined && { done: () => <GuestCommands machine={machine.name} /> })}
    >
      <SizeField
        label={t('form.size')}
        value={size}
        fault={fault}
        help={t('form.presentSize', { size: present })}
        onChange={setSize}
      />
      <Typography variant="body2" color="text.secondary">
        {machine === undefined ? t('form.resizeHint') : t('form.resizeLiveHint', { machine: machine.name })}
      </Typography>
    </TaskDialog>
  );
}

/** What makes use of the new room is done in the guest; the names of its disks are its own. */
const guestCommands = {
  look: 'lsblk',
  partition: 'sudo growpart /dev/vda 1',
  ext4: 'sudo resize2fs /dev/vda1',
  xfs: 'sudo xfs_growfs /',
} as const;

function GuestCommands({ machine }: { machine: string }): ReactNode {
  const { t } = useTranslation('storage');
  return (
    <>
      <Typography variant="body2">{t('guest.text', { machine })}</Typography>
      {(['look', 'partition', 'ext4', 'xfs'] as const).map((step) => (
        <Stack key={step} spacing={0.5}>
          <Typography variant="caption" color="text.secondary">
            {t(`guest.${step}`)}
          </Typography>
          <CopyLine text={guestCommands[step]} />
        </Stack>
      ))}
    </>
  );
}

interface CloneVolumeDialogProps {
  volume: StorageVolume;
  names: ReadonlySet<string>;
  onClose: () => void;
}

/** Asks for the name of a volume's copy, and makes it. */
export function CloneVolumeDialog({ volume, names, onClose }: CloneVolumeDialogProps): ReactNode {
  const { t } = useTranslation('storage');
  const trpc = useTRPC();
  const clone = useMutation(trpc.storage.cloneVolume.mutationOptions());
  const [newName, setNewName] = useState(() => copyName(volume.name, names));
  const fault = newNameFault(newName, names);
  return (
    <TaskDialog
      title={t('form.cloneTitle', { name: volume.name })}
      submit={t('actions.clone')}
      canSubmit={fault === null}
      start={async () => {
        const { connectionId, poolId, name } = volume;
        return [(await clone.mutateAsync({ connectionId, poolId, name, newName })).taskId];
      }}
      onClose={onClose}
    >
      <RunningWarning volume={volume} />
      <NameField value={newName} fault={fault} onChange={setNewName} />
      <Typography variant="body2" color="text.secondary">
        {t('form.cloneHint')}
      </Typography>
    </TaskDialog>
  );
}
