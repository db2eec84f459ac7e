import { Box, Checkbox, FormControlLabel, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { FilterChange, NetworkFilter } from '../../../shared/contract/network-filters.ts';
import { chainFault, filterChains, filterNameFault, isPriority } from '../../../shared/model/filter-rules.ts';
import { filterTemplateIds, filterTemplates, type FilterTemplateId } from '../../../shared/model/filter-templates.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { Text } from '../networks/network-fields.tsx';

interface NewFilterDialogProps {
  /** The hosts that are online. */
  hosts: readonly Connection[];
  /** Of all hosts. */
  filters: readonly NetworkFilter[];
  onClose: () => void;
}

/** Makes a filter of templates; rules are added on its page. */
export function NewFilterDialog({ hosts, filters, onClose }: NewFilterDialogProps): ReactNode {
  const { t } = useTranslation('networkFilters');
  const create = useMutation(useTRPC().networkFilters.create.mutationOptions());
  const [connectionId, setConnectionId] = useState(hosts[0]?.id ?? '');
  const [name, setName] = useState('');
  const [place, setPlace] = useState<ChainWords>({ chain: 'root', priority: '' });
  const [chosen, setChosen] = useState<ReadonlySet<FilterTemplateId>>(new Set());
  const taken = filters.filter((each) => each.connectionId === connectionId).map((each) => each.name);
  const fault = filterNameFault(name.trim(), taken);
  const priority = priorityOf(place.priority);
  return (
    <TaskDialog
      title={t('newFilter')}
      submit={t('form.create')}
      canSubmit={fault === null && chainFault(place.chain) === null && isPriority(priority)}
      start={async () => {
        const entries = entriesOf(chosen);
        const made = { connectionId, id: crypto.randomUUID(), name: name.trim(), chain: place.chain.trim() };
        return [(await create.mutateAsync({ ...made, priority, entries })).taskId];
      }}
      onClose={onClose}
    >
      {hosts.length > 1 && (
        <TextField
          select
          size="small"
          label={t('columns.host')}
          value={connectionId}
          onChange={({ target }) => setConnectionId(target.value)}
        >
          {hosts.map((host) => (
            <MenuItem key={host.id} value={host.id}>
              {host.name}
            </MenuItem>
          ))}
        </TextField>
      )}
      <NameField value={name} fault={fault} onChange={setName} />
      <TemplateChoice chosen={chosen} onChange={setChosen} />
      <ChainFields value={place} onChange={(part) => setPlace((before) => ({ ...before, ...part }))} />
    </TaskDialog>
  );
}

/** Makes a filter with the rules of another. */
export function CopyFilterDialog({ filter, onClose }: { filter: NetworkFilter; onClose: () => void }): ReactNode {
  const { t } = useTranslation('networkFilters');
  const copy = useMutation(useTRPC().networkFilters.copy.mutationOptions());
  const [{ connectionId, id: filterId, name: source }] = useState(filter);
  const [name, setName] = useState(`${source}-copy`);
  const fault = filterNameFault(name.trim(), [source]);
  return (
    <TaskDialog
      title={t('copyTitle', { name: source })}
      submit={t('actions.copy')}
      canSubmit={fault === null}
      start={async () => {
        const input = { connectionId, filterId, id: crypto.randomUUID(), name: name.trim() };
        return [(await copy.mutateAsync(input)).taskId];
      }}
      onClose={onClose}
    >
      <NameField value={name} fault={fault} onChange={setName} />
    </TaskDialog>
  );
}

/** Starts a change of a filter and gives the id of its task. */
export function useFilterChange({ connectionId, id }: NetworkFilter): (change: FilterChange) => Promise<string[]> {
  const { mutateAsync } = useMutation(useTRPC().networkFilters.change.mutationOptions());
  return async (change) => [(await mutateAsync({ connectionId, filterId: id, change })).taskId];
}

/** Adds rules that are often needed. */
export function TemplatesDialog({ filter, onClose }: { filter: NetworkFilter; onClose: () => void }): ReactNode {
  const { t } = useTranslation('networkFilters');
  const start = useFilterChange(filter);
  const [chosen, setChosen] = useState<ReadonlySet<FilterTemplateId>>(new Set());
  return (
    <TaskDialog
      title={t('templates.title')}
      submit={t('form.add')}
      canSubmit={chosen.size > 0}
      start={() => start({ what: 'add', entries: entriesOf(chosen) })}
      onClose={onClose}
    >
      <AtOnce />
      <TemplateChoice chosen={chosen} onChange={setChosen} />
    </TaskDialog>
  );
}

/** Moves a filter to another chain. */
export function ChainDialog({ filter, onClose }: { filter: NetworkFilter; onClose: () => void }): ReactNode {
  const { t } = useTranslation('networkFilters');
  const start = useFilterChange(filter);
  const [place, setPlace] = useState<ChainWords>({
    chain: filter.chain,
    priority: filter.priority === null ? '' : String(filter.priority),
  });
  const priority = priorityOf(place.priority);
  return (
    <TaskDialog
      title={t('chainTitle', { name: filter.name })}
      submit={t('form.save')}
      canSubmit={chainFault(place.chain) === null && isPriority(priority)}
      start={() => start({ what: 'chain', chain: place.chain.trim(), priority })}
      onClose={onClose}
    >
      <AtOnce />
      <ChainFields value={place} onChange={(part) => setPlace((before) => ({ ...before, ...part }))} />
    </TaskDialog>
  );
}

/** What a person must know of each change. */
export function AtOnce(): ReactNode {
  const { t } = useTranslation('networkFilters');
  return (
    <Typography variant="body2" color="text.secondary">
      {t('atOnce')}
    </Typography>
  );
}

/** NaN for a text that is no whole number; null for none. */
export function priorityOf(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^-?\d{1,4}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
}

function entriesOf(chosen: ReadonlySet<FilterTemplateId>) {
  return filterTemplateIds.filter((id) => chosen.has(id)).flatMap((id) => [...filterTemplates[id]]);
}

interface NameFieldProps {
  value: string;
  fault: ReturnType<typeof filterNameFault>;
  onChange: (name: string) => void;
}

function NameField({ value, fault, onChange }: NameFieldProps): ReactNode {
  const { t } = useTranslation('networkFilters');
  const isTold = fault !== null && value !== '';
  return (
    <Text
      label={t('columns.name')}
      value={value}
      fault={isTold ? t(`faults.${fault}`) : null}
      help={t('form.nameHint')}
      isRequired
      autoFocus
      onChange={onChange}
    />
  );
}

interface ChainWords {
  chain: string;
  priority: string;
}

function ChainFields({ value, onChange }: { value: ChainWords; onChange: (part: Partial<ChainWords>) => void }) {
  const { t } = useTranslation('networkFilters');
  const { chain, priority } = value;
  const options = filterChains.some((each) => each === chain) ? filterChains : [chain, ...filterChains];
  return (
    <Stack direction="row" spacing={1.5}>
      <TextField
        select
        size="small"
        fullWidth
        label={t('columns.chain')}
        value={chain}
        helperText={t('form.chainHint')}
        onChange={({ target }) => onChange({ chain: target.value })}
      >
        {options.map((each) => (
          <MenuItem key={each} value={each}>
            {each}
          </MenuItem>
        ))}
      </TextField>
      <Text
        label={t('form.chainPriority')}
        value={priority}
        fault={isPriority(priorityOf(priority)) ? null : t('faults.priority')}
        help={t('form.chainPriorityHint')}
        onChange={(next) => onChange({ priority: next })}
      />
    </Stack>
  );
}

interface TemplateChoiceProps {
  chosen: ReadonlySet<FilterTemplateId>;
  onChange: (chosen: ReadonlySet<FilterTemplateId>) => void;
}

/** Rules that are often needed, with what they let through. */
function TemplateChoice({ chosen, onChange }: TemplateChoiceProps): ReactNode {
  const { t } = useTranslation('networkFilters');
  return (
    <Box component="fieldset" sx={{ border: 0, p: 0, m: 0, minWidth: 0 }}>
      <Typography component="legend" variant="subtitle2">
        {t('templates.legend')}
      </Typography>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', columnGap: 2 }}>
        {filterTemplateIds.map((id) => (
          <FormControlLabel
            key={id}
            sx={{ alignItems: 'flex-start', mr: 0 }}
            control={
              <Checkbox
                size="small"
                checked={chosen.has(id)}
                sx={{ py: 0.75 }}
                onChange={({ target }) => {
                  const next = new Set(chosen);
                  if (target.checked) next.add(id);
                  else next.delete(id);
                  onChange(next);
                }}
              />
            }
            label={
              <Box sx={{ py: 0.75 }}>
                <Typography variant="body2">{t(`templates.${id}.name`)}</Typography>
                <Typography variant="caption" color="text.secondary" sx={{ display: 'block', lineHeight: 1.35 }}>
                  {t(`templates.${id}.text`)}
                </Typography>
              </Box>
            }
          />
        ))}
      </Box>
    </Box>
  );
}
