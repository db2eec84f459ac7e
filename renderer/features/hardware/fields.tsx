import { FormControlLabel, MenuItem, Switch, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
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
  const { t, i18n } = useTranslation('hardware');
  const known = (option: T): string => (i18n.exists(`hardware:options.${option}`) ? t(`options.${option}`) : option);
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
          {text?.(option) ?? (option === 'default' ? t('hypervisorDefault') : known(option))}
        </MenuItem>
      ))}
    </TextField>
  );
}

interface TextEntryProps {
  label: string;
  value: string;
  /** What is wrong with it, in words, where something is. */
  fault: string;
  isFaulty: boolean;
  help?: string;
  isDisabled?: boolean;
  type?: 'text' | 'password';
  onChange: (text: string) => void;
}

/** A line of text. An empty one is wrong only once a person has been there. */
export function TextEntry(props: TextEntryProps): ReactNode {
  const { label, value, fault, isFaulty, help = ' ', isDisabled = false, type = 'text', onChange } = props;
  const [isTouched, setTouched] = useState(false);
  const isWrong = isFaulty && !isDisabled && (value !== '' || isTouched);
  return (
    <TextField
      size="small"
      fullWidth
      type={type}
      label={label}
      value={value}
      disabled={isDisabled}
      error={isWrong}
      helperText={isWrong ? fault : help}
      slotProps={{ htmlInput: { spellCheck: false, autoComplete: type === 'password' ? 'new-password' : 'off' } }}
      onBlur={() => setTouched(true)}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

interface NumberEntryProps extends Omit<TextEntryProps, 'value' | 'onChange' | 'type'> {
  /** NaN for a text that is no number. */
  value: number | null;
  /** An empty text is null. */
  onChange: (value: number | null) => void;
}

/** A whole number as it is typed; an empty text stands for none. */
export function NumberEntry({ value, onChange, ...props }: NumberEntryProps): ReactNode {
  const [text, setText] = useState<string | null>(null);
  const present = value === null || Number.isNaN(value) ? '' : String(value);
  // What was typed is kept while it stands for the value; else the value has been set from elsewhere.
  const typed = text === null ? null : (numberOf(text) ?? Number.NaN);
  const shown = text !== null && Object.is(typed, value ?? Number.NaN) ? text : present;
  return (
    <TextEntry
      {...props}
      value={shown}
      onChange={(next) => {
        setText(next);
        onChange(numberOf(next));
      }}
    />
  );
}

function numberOf(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^\d{1,12}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
}

interface OnOffProps {
  label: string;
  isOn: boolean;
  isDisabled?: boolean;
  onChange: (isOn: boolean) => void;
}

/** A setting that is on or off. */
export function OnOff({ label, isOn, isDisabled = false, onChange }: OnOffProps): ReactNode {
  return (
    <FormControlLabel
      disabled={isDisabled}
      control={<Switch size="small" checked={isOn} onChange={({ target }) => onChange(target.checked)} />}
      label={<Typography variant="body2">{label}</Typography>}
    />
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

interface IothreadChoiceProps {
  /** Null leaves it to QEMU's own thread. */
  value: number | null;
  options: readonly number[];
  onChange: (id: number | null) => void;
}

/** The I/O thread that serves a device. */
export function IothreadChoice({ value, options, onChange }: IothreadChoiceProps): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Choice<string>
      label={t('fields.iothread')}
      value={value === null ? 'default' : String(value)}
      options={['default', ...options.map(String)]}
      text={(id) => (id === 'default' ? t('iothreads.none') : t('iothreads.one', { id }))}
      onChange={(id) => onChange(id === 'default' ? null : Number(id))}
    />
  );
}
