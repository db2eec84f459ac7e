import { Box, Stack, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { diskLimitNames, diskLimits, type DiskBurst, type DiskLimitName } from '../../../shared/contract/hardware.ts';
import { ChangeForm, type DevicePageProps } from './ChangeForm.tsx';
import { nextSettings } from './device-texts.ts';
import { countOf, OnOff, TextEntry } from './fields.tsx';
import { useDraft } from './use-draft.ts';

const MEBIBYTE = 1024 ** 2;
const directions = ['total', 'read', 'write'] as const;
const units = ['bytes', 'iops'] as const;

type Draft = Record<DiskLimitName | `${DiskLimitName}_max` | `${DiskLimitName}_max_length`, string>;

/** Limits of a disk's bandwidth and requests, one for all or one for each direction, and bursts above them. */
export function DiskLimitsForm(props: DevicePageProps): ReactNode {
  const { device } = props;
  const { t } = useTranslation('hardware');
  const { values, set, isChanged, clear } = useDraft<Draft>(present(nextSettings(device)));
  const hasBursts = diskLimitNames.some((name) => values[`${name}_max`] !== '');
  const [isOpen, setOpen] = useState(hasBursts);
  const parsed = diskLimits.safeParse(
    Object.fromEntries(diskLimitNames.map((name) => [name, limitOf(values[name], unitOf(name))])),
  );
  const faults = new Set(parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.')));
  const limited = diskLimitNames.filter((name) => (limitOf(values[name], unitOf(name)) ?? 0) > 0);
  const bursts = burstsOf(values, limited);
  return (
    <ChangeForm
      {...props}
      change={
        isChanged && parsed.success && bursts !== null
          ? { what: 'diskLimits', key: device.key, limits: parsed.data, bursts }
          : null
      }
      canNow={device.presence !== 'next'}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <Typography variant="subtitle2" component="h3">
        {t('diskLimits.title')}
      </Typography>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(3, minmax(0, 1fr))', columnGap: 1.5, rowGap: 0.5 }}>
        {units.flatMap((unit) =>
          directions.map((direction) => {
            const name = `${direction}_${unit}_sec` as const;
            return (
              <TextEntry
                key={name}
                label={t(`diskLimits.${unit}.${direction}`)}
                value={values[name]}
                isFaulty={faults.has(name)}
                fault={t(limitOf(values[name], 1) === null ? 'faults.limit' : 'faults.bothLimits')}
                onChange={(text) => set({ [name]: text })}
              />
            );
          }),
        )}
      </Box>
      <Typography variant="body2" color="text.secondary">
        {t('diskLimits.hint')}
      </Typography>
      <OnOff
        label={t('diskLimits.bursts')}
        isOn={isOpen}
        onChange={(isOn) => {
          setOpen(isOn);
          // Off is without any, not hidden.
          if (!isOn) set(Object.fromEntries(diskLimitNames.map((name) => [`${name}_max`, ''])));
        }}
      />
      {isOpen && (
        <Stack spacing={1.5}>
          <Typography variant="body2" color="text.secondary">
            {t(limited.length === 0 ? 'diskLimits.noLimits' : 'diskLimits.burstHint')}
          </Typography>
          {limited.map((name) => (
            <BurstFields key={name} name={name} values={values} onChange={set} />
          ))}
        </Stack>
      )}
    </ChangeForm>
  );
}

interface BurstFieldsProps {
  name: DiskLimitName;
  values: Draft;
  onChange: (part: Partial<Draft>) => void;
}

function BurstFields({ name, values, onChange }: BurstFieldsProps): ReactNode {
  const { t } = useTranslation('hardware');
  const [direction = '', unit = ''] = name.split('_');
  const label = t(`diskLimits.${unit}.${direction}`);
  const most = limitOf(values[`${name}_max`], unitOf(name));
  return (
    <Stack direction="row" spacing={1.5}>
      <TextEntry
        label={t('diskLimits.most', { limit: label })}
        value={values[`${name}_max`]}
        isFaulty={most === null || isBelow(most, name, values)}
        fault={t(most === null ? 'faults.limit' : 'faults.burst')}
        onChange={(text) => onChange({ [`${name}_max`]: text })}
      />
      <TextEntry
        label={t('diskLimits.seconds', { limit: label })}
        value={values[`${name}_max_length`]}
        isFaulty={secondsOf(values[`${name}_max_length`]) === null}
        fault={t('faults.seconds')}
        isDisabled={values[`${name}_max`] === ''}
        onChange={(text) => onChange({ [`${name}_max_length`]: text })}
      />
    </Stack>
  );
}

/** As the definition has them; bytes in MiB. */
function present(settings: ReadonlyMap<string, string>): Draft {
  return Object.fromEntries(
    diskLimitNames.flatMap((name) => [
      ...[name, `${name}_max`].map((each) => {
        const value = Number(settings.get(`iotune.${each}`) ?? '0');
        return [each, value === 0 ? '' : String(value / unitOf(name))];
      }),
      [`${name}_max_length`, settings.get(`iotune.${name}_max_length`) ?? '1'],
    ]),
  ) as Draft;
}

/** Those that are entered; null while one is wrong. */
function burstsOf(values: Draft, limited: readonly DiskLimitName[]): DiskBurst[] | null {
  const bursts = limited.flatMap((limit) => {
    const most = limitOf(values[`${limit}_max`], unitOf(limit));
    if (most === 0) return [];
    const seconds = secondsOf(values[`${limit}_max_length`]);
    return [most === null || seconds === null || isBelow(most, limit, values) ? null : { limit, most, seconds }];
  });
  const known = bursts.filter((burst) => burst !== null);
  return known.length === bursts.length ? known : null;
}

/** QEMU takes no burst below the limit. */
function isBelow(most: number, name: DiskLimitName, values: Draft): boolean {
  return most > 0 && most < (limitOf(values[name], unitOf(name)) ?? 0);
}

function secondsOf(text: string): number | null {
  const seconds = countOf(text);
  return seconds !== null && seconds <= 86_400 ? seconds : null;
}

function unitOf(name: DiskLimitName): number {
  return name.includes('bytes') ? MEBIBYTE : 1;
}

/** A number from 0 as it is typed, in units of `unit`; 0 for an empty text, null for one that is no number. */
function limitOf(text: string, unit: number): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return 0;
  return /^\d{1,12}(\.\d{1,9})?$/.test(trimmed) ? Math.round(Number(trimmed) * unit) : null;
}
