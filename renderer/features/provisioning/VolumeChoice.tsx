import { mdiDownload, mdiUpload } from '@mdi/js';
import { Autocomplete, Button, Stack, TextField } from '@mui/material';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import { ISO_HEADER, readIsoHeader } from '../../../shared/model/iso-image.ts';
import { useStorageVolumes, useTasks } from '../../core-client/feeds.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { UploadVolumeDialog } from '../storage/UploadVolumeDialog.tsx';
import { FetchImageDialog } from './FetchImageDialog.tsx';
import { Choice, useFaultText } from './fields.tsx';
import type { Fault } from './faults.ts';

interface VolumeChoiceProps {
  pools: readonly StoragePool[];
  label: string;
  value: StorageVolume | null;
  fault: Fault | undefined;
  help: string;
  onChange: (volume: StorageVolume | null) => void;
  /** Whether one that is not there yet can be brought, and of what kind it must be; not where it is left out. */
  brings?: 'iso' | 'disk';
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
  const { pool, label, value, fault, help, onChange, brings } = props;
  const { t, i18n } = useTranslation('provisioning');
  const faultText = useFaultText();
  const { items } = useStorageVolumes(pool.connectionId, pool.id);
  const current = items.find(({ name }) => name === value?.name) ?? value;
  // What is known of it grows while the list is read, and who uses it may change.
  useEffect(() => {
    if (current !== value) onChange(current);
  }, [current, value, onChange]);
  const [brought, setBrought] = useState<{ taskId: string; name: string } | null>(null);
  const task = useTasks().byId.get(brought?.taskId ?? '');
  const chosen = useRef<string | null>(null);
  useEffect(() => {
    // Half-made it is in the list already; it is there for good when its task has done its work.
    if (brought === null || task?.status !== 'succeeded' || chosen.current === brought.taskId) return;
    const volume = items.find(({ name }) => name === brought.name);
    if (volume === undefined) return;
    chosen.current = brought.taskId;
    onChange(volume);
  }, [brought, task, items, onChange]);
  return (
    <>
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
      {brings !== undefined && (
        <BringImage
          pool={pool}
          kind={brings}
          names={new Set(items.map(({ name }) => name))}
          onStarted={(taskId, name) => setBrought({ taskId, name })}
        />
      )}
    </>
  );
}

interface BringImageProps {
  pool: StoragePool;
  kind: 'iso' | 'disk';
  names: ReadonlySet<string>;
  onStarted: (taskId: string, name: string) => void;
}

/** The ways in which an image comes into the pool. */
function BringImage({ pool, kind, names, onStarted }: BringImageProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const [way, setWay] = useState<'upload' | 'fetch' | null>(null);
  const onClose = useCallback(() => setWay(null), []);
  const fileFault = async (file: File): Promise<string | null> => {
    const { offset, length } = ISO_HEADER;
    const head = new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
    return readIsoHeader(head).isIso ? null : t('source.fileNotIso');
  };
  const props = { pool, names, onStarted, onClose };
  return (
    // A dialog's form is not this page's.
    <Stack direction="row" spacing={1} onSubmit={(event) => event.stopPropagation()}>
      <Button size="small" startIcon={<Icon path={mdiUpload} />} onClick={() => setWay('upload')}>
        {t('source.upload')}
      </Button>
      <Button size="small" startIcon={<Icon path={mdiDownload} />} onClick={() => setWay('fetch')}>
        {t('source.fetch')}
      </Button>
      {way === 'upload' && <UploadVolumeDialog {...props} {...(kind === 'iso' && { fileFault })} />}
      {way === 'fetch' && <FetchImageDialog {...props} />}
    </Stack>
  );
}
