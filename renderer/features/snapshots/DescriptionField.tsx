import { TextField } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const MAX_DESCRIPTION = 1_000;

interface DescriptionFieldProps {
  value: string;
  autoFocus?: boolean;
  onChange: (value: string) => void;
}

/** What a person writes about a snapshot. */
export function DescriptionField({ value, autoFocus = false, onChange }: DescriptionFieldProps): ReactNode {
  const { t } = useTranslation('snapshots');
  return (
    <TextField
      label={t('take.description')}
      value={value}
      autoFocus={autoFocus}
      multiline
      minRows={2}
      maxRows={6}
      slotProps={{ htmlInput: { maxLength: MAX_DESCRIPTION } }}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
