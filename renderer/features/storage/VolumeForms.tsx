import { Autocomplete, FormControlLabel, MenuItem, Switch, TextField, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import { creatableFormats, imageFormats, isReservable, type ImageFormat } from '../../../shared/model/storage.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { formatBytes } from '../../ui/format.ts';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { SizeField } from '../../ui/size-field.tsx';
import { sizeBytesOf, sizeInputOf, type SizeInput } from '../../ui/size-input.ts';
import { NameField } from './fields.tsx';
import { GuestGrowth } from './GuestGrowth.tsx';
import { newNameFault } from './volume-form.ts';

interface CreateVolumeDialogProps {
  pool: StoragePool;
  /** Those of the pool: their names are taken, and it may stand on one of them. */
  volumes: readonly StorageVolume[];
  onClose: () => void;
}

/** Asks for what a new volume needs, and creates it. */
export function CreateVolumeDialog({ pool, volumes, onClose }: CreateVolumeDialogProps): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const trpc = useTRPC();
  const create = useMutation(trpc.storage.createVolume.mutationOptions());
  const formats = creatableFormats(pool.type) ?? [];
  const [name, setName] = useState<string | null>(null);
  const [size, setSize] = useState<SizeInput>({ text: '20', unit: 'GiB' });
  const [chosenFormat, setFormat] = useState<ImageFormat>('qcow2');
  const [base, setBase] = useState<StorageVolume | null>(null);
  // A volume group gives all of a volume at once, unless it is asked not to.
  const [isReserved, setReserved] = useState(formats.length === 0);

  const names = useMemo(() => new Set(volumes.map((volume) => volume.name)), [volumes]);
  const bases = useMemo(() => volumes.filter((volume) => volume.type === 'file' && volume.format !== null), [volumes]);
  const format = base === null ? chosenFormat : 'qcow2';
  const mayReserve = formats.length === 0 || (base === null && isReservable(format));
  const willReserve = mayReserve && isReserved;
  const nameFault = newNameFault(name ?? '', names);
  const capacityBytes = sizeBytesOf(size);
  const availableBytes = pool.availableBytes ?? Infinity;
  const isTooBig = capacityBytes !== null && capacityBytes > availableBytes;
  const available = formatBytes(pool.availableBytes ?? 0, i18n.language);
  const sizeFault =
    capacityBytes === null
      ? t('faults.size')
      : isTooBig && willReserve
        ? t('faults.noSpace', { size: available })
        : base !== null && capacityBytes < (base.capacityBytes ?? 0)
          ? t('faults.belowBase', { size: formatBytes(base.capacityBytes ?? 0, i18n.language) })
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
          allocationBytes: willReserve ? (capacityBytes ?? 0) : 0,
          ...(base !== null && { base: base.name }),
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
          disabled={base !== null}
          helperText={t(`form.formats.${format}`)}
          onChange={(event) => setFormat(event.target.value as ImageFormat)}
        >
          {imageFormats.map((each) => (
            <MenuItem key={each} value={each}>
              {each}
            </MenuItem>
          ))}
        </TextField>
      )}
      <SizeField label={t('form.size')} value={size} fault={sizeFault} help={sizeHelp} onChange={setSize} />
      {formats.length > 0 && (
        <Autocomplete
          size="small"
          options={bases}
          value={base}
          getOptionLabel={(volume) => volume.name}
          getOptionKey={(volume) => volume.name}
          isOptionEqualToValue={(volume, value) => volume.name === value.name}
          noOptionsText={t('empty.noVolumes.title')}
          onChange={(_event, chosen) => {
            setBase(chosen);
            if (chosen?.capacityBytes != null) setSize(sizeInputOf(chosen.capacityBytes));
          }}
          renderInput={(params) => (
            <TextField
              {...params}
              label={t('form.base')}
              helperText={t(base === null ? 'form.noBase' : 'form.baseHint')}
            />
          )}
        />
      )}
      <FormControlLabel
        disabled={!mayReserve}
        control={<Switch size="small" checked={willReserve} onChange={(event) => setReserved(event.target.checked)} />}
        label={<Typography variant="body2">{t('form.reserve')}</Typography>}
      />
    </TaskDialog>
  );
}

interface ResizeVolumeDialogProps {
  volume: StorageVolume;
  pool: StoragePool;
  onClose: () => void;
}

/** Asks for the new size of a volume, and grows it. */
export function ResizeVolumeDialog({ volume, pool, onClose }: ResizeVolumeDialogProps): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const trpc = useTRPC();
  const resize = useMutation(trpc.storage.resizeVolume.mutationOptions());
  const presentBytes = volume.capacityBytes ?? 0;
  const [size, setSize] = useState<SizeInput>(() => sizeInputOf(presentBytes));
  const capacityBytes = sizeBytesOf(size);
  const isChanged = size.text !== sizeInputOf(presentBytes).text || size.unit !== sizeInputOf(presentBytes).unit;
  const present = formatBytes(presentBytes, i18n.language);
  const machine = volume.usedBy?.find(({ isRunning }) => isRunning);
  const free = formatBytes(pool.availableBytes ?? 0, i18n.language);
  const isTooBig = (capacityBytes ?? 0) - presentBytes > (pool.availableBytes ?? Infinity);
  // Files take what is written; parts of a device are given as a whole.
  const isTakenAtOnce = (creatableFormats(pool.type) ?? []).length === 0;
  const fault =
    capacityBytes === null
      ? t('faults.size')
      : isChanged && capacityBytes <= presentBytes
        ? t('faults.notBigger', { size: present })
        : isTooBig && isTakenAtOnce
          ? t('faults.noSpace', { size: free })
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
      {...(machine !== undefined && { done: () => <GuestGrowth volume={volume} machine={machine} /> })}
    >
      <SizeField
        label={t('form.size')}
        value={size}
        fault={fault}
        help={isTooBig ? t('form.overcommitted', { size: free }) : t('form.presentSize', { size: present })}
        onChange={setSize}
      />
      <Typography variant="body2" color="text.secondary">
        {machine === undefined ? t('form.resizeHint') : t('form.resizeLiveHint', { machine: machine.name })}
      </Typography>
    </TaskDialog>
  );
}
