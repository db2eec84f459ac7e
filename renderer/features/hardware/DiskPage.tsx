import { Alert, FormControlLabel, Stack, Switch, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cacheModes, discardModes, diskBuses, ioModes, type Hardware } from '../../../shared/contract/hardware.ts';
import { ChangeForm, type DevicePageProps } from './ChangeForm.tsx';
import { DiskLimitsForm } from './DiskLimitsForm.tsx';
import { DiskPlace } from './DiskPlace.tsx';
import { nextSettings } from './device-texts.ts';
import { Choice, IothreadChoice, OnOff } from './fields.tsx';
import { useDraft } from './use-draft.ts';
import { VolumePicker, type PickedVolume } from './VolumePicker.tsx';

type DiskBus = (typeof diskBuses)[number];

/** The settings that a disk can have; those of libvirt that are none of them are kept. */
export interface DiskSettings {
  cache: (typeof cacheModes)[number];
  io: (typeof ioModes)[number];
  discard: (typeof discardModes)[number];
  serial: string;
  isReadOnly: boolean;
  isShareable: boolean;
  /** Null for none of its own. */
  iothread: number | null;
}

/** A disk's settings, or what lies in a drive. */
export function DiskPage(props: DevicePageProps): ReactNode {
  const type = nextSettings(props.device).get('device') ?? 'disk';
  const isDrive = type === 'cdrom' || type === 'floppy';
  return (
    <Stack spacing={4}>
      {!isDrive && <DiskPlace {...props} />}
      {isDrive && <MediaForm {...props} />}
      {props.device.presence !== 'now' && <DiskForm {...props} isDrive={isDrive} />}
      {!isDrive && <DiskLimitsForm {...props} />}
    </Stack>
  );
}

function MediaForm(props: DevicePageProps): ReactNode {
  const { machine, device } = props;
  const { t } = useTranslation('hardware');
  const now = device.facts.find(({ path }) => /^source\.(file|dev|name|volume)$/.test(path))?.value ?? null;
  const [picked, setPicked] = useState<PickedVolume | null>(null);
  const [isEject, setEject] = useState(false);
  const clear = (): void => {
    setPicked(null);
    setEject(false);
  };
  const source = isEject ? null : picked === null ? undefined : { path: picked.path };
  return (
    <ChangeForm
      {...props}
      change={source === undefined ? null : { what: 'media', key: device.key, source }}
      canNow={device.presence !== 'next'}
      isChanged={source !== undefined}
      onDone={clear}
      onReset={clear}
    >
      <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
        {now === null ? t('emptyDrive') : t('inDrive', { path: now })}
      </Typography>
      <FormControlLabel
        control={<Switch size="small" checked={isEject} onChange={({ target }) => setEject(target.checked)} />}
        label={<Typography variant="body2">{t('fields.eject')}</Typography>}
      />
      {!isEject && (
        <VolumePicker connectionId={machine.connectionId} machineId={machine.id} value={picked} onChange={setPicked} />
      )}
    </ChangeForm>
  );
}

function DiskForm(props: DevicePageProps & { isDrive: boolean }): ReactNode {
  const { device, hardware, isDrive } = props;
  const { t } = useTranslation('hardware');
  const settings = nextSettings(device);
  const bus = settings.get('target.bus') ?? '';
  const { values, set, isChanged, clear } = useDraft({
    bus,
    cache: settings.get('driver.cache') ?? 'default',
    io: settings.get('driver.io') ?? 'default',
    discard: settings.get('driver.discard') ?? 'default',
    serial: settings.get('serial') ?? '',
    isReadOnly: settings.has('readonly'),
    isShareable: settings.has('shareable'),
    iothread: settings.has('driver.iothread') ? Number(settings.get('driver.iothread')) : null,
  });
  const known = knownSettings(values);
  const newBus = diskBuses.find((each) => each === values.bus) ?? null;
  const isBusChanged = values.bus !== bus;
  return (
    <ChangeForm
      {...props}
      change={
        isChanged && known !== null
          ? { what: 'editDisk', key: device.key, bus: isBusChanged ? newBus : null, ...known }
          : null
      }
      canNow={false}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <Choice<string>
        label={t('fields.bus')}
        value={values.bus}
        options={isDrive ? diskBuses.filter((each) => each !== 'virtio') : diskBuses}
        onChange={(next) => set({ bus: next })}
      />
      {isBusChanged && (
        <Alert severity="warning" variant="outlined">
          {t('busHint')}
        </Alert>
      )}
      <DiskFields values={values} onChange={set} isDrive={isDrive} iothreads={iothreadsFor(values.bus, hardware)} />
    </ChangeForm>
  );
}

