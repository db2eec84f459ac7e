import { Alert, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import { useStoragePools, useStorageVolumes } from '../../core-client/feeds.tsx';
import { formatBytes } from '../../ui/format.ts';

export interface PickedVolume {
  path: string;
  format: string | null;
}

interface VolumePickerProps {
  connectionId: string;
  /** UUID of the machine the volume is for: others that use it are named. */
  machineId: string;
  value: PickedVolume | null;
  onChange: (volume: PickedVolume | null) => void;
}

/** A volume of one of the started pools of the host. */
export function VolumePicker(props: VolumePickerProps): ReactNode {
  const { t } = useTranslation('hardware');
  const { items, freshness } = useStoragePools(props.connectionId);
  const pools = items.filter(({ state }) => state === 'running' || state === 'degraded');
  const [wanted, setWanted] = useState('');
  const pool = pools.find(({ id }) => id === wanted) ?? pools[0];
  if (pool === undefined) {
    return (
      <Alert severity="info" variant="outlined">
        {t(freshness === 'loading' ? 'loadingPools' : 'noPools')}
      </Alert>
    );
  }
  return (
    <Stack spacing={2}>
      <TextField
        select
        size="small"
        label={t('fields.pool')}
        value={pool.id}
        onChange={({ target }) => {
          setWanted(target.value);
          props.onChange(null);
        }}
      >
        {pools.map(({ id, name }) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
      </TextField>
      <VolumeChoice key={pool.id} pool={pool} {...props} />
    </Stack>
  );
}

function VolumeChoice({
  pool,
  connectionId,
  machineId,
  value,
  onChange,
}: VolumePickerProps & { pool: StoragePool }): ReactNode {
  const { t, i18n } = useTranslation('hardware');
  const { items, freshness } = useStorageVolumes(connectionId, pool.id);
  // A volume of a network pool has no path on the host, and a directory is no disk.
  const volumes = items.filter(
    (volume): volume is StorageVolume & { path: string } =>
      volume.path?.startsWith('/') === true && volume.type !== 'dir' && volume.type !== 'network',
  );
  const chosen = volumes.find(({ path }) => path === value?.path);
  const users = (chosen?.usedBy ?? []).filter(({ id }) => id !== machineId).map(({ name }) => name);
  const isOwn = (chosen?.usedBy ?? []).some(({ id }) => id === machineId);
  const help = freshness === 'loading' ? t('loadingVolumes') : volumes.length === 0 ? t('noVolumes') : ' ';
  return (
    <>
      <TextField
        select
        size="small"
        required
        label={t('fields.volume')}
        value={chosen?.path ?? ''}
        helperText={help}
        onChange={({ target }) => {
          const volume = volumes.find(({ path }) => path === target.value);
          onChange(volume === undefined ? null : { path: volume.path, format: volume.format });
        }}
      >
        {volumes.map((volume) => (
          <MenuItem key={volume.path} value={volume.path}>
            <Typography variant="body2" noWrap>
              {volume.capacityBytes === null
                ? volume.name
                : t('volumeOption', { name: volume.name, size: formatBytes(volume.capacityBytes, i18n.language) })}
            </Typography>
          </MenuItem>
        ))}
      </TextField>
      {users.length > 0 && (
        <Alert severity="warning" variant="outlined">
          {t('usedBy', { machines: users.join(', ') })}
        </Alert>
      )}
      {isOwn && (
        <Alert severity="warning" variant="outlined">
          {t('usedByThis')}
        </Alert>
      )}
    </>
  );
}
