import { Box, FormControlLabel, MenuItem, Stack, Switch, TextField, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../ui/format.ts';
import { SizeField } from '../../ui/size-field.tsx';
import type { SizeInput } from '../../ui/size-input.ts';
import type { Fault } from './faults.ts';

interface FieldProps {
  label: string;
  fault: Fault | undefined;
  /** Shown below while nothing is wrong. */
  help?: string;
}

/** The words for a fault. */
export function useFaultText(): (fault: Fault) => string {
  const { t, i18n } = useTranslation('provisioning');
  return ({ code, params }) => {
    const bytes = params['bytes'];
    const size = typeof bytes === 'number' ? { size: formatBytes(bytes, i18n.language) } : {};
    return t(`faults.${code}`, { ...params, ...size });
  };
}

interface TextProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  isNumber?: boolean;
  isOptional?: boolean;
  /** Whether what is typed is not shown. */
  isSecret?: boolean;
  /** More than one makes it grow with its text. */
  rows?: number;
  autoFocus?: boolean;
}

/** A line of text, or several. */
export function Text(props: TextProps): ReactNode {
  const { label, fault, help = ' ', value, onChange, isNumber, isOptional, isSecret, rows = 1, autoFocus } = props;
  const faultText = useFaultText();
  return (
    <TextField
      label={label}
      size="small"
      fullWidth
      required={isOptional !== true}
      {...(autoFocus === true && { autoFocus })}
      {...(isSecret === true && { type: 'password' })}
      {...(rows > 1 && { multiline: true, minRows: rows, maxRows: 6 })}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={fault !== undefined}
      helperText={fault === undefined ? help : faultText(fault)}
      slotProps={{
        htmlInput: {
          spellCheck: false,
          autoCapitalize: 'off',
          autoComplete: isSecret === true ? 'new-password' : 'off',
          ...(isNumber === true && { inputMode: 'numeric' }),
        },
      }}
    />
  );
}

interface ChoiceProps<Value extends string> extends FieldProps {
  value: Value | '';
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
}

/** One of few. */
export function Choice<Value extends string>(props: ChoiceProps<Value>): ReactNode {
  const { label, fault, help = ' ', value, options, onChange } = props;
  const faultText = useFaultText();
  return (
    <TextField
      select
      label={label}
      size="small"
      fullWidth
      value={value}
      onChange={(event) => onChange(event.target.value as Value)}
      error={fault !== undefined}
      helperText={fault === undefined ? help : faultText(fault)}
    >
      {options.map((option) => (
        <MenuItem key={option.value} value={option.value}>
          {option.label}
        </MenuItem>
      ))}
    </TextField>
  );
}

interface SizeProps extends FieldProps {
  value: SizeInput;
  onChange: (value: SizeInput) => void;
}

/** A size with its unit. */
export function Size({ fault, help = ' ', ...field }: SizeProps): ReactNode {
  const faultText = useFaultText();
  return <SizeField {...field} help={help} fault={fault === undefined ? null : faultText(fault)} />;
}

interface NameAndCountProps {
  name: string;
  count: string;
  /** All that they make. */
  names: readonly string[];
  nameFault: Fault | undefined;
  countFault: Fault | undefined;
  change: (change: { name?: string; count?: string }) => void;
}

/** The name of a new machine, or the pattern of several, and how many. */
export function NameAndCount({ name, count, names, nameFault, countFault, change }: NameAndCountProps): ReactNode {
  const { t } = useTranslation('provisioning');
  return (
    <Stack direction="row" spacing={2} sx={{ alignItems: 'flex-start' }}>
      <Text
        label={t('system.name')}
        fault={nameFault}
        help={names.length === 1 ? ' ' : t('system.names', { first: names[0], last: names.at(-1) })}
        value={name}
        onChange={(text) => change({ name: text })}
        autoFocus
      />
      <Box sx={{ width: 200, flexShrink: 0 }}>
        <Text
          label={t('system.count')}
          fault={countFault}
          value={count}
          onChange={(text) => change({ count: text })}
          isNumber
        />
      </Box>
    </Stack>
  );
}

/** Whether what is made is started. */
export function StartSwitch({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }): ReactNode {
  const { t } = useTranslation('provisioning');
  return (
    <FormControlLabel
      control={<Switch size="small" checked={isOn} onChange={(event) => onChange(event.target.checked)} />}
      label={<Typography variant="body2">{t('review.start')}</Typography>}
    />
  );
}
