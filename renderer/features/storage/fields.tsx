import { MenuItem, Stack, TextField } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { sizeUnits, type SizeInput, type SizeUnit } from './volume-form.ts';

interface NameFieldProps {
  value: string;
  /** Names its text (storage:faults.<fault>); null where nothing is wrong. */
  fault: string | null;
  onChange: (name: string) => void;
}

/** The name of a new volume. */
export function NameField({ value, fault, onChange }: NameFieldProps): ReactNode {
  const { t } = useTranslation('storage');
  return (
    <TextField
      label={t('form.name')}
      size="small"
      fullWidth
      required
      autoFocus
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={fault !== null}
      helperText={fault === null ? ' ' : t(`faults.${fault}`)}
      slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: 'off', autoComplete: 'off' } }}
    />
  );
}

interface SizeFieldProps {
  value: SizeInput;
  /** What is wrong, in words; null where nothing is. */
  fault: string | null;
  help: string;
  onChange: (size: SizeInput) => void;
}

/** A size with its unit. */
export function SizeField({ value, fault, help, onChange }: SizeFieldProps): ReactNode {
  const { t } = useTranslation('storage');
  return (
    <Stack direction="row" spacing={1} sx={{ alignItems: 'flex-start' }}>
      <TextField
        label={t('form.size')}
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
        label={t('form.unit')}
        sx={{ width: 100 }}
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
