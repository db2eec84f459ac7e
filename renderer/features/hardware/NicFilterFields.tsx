import { MenuItem, Stack, TextField } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { FilterReference } from '../../../shared/model/filter-rules.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { ParametersField, parametersOf, parametersText } from '../network-filters/parameters.tsx';

/** What is entered for the network filter of a NIC. */
export interface NicFilterWords {
  /** Its name; empty for none. */
  filter: string;
  /** As a person types them: one in a line. */
  parameters: string;
}

/** The filter that a NIC has, by the settings of its XML. */
export function filterWordsOf(settings: ReadonlyMap<string, string>): NicFilterWords {
  const listOf = (path: string): string[] => settings.get(`filterref.parameter.${path}`)?.split(', ') ?? [];
  const values = listOf('value');
  const parameters = listOf('name').map((name, index) => ({ name, value: values[index] ?? '' }));
  return { filter: settings.get('filterref.filter') ?? '', parameters: parametersText(parameters) };
}

/** As a change of a NIC has it; null for none, undefined while a value is wrong. */
export function nicFilterOf({ filter, parameters }: NicFilterWords): Omit<FilterReference, 'kind'> | null | undefined {
  if (filter === '') return null;
  const parsed = parametersOf(parameters);
  return parsed === null ? undefined : { filter, parameters: parsed };
}

/** Whether both are the same filter with the same values. */
export function isSameFilter(one: NicFilterWords, other: NicFilterWords): boolean {
  return JSON.stringify(nicFilterOf(one)) === JSON.stringify(nicFilterOf(other));
}

interface NicFilterFieldsProps {
  machine: Machine;
  value: NicFilterWords;
  onChange: (part: Partial<NicFilterWords>) => void;
}

/** The network filter that guards a NIC, and the values of its variables. */
export function NicFilterFields({ machine, value, onChange }: NicFilterFieldsProps): ReactNode {
  const { t } = useTranslation('hardware');
  const trpc = useTRPC();
  const { connectionId } = machine;
  const { data: names = [] } = useQuery(trpc.networkFilters.names.queryOptions({ connectionId }));
  const { filter, parameters } = value;
  const options = [...new Set(['', filter, ...(names ?? [])])];
  return (
    <Stack spacing={1}>
      <TextField
        select
        fullWidth
        size="small"
        label={t('nicFilter.label')}
        value={filter}
        disabled={names === null && filter === ''}
        helperText={t(names === null ? 'nicFilter.noDriver' : 'nicFilter.hint')}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
        onChange={({ target }) => onChange({ filter: target.value })}
      >
        {options.map((name) => (
          <MenuItem key={name} value={name}>
            {name === '' ? t('nicFilter.none') : name}
          </MenuItem>
        ))}
      </TextField>
      {filter !== '' && <ParametersField value={parameters} onChange={(text) => onChange({ parameters: text })} />}
    </Stack>
  );
}
