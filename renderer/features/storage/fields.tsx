import { TextField } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

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
