import { MenuItem, TextField } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly T[];
  onChange: (value: T) => void;
  /** What an option is called, where it is not libvirt's own word. */
  text?: (option: T) => string;
  help?: string;
  isDisabled?: boolean;
}

/** One of a few words; a present one that is none of them stays choosable. */
export function Choice<T extends string>(props: ChoiceProps<T>): ReactNode {
  const { label, value, options, onChange, text, help, isDisabled = false } = props;
  const { t } = useTranslation('hardware');
  const shown = options.includes(value) ? options : [value, ...options];
  return (
    <TextField
      select
      size="small"
      fullWidth
      label={label}
      value={value}
      helperText={help}
      disabled={isDisabled}
      onChange={(event) => onChange(event.target.value as T)}
    >
      {shown.map((option) => (
        <MenuItem key={option} value={option}>
          {text?.(option) ?? (option === 'default' ? t('hypervisorDefault') : option)}
        </MenuItem>
      ))}
    </TextField>
  );
}

interface CountFieldProps {
  label: string;
  value: string;
  /** What is wrong, in words; null where nothing is. */
  fault: string | null;
  help?: string;
  onChange: (text: string) => void;
}

/** A whole number as it is typed. */
export function CountField({ label, value, fault, help = ' ', onChange }: CountFieldProps): ReactNode {
  return (
    <TextField
      label={label}
      size="small"
      required
      fullWidth
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={fault !== null}
      helperText={fault ?? help}
      slotProps={{ htmlInput: { inputMode: 'numeric', autoComplete: 'off' } }}
    />
  );
}

/** A whole number from 1; null where the text is none. */
export function countOf(text: string): number | null {
  const count = Number(text.trim());
  return /^\d{1,5}$/.test(text.trim()) && count > 0 ? count : null;
}
