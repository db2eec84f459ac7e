import { MenuItem, Stack, TextField } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { sizeUnits, type SizeInput, type SizeUnit } from './size-input.ts';

interface SizeFieldProps {
  label: string;
  value: SizeInput;
  /** What is wrong, in words; null where nothing is. */
  fault: string | null;
  /** Shown below while nothing is wrong. */
  help: string;
  onChange: (size: SizeInput) => void;
}

/** A size with its unit. */
export function SizeField({ label, value, fault, help, onChange }: SizeFieldProps): ReactNode {
  const { t } = useTranslation('app');
  return (
    <Stack direction="row" spacing={1} sx={{ alignItems: 'flex-start' }}>
      <TextField
        label={label}
        size="small"
        required
        sx={{ flex: 1 }}
        value={value.text}
        onChange={(event) => onChange({ ...value, text: event.target.value })}
        error={fault !== null}
        helperText={fault ?? help}
        slotProps={{ htmlInput: { inputMode: 'decimal', autoComplete: 'off' } }}
      />
      <TextField
        select
        size="small"
        label={t('unit')}
        sx={{ width: 100, flexShrink: 0 }}
        value={value.unit}
        onChange={(event) => onChange({ ...value, unit: event.target.value as SizeUnit })}
      >
        {sizeUnits.map((unit) => (
          <MenuItem key={unit} value={unit}>
            {unit}
          </MenuItem>
        ))}
      </TextField>
    </Stack>
  );
}
