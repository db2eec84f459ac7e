import { Box, Button, FormControlLabel, MenuItem, Switch, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkFilter } from '../../../shared/contract/network-filters.ts';
import {
  entryFaults,
  fieldText,
  filterDirections,
  filterProtocols,
  filterRuleActions,
  ruleFieldsOf,
  withFieldText,
  type FilterRule,
} from '../../../shared/model/filter-rules.ts';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { Text } from '../networks/network-fields.tsx';
import { AtOnce, priorityOf, useFilterChange } from './FilterDialogs.tsx';
import { protocolText, wordText } from './rule-text.ts';

/** What few rules need; with a value it is shown at once. */
const rare = new Set(['sourceRange', 'destinationRange', 'tcpFlags', 'connections', 'dscp', 'encapsulated']);
const rareButAtTheLowest = new Set(['sourceMac', 'destinationMac']);
const lowest = new Set(['mac', 'vlan', 'arp', 'rarp']);
const wide = new Set(['state', 'tcpFlags', 'opcode', 'etherType', 'ipProtocol']);
const stateNames = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'NONE'] as const;

const newRule: FilterRule = {
  kind: 'rule',
  action: 'accept',
  direction: 'in',
  priority: null,
  isStateful: true,
  protocol: 'tcp',
  isInverted: false,
  values: {},
};

interface RuleDialogProps {
  filter: NetworkFilter;
  /** The rule that is changed and its place among the entries; null for a new one. */
  present: { index: number; rule: FilterRule } | null;
  onClose: () => void;
}

/** Adds or changes a rule of a filter. */
export function RuleDialog({ filter, present, onClose }: RuleDialogProps): ReactNode {
  const { t, i18n } = useTranslation('networkFilters');
  const start = useFilterChange(filter);
  // What the page reads while the dialog is open must not change what is compared.
  const [before] = useState(present);
  const [rule, setRule] = useState(before?.rule ?? newRule);
  const [priority, setPriority] = useState(rule.priority === null ? '' : String(rule.priority));
  const [showsAll, setShowsAll] = useState(false);
  const set = (part: Partial<FilterRule>): void => setRule((each) => ({ ...each, ...part }));
  const after = { ...rule, priority: priorityOf(priority) };
  const faults = entryFaults(after);
  const fields = ruleFieldsOf(rule.protocol);
  const isRare = (id: string): boolean => rare.has(id) || (rareButAtTheLowest.has(id) && !lowest.has(rule.protocol));
  const shown = fields.filter((field) => showsAll || !isRare(field.id) || fieldText(field, rule.values) !== '');
  const known = new Set(['comment', ...fields.flatMap(({ attributes }) => [...attributes])]);
  const kept = Object.entries(rule.values).filter(([name]) => !known.has(name));
  const isChanged = before === null || JSON.stringify(after) !== JSON.stringify(before.rule);
  return (
    <TaskDialog
      title={t(before === null ? 'rule.add' : 'rule.edit')}
      submit={t(before === null ? 'form.add' : 'form.save')}
      canSubmit={isChanged && Object.keys(faults).length === 0}
      start={() =>
        start(
          before === null
            ? { what: 'add', entries: [after] }
            : { what: 'replace', index: before.index, before: before.rule, after },
        )
      }
      onClose={onClose}
    >
      <AtOnce />
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(6, 1fr)', columnGap: 1.5, rowGap: 1.25 }}>
        <Words
          label={t('rule.action')}
          value={rule.action}
          options={filterRuleActions}
          span={2}
          text={(word) => wordText('actionWords', word, t, i18n)}
          onChange={(action) => set({ action })}
        />
        <Words
          label={t('rule.direction')}
          value={rule.direction}
          options={filterDirections}
          span={2}
          text={(word) => wordText('directions', word, t, i18n)}
          onChange={(direction) => set({ direction })}
        />
        <Box sx={{ gridColumn: 'span 2' }}>
          <Text
            label={t('rule.priority')}
            value={priority}
            fault={faults['priority'] === undefined ? null : t('faults.priority')}
            help={t('rule.priorityHint')}
            onChange={setPriority}
          />
        </Box>
        <Words
          label={t('rule.protocol')}
          value={rule.protocol}
          options={['', ...filterProtocols]}
          span={6}
          text={(word) => protocolText(word, t, i18n)}
          onChange={(protocol) => set({ protocol, values: valuesFor(protocol, rule.values) })}
        />
        {shown.map((field) => (
          <Box key={field.id} sx={{ gridColumn: `span ${wide.has(field.id) ? 6 : 3}`, minWidth: 0 }}>
            {field.id === 'state' ? (
              <StateField
                value={rule.values['state'] ?? ''}
                onChange={(text) => set({ values: withFieldText(field, rule.values, text) })}
              />
            ) : (
              <RuleText
                id={field.id}
                value={fieldText(field, rule.values)}
                fault={faults[field.id] === undefined ? null : t(`faults.${faults[field.id] ?? ''}`)}
                onChange={(text) => set({ values: withFieldText(field, rule.values, text) })}
              />
            )}
          </Box>
        ))}
        {rule.protocol !== '' && (
          <Box sx={{ gridColumn: 'span 6' }}>
            <Text
              label={t('fields.comment')}
              value={rule.values['comment'] ?? ''}
              fault={null}
              onChange={(comment) => set({ values: withComment(rule.values, comment) })}
            />
          </Box>
        )}
      </Box>
      {kept.length > 0 && (
        <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
          {t('rule.kept', { attributes: kept.map(([name, value]) => `${name}=${value}`).join(', ') })}
        </Typography>
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 2 }}>
        <Flag label={t('rule.stateful')} isOn={rule.isStateful} onChange={(isStateful) => set({ isStateful })} />
        <Flag label={t('rule.inverted')} isOn={rule.isInverted} onChange={(isInverted) => set({ isInverted })} />
        {fields.some(({ id }) => isRare(id)) && (
          <Button size="small" color="inherit" onClick={() => setShowsAll(!showsAll)} aria-expanded={showsAll}>
            {t(showsAll ? 'rule.less' : 'rule.more')}
          </Button>
        )}
      </Box>
    </TaskDialog>
  );
}

