import { TextField } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isParameter, type FilterReference } from '../../../shared/model/filter-rules.ts';
import { monospace } from '../../app/theme.ts';

type Parameters = FilterReference['parameters'];

/** Values of a filter's variables as a person types them: one in a line. */
export function parametersText(parameters: Parameters): string {
  return parameters.map(({ name, value }) => `${name}=${value}`).join('\n');
}

/** Null where a line is no value of a variable. */
export function parametersOf(text: string): Parameters | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const parameters = lines.map((line) => {
    const [name = '', ...value] = line.split('=');
    return { name: name.trim(), value: value.join('=').trim() };
  });
  return parameters.every(isParameter) ? parameters : null;
}

interface ParametersFieldProps {
  value: string;
  onChange: (text: string) => void;
}

/** The values of a filter's variables. */
export function ParametersField({ value, onChange }: ParametersFieldProps): ReactNode {
  const { t } = useTranslation('networkFilters');
  const isWrong = parametersOf(value) === null;
  return (
    <TextField
      multiline
      minRows={2}
      maxRows={6}
      size="small"
      fullWidth
      label={t('form.parameters')}
      placeholder={t('form.parametersExample')}
      value={value}
      error={isWrong}
      helperText={t(isWrong ? 'faults.parameter' : 'form.parametersHint')}
      slotProps={{
        htmlInput: { spellCheck: false, autoComplete: 'off', maxLength: 16_384, style: { fontFamily: monospace } },
      }}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
