import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { diskLimits, type DiskLimits } from '../../../shared/contract/hardware.ts';
import { ChangeForm, type DevicePageProps } from './ChangeForm.tsx';
import { nextSettings } from './device-texts.ts';
import { TextEntry } from './fields.tsx';
import { useDraft } from './use-draft.ts';

const MEBIBYTE = 1024 ** 2;
const directions = ['total', 'read', 'write'] as const;
const units = ['bytes', 'iops'] as const;

/** Limits of a disk's bandwidth and requests: one for all, or one for each direction. */
export function DiskLimitsForm(props: DevicePageProps): ReactNode {
  const { device } = props;
  const { t } = useTranslation('hardware');
  const settings = nextSettings(device);
  const present = (name: keyof DiskLimits): string => {
    const value = Number(settings.get(`iotune.${name}`) ?? '0');
    if (value === 0) return '';
    return String(name.includes('bytes') ? value / MEBIBYTE : value);
  };
  const { values, set, isChanged, clear } = useDraft<Record<keyof DiskLimits, string>>({
    total_bytes_sec: present('total_bytes_sec'),
    read_bytes_sec: present('read_bytes_sec'),
    write_bytes_sec: present('write_bytes_sec'),
    total_iops_sec: present('total_iops_sec'),
    read_iops_sec: present('read_iops_sec'),
    write_iops_sec: present('write_iops_sec'),
  });
  const parsed = diskLimits.safeParse(
    Object.fromEntries(
      Object.entries(values).map(([name, text]) => [name, limitOf(text, name.includes('bytes') ? MEBIBYTE : 1)]),
    ),
  );
  const faults = new Set(parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.')));
  return (
    <ChangeForm
      {...props}
      change={isChanged && parsed.success ? { what: 'diskLimits', key: device.key, limits: parsed.data } : null}
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
    </ChangeForm>
  );
}

/** A number from 0 as it is typed, in units of `unit`; 0 for an empty text, null for one that is no number. */
function limitOf(text: string, unit: number): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return 0;
  return /^\d{1,12}(\.\d{1,9})?$/.test(trimmed) ? Math.round(Number(trimmed) * unit) : null;
}
