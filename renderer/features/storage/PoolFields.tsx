import { MenuItem, TextField } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  poolKindRules,
  type PoolFault,
  type PoolField,
  type PoolKind,
  type PoolValues,
} from '../../../shared/model/pool-kinds.ts';

interface PoolFieldsProps {
  kind: PoolKind;
  /** Those that are shown. */
  fields: readonly PoolField[];
  valueOf: (field: PoolField) => string;
  faults: ReadonlyMap<PoolField, PoolFault | null>;
  isTouched: (field: PoolField) => boolean;
  onChange: (change: PoolValues) => void;
}

/** What the source and the target of a pool are made of. */
export function PoolFields({ kind, fields, valueOf, faults, isTouched, onChange }: PoolFieldsProps): ReactNode {
  const { t } = useTranslation('storage');
  const rule = poolKindRules[kind];
  return fields.map((field) => {
    const fault = faults.get(field) ?? null;
    const value = valueOf(field);
    return field === 'format' ? (
      <TextField
        key={field}
        select
        size="small"
        label={t('poolForm.fields.format')}
        value={value}
        onChange={(event) => onChange({ [field]: event.target.value })}
      >
        {(rule.formats.includes(value) ? rule.formats : [value, ...rule.formats]).map((format) => (
          <MenuItem key={format} value={format}>
            {format}
          </MenuItem>
        ))}
      </TextField>
    ) : (
      <Text
        key={`${kind}/${field}`}
        label={t(`poolForm.fields.${field === 'sourceName' ? `sourceName_${kind}` : field}`)}
        value={value}
        isRequired={rule.required.includes(field)}
        fault={fault === null || (fault === 'fieldEmpty' && !isTouched(field)) ? null : t(`faults.${fault}`)}
        help={t(`poolForm.help.${field}`)}
        onChange={(typed) => onChange({ [field]: typed })}
      />
    );
  });
}

interface TextProps {
  label: string;
  value: string;
  isRequired: boolean;
  fault: string | null;
  help: string;
  autoFocus?: boolean;
  onChange: (value: string) => void;
}

/** A line of a pool's form. */
export function Text({ label, value, isRequired, fault, help, autoFocus = false, onChange }: TextProps): ReactNode {
  return (
    <TextField
      label={label}
      size="small"
      fullWidth
      required={isRequired}
      autoFocus={autoFocus}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={fault !== null}
      helperText={fault ?? help}
      slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: 'off', autoComplete: 'off' } }}
    />
  );
}
