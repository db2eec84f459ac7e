import {
  mdiDeleteOutline,
  mdiLinkPlus,
  mdiPencilOutline,
  mdiPlaylistPlus,
  mdiPlus,
  mdiShieldOffOutline,
} from '@mdi/js';
import {
  Box,
  Button,
  Chip,
  Link,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { NetworkFilter } from '../../../shared/contract/network-filters.ts';
import type { FilterEntry, FilterReference, FilterRule } from '../../../shared/model/filter-rules.ts';
import { monospace } from '../../app/theme.ts';
import { useNetworkFilters } from '../../core-client/feeds.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';
import { AtOnce, TemplatesDialog, useFilterChange } from './FilterDialogs.tsx';
import { filterPath } from './filter-rows.ts';
import { parametersText } from './parameters.tsx';
import { ReferenceDialog } from './ReferenceDialog.tsx';
import { protocolText, ruleWords, wordText } from './rule-text.ts';
import { RuleDialog } from './RuleDialog.tsx';

/** What a dialog is open for. */
type Asked =
  | { what: 'rule'; present: { index: number; rule: FilterRule } | null }
  | { what: 'reference'; present: { index: number; reference: FilterReference } | null }
  | { what: 'templates' }
  | { what: 'remove'; index: number; entry: FilterEntry; name: string };

interface RulesTabProps {
  filter: NetworkFilter;
  /** False while nothing can be changed. */
  isOnline: boolean;
}

/** The rules of a filter and the filters that it refers to, in their order, to be changed. */
export function RulesTab({ filter, isOnline }: RulesTabProps): ReactNode {
  const { t } = useTranslation('networkFilters');
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = (): void => setAsked(null);
  const tools = [
    { icon: mdiPlus, label: t('rule.add'), ask: { what: 'rule', present: null } },
    { icon: mdiLinkPlus, label: t('reference.add'), ask: { what: 'reference', present: null } },
    { icon: mdiPlaylistPlus, label: t('templates.add'), ask: { what: 'templates' } },
  ] as const;
  return (
    <Stack sx={{ flex: 1, minHeight: 0 }}>
      <Stack direction="row" spacing={1} sx={{ alignItems: 'center', px: 2, py: 1.25, flexWrap: 'wrap' }} useFlexGap>
        {tools.map(({ icon, label, ask }) => (
          <Button
            key={label}
            size="small"
            variant="outlined"
            color="inherit"
            startIcon={<Icon path={icon} />}
            disabled={!isOnline}
            onClick={() => setAsked(ask)}
          >
            {label}
          </Button>
        ))}
        <Typography variant="body2" color="text.secondary" sx={{ flex: 1, minWidth: 240 }}>
          {t('rule.order')}
        </Typography>
      </Stack>
      {filter.entries.length === 0 ? (
        <TableMessage icon={mdiShieldOffOutline} title={t('empty.noRules.title')} text={t('empty.noRules.text')} />
      ) : (
        <EntryTable filter={filter} isOnline={isOnline} onAsk={setAsked} />
      )}
      {asked?.what === 'rule' && <RuleDialog filter={filter} present={asked.present} onClose={close} />}
      {asked?.what === 'reference' && <ReferenceDialog filter={filter} present={asked.present} onClose={close} />}
      {asked?.what === 'templates' && <TemplatesDialog filter={filter} onClose={close} />}
      {asked?.what === 'remove' && <RemoveDialog filter={filter} {...asked} onClose={close} />}
    </Stack>
  );
}

interface EntryTableProps extends RulesTabProps {
  onAsk: (asked: Asked) => void;
}

function EntryTable({ filter, isOnline, onAsk }: EntryTableProps): ReactNode {
  const { t, i18n } = useTranslation('networkFilters');
  const { items } = useNetworkFilters(filter.connectionId);
  const columns = ['action', 'direction', 'protocol', 'from', 'to', 'also', 'comment', 'priority'] as const;
  const buttons = (index: number, entry: FilterEntry, name: string): ReactNode => (
    <TableCell align="right" sx={{ py: 0, whiteSpace: 'nowrap' }}>
      <RowButton
        icon={mdiPencilOutline}
        label={t('rule.editNamed', { name })}
        isDisabled={!isOnline}
        onClick={() =>
          onAsk(
            entry.kind === 'rule'
              ? { what: 'rule', present: { index, rule: entry } }
              : { what: 'reference', present: { index, reference: entry } },
          )
        }
      />
      <RowButton
        icon={mdiDeleteOutline}
        label={t('rule.removeNamed', { name })}
        isDisabled={!isOnline}
        onClick={() => onAsk({ what: 'remove', index, entry, name })}
      />
    </TableCell>
  );
  return (
    <Table size="small" aria-label={t('tabs.rules')}>
      <TableHead>
        <TableRow>
          {columns.map((id) => (
            <TableCell key={id} align={id === 'priority' ? 'right' : 'left'}>
              {t(`rule.${id}`)}
            </TableCell>
          ))}
          <TableCell sx={{ width: 88 }}>
            <VisuallyHidden>{t('actionsLabel')}</VisuallyHidden>
          </TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {filter.entries.map((entry, index) => {
          const number = String(index + 1);
          if (entry.kind === 'reference') {
            const target = items.find(({ name }) => name === entry.filter);
            return (
              <TableRow key={index} hover>
                <TableCell component="th" scope="row" colSpan={columns.length}>
                  {t('reference.row')}{' '}
                  {target === undefined ? (
                    <strong>{entry.filter}</strong>
                  ) : (
                    <Link component={RouterLink} to={filterPath(target)}>
                      {entry.filter}
                    </Link>
                  )}
                  <Box component="span" sx={{ ml: 1.5, fontFamily: monospace, color: 'text.secondary' }}>
                    {parametersText(entry.parameters).replaceAll('\n', ', ')}
                  </Box>
                </TableCell>
                {buttons(index, entry, entry.filter)}
              </TableRow>
            );
          }
          const { from, to, also } = ruleWords(entry, t);
          const any = t('rule.any');
          const words = [from || any, to || any, also];
          return (
            <TableRow key={index} hover>
              <TableCell component="th" scope="row">
                <ActionWord action={entry.action} />
              </TableCell>
              <TableCell>{wordText('directions', entry.direction, t, i18n)}</TableCell>
              <TableCell sx={{ whiteSpace: 'nowrap' }}>
                {protocolText(entry.protocol, t, i18n)}
                {entry.isInverted && ` (${t('rule.notMatching')})`}
              </TableCell>
              {words.map((text, at) => (
                <TableCell key={columns[at + 3]} sx={{ overflowWrap: 'anywhere' }}>
                  {text}
                  {at === 2 && !entry.isStateful && (
                    <Chip
                      size="small"
                      variant="outlined"
                      label={t('rule.stateless')}
                      sx={{ ml: text === '' ? 0 : 1 }}
                    />
                  )}
                </TableCell>
              ))}
              <TableCell sx={{ overflowWrap: 'anywhere' }}>{entry.values['comment'] ?? ''}</TableCell>
              <TableCell align="right">{entry.priority ?? ''}</TableCell>
              {buttons(index, entry, t('rule.numbered', { number }))}
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}

/** What becomes of a packet, with a colour for what lets through and what does not. */
function ActionWord({ action }: { action: string }): ReactNode {
  const { t, i18n } = useTranslation('networkFilters');
  const color = action === 'accept' ? 'success' : action === 'drop' || action === 'reject' ? 'error' : 'default';
  return <Chip size="small" variant="outlined" color={color} label={wordText('actionWords', action, t, i18n)} />;
}

interface RemoveDialogProps {
  filter: NetworkFilter;
  index: number;
  entry: FilterEntry;
  name: string;
  onClose: () => void;
}

function RemoveDialog({ filter, index, entry, name, onClose }: RemoveDialogProps): ReactNode {
  const { t } = useTranslation('networkFilters');
  const start = useFilterChange(filter);
  const [before] = useState(entry);
  return (
    <TaskDialog
      title={t('rule.removeTitle', { name })}
      submit={t('rule.remove')}
      isDangerous
      canSubmit
      start={() => start({ what: 'remove', index, before })}
      onClose={onClose}
    >
      <AtOnce />
    </TaskDialog>
  );
}
