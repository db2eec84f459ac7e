import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NicLimit } from '../../../shared/contract/hardware.ts';
import { ChangeForm, type DevicePageProps } from './ChangeForm.tsx';
import { nextSettings } from './device-texts.ts';
import { NumberEntry } from './fields.tsx';
import { useDraft } from './use-draft.ts';

const directions = ['inbound', 'outbound'] as const;
const parts = ['average', 'peak', 'burst'] as const;
const MAX = 2 ** 32 - 1;

/** Limits of what a network card takes in and gives out. */
export function NicLimitsForm(props: DevicePageProps): ReactNode {
  const { device } = props;
  const { t } = useTranslation('hardware');
  const settings = nextSettings(device);
  const present = (name: string): number | null => {
    const text = settings.get(`bandwidth.${name}`);
    return text === undefined ? null : Number(text);
  };
  const { values, set, isChanged, clear } = useDraft<Record<`${Direction}.${Part}`, number | null>>({
    'inbound.average': present('inbound.average'),
    'inbound.peak': present('inbound.peak'),
    'inbound.burst': present('inbound.burst'),
    'outbound.average': present('outbound.average'),
    'outbound.peak': present('outbound.peak'),
    'outbound.burst': present('outbound.burst'),
  });
  const limitOf = (direction: Direction): NicLimit | null => {
    const average = values[`${direction}.average`];
    if (average === null) return null;
    return { average, peak: values[`${direction}.peak`] ?? 0, burst: values[`${direction}.burst`] ?? 0 };
  };
  const faultOf = (direction: Direction, part: Part): string | null => {
    const value = values[`${direction}.${part}`];
    const average = values[`${direction}.average`];
    if (value !== null && !(Number.isInteger(value) && value >= 1 && value <= MAX)) return t('faults.count');
    if (value === null || part === 'average') return null;
    if (average === null) return t('faults.noAverage');
    return part === 'peak' && value < average ? t('faults.peak') : null;
  };
  const isValid = directions.every((direction) => parts.every((part) => faultOf(direction, part) === null));
  return (
    <ChangeForm
      {...props}
      change={
        isChanged && isValid
          ? { what: 'nicLimits', key: device.key, inbound: limitOf('inbound'), outbound: limitOf('outbound') }
          : null
      }
      canNow={device.presence !== 'next'}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <Typography variant="subtitle2" component="h3">
        {t('nicLimits.title')}
      </Typography>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(3, minmax(0, 1fr))', columnGap: 1.5, rowGap: 0.5 }}>
        {directions.flatMap((direction) =>
          parts.map((part) => {
            const fault = faultOf(direction, part);
            return (
              <NumberEntry
                key={`${direction}.${part}`}
                label={t(`nicLimits.${direction}.${part}`)}
                value={values[`${direction}.${part}`]}
                isFaulty={fault !== null}
                fault={fault ?? ''}
                onChange={(value) => set({ [`${direction}.${part}`]: value })}
              />
            );
          }),
        )}
      </Box>
      <Typography variant="body2" color="text.secondary">
        {t('nicLimits.hint')}
      </Typography>
    </ChangeForm>
  );
}

type Direction = (typeof directions)[number];
type Part = (typeof parts)[number];
