import { Autocomplete, Stack, TextField } from '@mui/material';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import { useStorageVolumes } from '../../core-client/feeds.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Choice, useFaultText } from './fields.tsx';
import type { Fault } from './faults.ts';

interface VolumeChoiceProps {
  pools: readonly StoragePool[];
  label: string;
  value: StorageVolume | null;
  fault: Fault | undefined;
  help: string;
  onChange: (volume: StorageVolume | null) => void;
}

/** One volume of one of the host's pools. */
export function VolumeChoice(props: VolumeChoiceProps): ReactNode {
  const { pools, value, onChange } = props;
  const { t } = useTranslation('provisioning');
  const started = pools.filter(({ state }) => state === 'running');
  const [chosen, setChosen] = useState<string | null>(value?.poolId ?? null);
  const pool = started.find(({ id }) => id === chosen) ?? started[0];
  return (
    <Stack spacing={1}>
      <Choice
        label={t('source.pool')}
        fault={undefined}
        help={pool === undefined ? t('source.noPool') : ' '}
        value={pool?.id ?? ''}
        options={started.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(id) => {
          setChosen(id);
          onChange(null);
        }}
      />
      {pool !== undefined && <VolumeField key={pool.id} {...props} pool={pool} />}
    </Stack>
  );
}

function VolumeField(props: VolumeChoiceProps & { pool: StoragePool }): ReactNode {
  const { pool, label, value, fault, help, onChange } = props;
  const { t, i18n } = useTranslation('provisioning');
  const faultText = useFaultText();
  const { items } = useStorageVolumes(pool.connectionId, pool.id);
  const current = items.find(({ name }) => name === value?.name) ?? value;
  // What is known of it grows while the list is read, and who uses it may change.
  useEffect(() => {
    if (current !== value) onChange(current);
  }, [current, value, onChange]);
  return (
    <Autocomplete
      size="small"
      options={items}
      value={current}
      onChange={(_, volume) => onChange(volume)}
      getOptionLabel={({ name }) => name}
      getOptionKey={({ name }) => name}
      isOptionEqualToValue={(one, other) => one.name === other.name}
      noOptionsText={t('source.noVolumes')}
      renderOption={({ key, ...option }, { name, format, capacityBytes }) => (
        <li key={key} {...option}>
          {capacityBytes === null
            ? name
            : t('source.volume', { name, format: format ?? '', size: formatBytes(capacityBytes, i18n.language) })}
        </li>
      )}
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          required
          error={fault !== undefined}
          helperText={fault === undefined ? help : faultText(fault)}
        />
      )}
    />
  );
}
