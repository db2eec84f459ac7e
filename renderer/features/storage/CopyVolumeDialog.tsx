import {
  Checkbox,
  FormControl,
  FormControlLabel,
  FormHelperText,
  MenuItem,
  TextField,
  Typography,
} from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import { creatableFormats, imageFormats, type ImageFormat } from '../../../shared/model/storage.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { useStoragePools, useStorageVolumes } from '../../core-client/feeds.tsx';
import { formatBytes } from '../../ui/format.ts';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { RunningWarning } from './DownloadVolumeDialog.tsx';
import { NameField } from './fields.tsx';
import { copyName, newNameFault } from './volume-form.ts';

interface CopyVolumeDialogProps {
  volume: StorageVolume;
  pool: StoragePool;
  onClose: () => void;
}

/** Asks where a volume's copy goes, in which format and under which name, and makes it. */
export function CopyVolumeDialog({ volume, pool, onClose }: CopyVolumeDialogProps): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const trpc = useTRPC();
  const clone = useMutation(trpc.storage.cloneVolume.mutationOptions());
  const pools = useStoragePools(volume.connectionId).items.filter(canTake);
  const [toPoolId, setToPoolId] = useState(volume.poolId);
  const compress = useMutation(trpc.storageEdits.compress.mutationOptions());
  const shell = useQuery(trpc.storageEdits.hasShell.queryOptions({ connectionId: volume.connectionId }));
  const [format, setFormat] = useState<ImageFormat | 'same'>('same');
  const [isSmall, setSmall] = useState(false);
  const [typedName, setTypedName] = useState<string | null>(null);
  const target = pools.find(({ id }) => id === toPoolId) ?? pool;
  const present = useStorageVolumes(volume.connectionId, target.id);
  const names = useMemo(() => new Set(present.items.map(({ name }) => name)), [present.items]);
  const freeName = names.has(volume.name) || target.id === volume.poolId ? copyName(volume.name, names) : volume.name;
  const newName = typedName ?? freeName;
  const fault = newNameFault(newName, names);
  const hasFormat = (creatableFormats(target.type) ?? []).length > 0;
  const isQcow2 = hasFormat && (format === 'qcow2' || (format === 'same' && volume.format === 'qcow2'));
  const whyNotSmall =
    shell.data === false ? 'noShell' : (volume.usedBy ?? []).some(({ isRunning }) => isRunning) ? 'isRunning' : null;
  const isCompressed = isQcow2 && isSmall && whyNotSmall === null;
  const free = formatBytes(target.availableBytes ?? 0, i18n.language);
  const isTight = (volume.allocationBytes ?? 0) > (target.availableBytes ?? Infinity);
  return (
    <TaskDialog
      title={t('form.cloneTitle', { name: volume.name })}
      submit={t('actions.clone')}
      canSubmit={fault === null}
      start={async () => {
        const { connectionId, poolId, name } = volume;
        if (isCompressed) {
          const toPool = { newName, toPoolId: target.id };
          return [(await compress.mutateAsync({ connectionId, poolId, name, ...toPool })).taskId];
        }
        const { taskId } = await clone.mutateAsync({
          ...{ connectionId, poolId, name, newName },
          ...(target.id !== poolId && { toPoolId: target.id }),
          ...(hasFormat && format !== 'same' && { format }),
        });
        return [taskId];
      }}
      onClose={onClose}
    >
      <RunningWarning volume={volume} />
      <TextField
        select
        size="small"
        label={t('form.toPool')}
        value={target.id}
        error={isTight}
        helperText={isTight ? t('faults.noSpace', { size: free }) : t('free', { size: free })}
        onChange={(event) => setToPoolId(event.target.value)}
      >
        {(pools.length === 0 ? [pool] : pools).map(({ id, name }) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
      </TextField>
      {hasFormat && (
        <TextField
          select
          size="small"
          label={t('form.format')}
          value={format}
          helperText={t(`form.formats.${format}`)}
          onChange={(event) => setFormat(event.target.value as ImageFormat | 'same')}
        >
          <MenuItem value="same">{t('form.sameFormat', { format: volume.format ?? 'raw' })}</MenuItem>
          {imageFormats
            .filter((each) => each !== volume.format)
            .map((each) => (
              <MenuItem key={each} value={each}>
                {each}
              </MenuItem>
            ))}
        </TextField>
      )}
      {isQcow2 && (
        <FormControl>
          <FormControlLabel
            disabled={whyNotSmall !== null}
            control={<Checkbox size="small" checked={isSmall} onChange={(event) => setSmall(event.target.checked)} />}
            label={<Typography variant="body2">{t('form.compress')}</Typography>}
          />
          <FormHelperText sx={{ mt: 0 }}>{t(`form.compressHelp.${whyNotSmall ?? 'plain'}`)}</FormHelperText>
        </FormControl>
      )}
      <NameField value={newName} fault={fault} onChange={setTypedName} />
      <Typography variant="body2" color="text.secondary">
        {t('form.cloneHint')}
      </Typography>
    </TaskDialog>
  );
}

function canTake({ state, type }: StoragePool): boolean {
  return state === 'running' && creatableFormats(type) !== null;
}
