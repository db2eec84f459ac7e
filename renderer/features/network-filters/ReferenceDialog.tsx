import { MenuItem, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkFilter } from '../../../shared/contract/network-filters.ts';
import type { FilterReference } from '../../../shared/model/filter-rules.ts';
import { useNetworkFilters } from '../../core-client/feeds.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { AtOnce, useFilterChange } from './FilterDialogs.tsx';
import { ParametersField, parametersOf, parametersText } from './parameters.tsx';

interface ReferenceDialogProps {
  filter: NetworkFilter;
  /** The reference that is changed and its place among the entries; null for a new one. */
  present: { index: number; reference: FilterReference } | null;
  onClose: () => void;
}

/** Takes the rules of another filter into a filter. */
export function ReferenceDialog({ filter, present, onClose }: ReferenceDialogProps): ReactNode {
  const { t } = useTranslation('networkFilters');
  const start = useFilterChange(filter);
  const { items } = useNetworkFilters(filter.connectionId);
  // What the page reads while the dialog is open must not change what is compared.
  const [before] = useState(present);
  const [name, setName] = useState(before?.reference.filter ?? '');
  const [text, setText] = useState(parametersText(before?.reference.parameters ?? []));
  const parameters = parametersOf(text);
  // One that leads back to this filter would be a circle.
  const names = items
    .filter(({ id }) => id !== filter.id && !leadsTo(filter.name, id, items))
    .map((each) => each.name)
    .sort();
  const options = name === '' || names.includes(name) ? names : [name, ...names];
  const isChanged =
    before === null || name !== before.reference.filter || text !== parametersText(before.reference.parameters);
  return (
    <TaskDialog
      title={t(before === null ? 'reference.add' : 'reference.edit')}
      submit={t(before === null ? 'form.add' : 'form.save')}
      canSubmit={isChanged && name !== '' && parameters !== null}
      start={() => {
        const after = { kind: 'reference' as const, filter: name, parameters: parameters ?? [] };
        return start(
          before === null
            ? { what: 'add', entries: [after] }
            : { what: 'replace', index: before.index, before: before.reference, after },
        );
      }}
      onClose={onClose}
    >
      <AtOnce />
      <TextField
        select
        required
        autoFocus
        size="small"
        label={t('reference.filter')}
        value={name}
        helperText={t('reference.hint')}
        onChange={({ target }) => setName(target.value)}
      >
        {options.map((each) => (
          <MenuItem key={each} value={each}>
            {each}
          </MenuItem>
        ))}
      </TextField>
      <ParametersField value={text} onChange={setText} />
    </TaskDialog>
  );
}

/** Whether a filter refers to `name`, itself or by others. */
function leadsTo(name: string, from: string, filters: readonly NetworkFilter[]): boolean {
  const seen = new Set<string>();
  const walk = (filter: NetworkFilter | undefined): boolean => {
    if (filter === undefined || seen.has(filter.id)) return false;
    seen.add(filter.id);
    return filter.entries.some(
      (entry) =>
        entry.kind === 'reference' &&
        (entry.filter === name || walk(filters.find((each) => each.name === entry.filter))),
    );
  };
  return walk(filters.find(({ id }) => id === from));
}