/** Those that the protocol can have. */
function valuesFor(protocol: string, values: Record<string, string>): Record<string, string> {
  const known = new Set(['comment', ...ruleFieldsOf(protocol).flatMap(({ attributes }) => [...attributes])]);
  return protocol === '' ? {} : Object.fromEntries(Object.entries(values).filter(([name]) => known.has(name)));
}

function withComment(values: Record<string, string>, comment: string): Record<string, string> {
  const rest = Object.entries(values).filter(([name]) => name !== 'comment');
  return { ...Object.fromEntries(rest), ...(comment !== '' && { comment }) };
}

interface RuleTextProps {
  id: string;
  value: string;
  fault: string | null;
  onChange: (text: string) => void;
}

/** A field as it is typed: half an address is not cut while a person types it. */
function RuleText({ id, value, fault, onChange }: RuleTextProps): ReactNode {
  const { t, i18n } = useTranslation('networkFilters');
  const [text, setText] = useState(value);
  // A separator at the end says nothing yet, but stays.
  const shown = text.replace(/[/-]$/, '') === value || text.trim() === value ? text : value;
  const help = `networkFilters:help.${id}`;
  return (
    <Text
      label={t(`fields.${id}`)}
      value={shown}
      fault={fault}
      help={i18n.exists(help) ? t(help) : ' '}
      isMonospace
      onChange={(next) => {
        setText(next);
        onChange(next);
      }}
    />
  );
}

interface WordsProps {
  label: string;
  value: string;
  options: readonly string[];
  span: number;
  text: (word: string) => string;
  onChange: (word: string) => void;
}

/** One of a few words; a present one that is none of them stays choosable. */
function Words({ label, value, options, span, text, onChange }: WordsProps): ReactNode {
  const shown = options.includes(value) ? options : [value, ...options];
  return (
    <TextField
      select
      size="small"
      label={label}
      value={value}
      sx={{ gridColumn: `span ${span}` }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      onChange={({ target }) => onChange(target.value)}
    >
      {shown.map((word) => (
        <MenuItem key={word} value={word}>
          {text(word)}
        </MenuItem>
      ))}
    </TextField>
  );
}

/** The states of a connection that a rule is for; none is all. */
function StateField({ value, onChange }: { value: string; onChange: (text: string) => void }): ReactNode {
  const { t } = useTranslation('networkFilters');
  const chosen = value === '' ? [] : value.split(',');
  return (
    <TextField
      select
      size="small"
      fullWidth
      label={t('fields.state')}
      value={chosen}
      helperText={t('help.state')}
      slotProps={{ select: { multiple: true } }}
      onChange={({ target }) => {
        const next = ([] as string[]).concat(target.value);
        // `NONE` excludes all others.
        const isNone = next.includes('NONE') && !chosen.includes('NONE');
        onChange(isNone ? 'NONE' : next.filter((each) => each !== 'NONE').join(','));
      }}
    >
      {stateNames.map((each) => (
        <MenuItem key={each} value={each}>
          {each}
        </MenuItem>
      ))}
    </TextField>
  );
}

function Flag({ label, isOn, onChange }: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <FormControlLabel
      control={<Switch size="small" checked={isOn} onChange={({ target }) => onChange(target.checked)} />}
      label={<Typography variant="body2">{label}</Typography>}
    />
  );
}