/** The I/O threads that a disk on this bus can be given to. */
export function iothreadsFor(bus: string, { now, next }: Hardware): readonly number[] {
  return bus === 'virtio' ? ((next ?? now)?.iothreads ?? []) : [];
}

interface DiskWords {
  cache: string;
  io: string;
  discard: string;
  serial: string;
  isReadOnly: boolean;
  isShareable: boolean;
  iothread: number | null;
}

/** Null where a setting is one that cannot be chosen here: then it must not be written anew. */
function knownSettings({ serial, isReadOnly, isShareable, iothread, ...words }: DiskWords): DiskSettings | null {
  const cache = cacheModes.find((each) => each === words.cache);
  const io = ioModes.find((each) => each === words.io);
  const discard = discardModes.find((each) => each === words.discard);
  if (cache === undefined || io === undefined || discard === undefined) return null;
  return { cache, io, discard, serial, isReadOnly, isShareable, iothread };
}

interface DiskFieldsProps {
  values: DiskWords;
  onChange: (part: Partial<DiskSettings>) => void;
  /** A drive is read only and has no cache worth choosing. */
  isDrive: boolean;
  /** Those that the disk can be given to. */
  iothreads: readonly number[];
}

/** The fields that a new disk and a present one have. */
export function DiskFields({ values, onChange, isDrive, iothreads }: DiskFieldsProps): ReactNode {
  const { t } = useTranslation('hardware');
  if (isDrive) return null;
  return (
    <>
      <Stack direction="row" spacing={1}>
        <Choice<string>
          label={t('fields.cache')}
          value={values.cache}
          options={cacheModes}
          onChange={(cache) => onChange({ cache: cache as DiskSettings['cache'] })}
        />
        <Choice<string>
          label={t('fields.io')}
          value={values.io}
          options={ioModes}
          onChange={(io) => onChange({ io: io as DiskSettings['io'] })}
        />
        <Choice<string>
          label={t('fields.discard')}
          value={values.discard}
          options={discardModes}
          onChange={(discard) => onChange({ discard: discard as DiskSettings['discard'] })}
        />
      </Stack>
      <TextField
        size="small"
        label={t('fields.serial')}
        value={values.serial}
        slotProps={{ htmlInput: { maxLength: 128, spellCheck: false, autoComplete: 'off' } }}
        onChange={({ target }) => onChange({ serial: target.value })}
      />
      {(iothreads.length > 0 || values.iothread !== null) && (
        <IothreadChoice value={values.iothread} options={iothreads} onChange={(iothread) => onChange({ iothread })} />
      )}
      <Stack direction="row" spacing={2}>
        <OnOff
          label={t('fields.readOnly')}
          isOn={values.isReadOnly}
          onChange={(isReadOnly) => onChange({ isReadOnly })}
        />
        <OnOff
          label={t('fields.shareable')}
          isOn={values.isShareable}
          onChange={(isShareable) => onChange({ isShareable })}
        />
      </Stack>
      {values.isShareable && (
        <Alert severity="warning" variant="outlined">
          {t('shareableHint')}
        </Alert>
      )}
    </>
  );
}

export type { DiskBus };
