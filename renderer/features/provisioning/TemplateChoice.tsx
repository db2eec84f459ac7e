import { Autocomplete, TextField } from '@mui/material';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMachines } from '../../core-client/feeds.tsx';
import { useReadTags } from '../notes/use-read-tags.ts';
import { useFaultText } from './fields.tsx';
import type { Fault } from './faults.ts';

interface TemplateChoiceProps {
  connectionId: string;
  /** Id of a template. */
  value: string | null;
  fault: Fault | undefined;
  onChange: (id: string | null) => void;
}

/** One of the host's templates; which these are is in the XML of each machine, and is read while one looks. */
export function TemplateChoice({ connectionId, value, fault, onChange }: TemplateChoiceProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const faultText = useFaultText();
  const { items } = useMachines(connectionId);
  const rows = useMemo(() => items.map((machine) => ({ machine, isOnline: true })), [items]);
  const unread = useReadTags(rows, true);
  const templates = useMemo(() => items.filter(({ isTemplate }) => isTemplate === true), [items]);
  const help = unread > 0 ? t('notes:reading', { count: unread }) : t('source.templateHelp');
  return (
    <Autocomplete
      size="small"
      options={templates}
      value={templates.find(({ id }) => id === value) ?? null}
      onChange={(_, machine) => onChange(machine?.id ?? null)}
      getOptionLabel={({ name }) => name}
      getOptionKey={({ id }) => id}
      isOptionEqualToValue={(one, other) => one.id === other.id}
      noOptionsText={t(unread > 0 ? 'source.searching' : 'source.noTemplates')}
      renderInput={(params) => (
        <TextField
          {...params}
          label={t('source.template')}
          required
          error={fault !== undefined}
          helperText={fault === undefined ? help : faultText(fault)}
        />
      )}
    />
  );
}
