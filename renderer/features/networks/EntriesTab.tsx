import { mdiDeleteOutline, mdiIpNetworkOutline, mdiPencilOutline, mdiPlus } from '@mdi/js';
import { Box, Button, Chip, Stack, Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkEntry, VirtualNetwork } from '../../../shared/contract/networks.ts';
import {
  entryFieldsFor,
  isOfSubnet,
  type EntryValues,
  type NetworkEntryInit,
  type NetworkSection,
} from '../../../shared/model/network-entries.ts';
import { monospace } from '../../app/theme.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { EntryDialog } from './EntryDialog.tsx';

/** Parts of the page of a network, each with the sections that it shows. */
export const entryTabs = {
  dhcp: ['dhcpRange', 'dhcpHost'],
  dns: ['dnsHost', 'dnsService', 'dnsText'],
  portGroups: ['portGroup'],
} as const satisfies Record<string, readonly NetworkSection[]>;
export type EntryTab = keyof typeof entryTabs;

/** Modes in which libvirt itself gives addresses and answers queries. */
const served: ReadonlySet<string> = new Set(['nat', 'route', 'open', 'isolated']);

interface EntriesTabProps {
  tab: EntryTab;
  network: VirtualNetwork;
  entries: readonly NetworkEntry[];
  /** False while nothing can be changed. */
  isOnline: boolean;
  /** Called when a dialog closes: something may have changed. */
  onChanged: () => void;
}

/** What a dialog is open for. */
type Asked = { what: 'add' | 'edit' | 'remove'; entry: NetworkEntryInit };

/** Lists of a network, with their entries to be changed. */
export function EntriesTab({ tab, network, entries, isOnline, onChanged }: EntriesTabProps): ReactNode {
  const { t } = useTranslation('networks');
  const [asked, setAsked] = useState<Asked | null>(null);
  const isServed = served.has(network.mode);
  if (tab !== 'portGroups' && (!isServed || (tab === 'dhcp' && network.subnets.length === 0))) {
    const kind = isServed ? 'noAddress' : 'notServed';
    return <TableMessage icon={mdiIpNetworkOutline} title={t(`empty.${kind}.title`)} text={t(`empty.${kind}.text`)} />;
  }
  const close = (): void => {
    setAsked(null);
    onChanged();
  };
  const subnets = tab === 'dhcp' ? network.subnets.map(({ address }) => address) : [null];
  return (
    <Stack spacing={2.5} sx={{ px: 2, py: 2 }}>
      {tab === 'portGroups' && (
        <Typography variant="body2" color="text.secondary">
          {t('entries.portGroup.about')}
        </Typography>
      )}
      {subnets.flatMap((subnet) =>
        entryTabs[tab].map((section) => (
          <EntryList
            key={`${subnet ?? ''} ${section}`}
            section={section}
            subnet={subnet}
            entries={entries.filter((each) => each.section === section && each.subnet === subnet)}
            isOnline={isOnline}
            onAsk={setAsked}
          />
        )),
      )}
      {asked !== null && asked.what !== 'remove' && (
        <EntryDialog
          network={network}
          entry={asked.entry}
          isNew={asked.what === 'add'}
          entries={entries}
          onClose={close}
        />
      )}
      {asked?.what === 'remove' && <RemoveDialog network={network} entry={asked.entry} onClose={close} />}
    </Stack>
  );
}

interface EntryListProps {
  section: NetworkSection;
  subnet: string | null;
  entries: readonly NetworkEntry[];
  isOnline: boolean;
  onAsk: (asked: Asked) => void;
}

function EntryList({ section, subnet, entries, isOnline, onAsk }: EntryListProps): ReactNode {
  const { t } = useTranslation('networks');
  const columns = columnsOf(section, subnet, t);
  const title = t(`entries.${section}.title`);
  const label = isOfSubnet(section) ? t('entries.inSubnet', { title, subnet }) : title;
  const protocol = section === 'dnsService' ? { protocol: 'tcp' } : {};
  return (
    <Box component="section" aria-label={label}>
      <Stack direction="row" spacing={1} sx={{ alignItems: 'center', mb: 0.5 }}>
        <Typography component="h2" variant="subtitle2">
          {label}
        </Typography>
        <Button
          size="small"
          startIcon={<Icon path={mdiPlus} />}
          disabled={!isOnline}
          aria-label={t(`entries.${section}.add`)}
          onClick={() => onAsk({ what: 'add', entry: { section, subnet, values: protocol } })}
        >
          {t('entries.addSubmit')}
        </Button>
      </Stack>
      {entries.length === 0 ? (
        <Typography variant="body2" color="text.secondary">
          {t(`entries.${section}.none`)}
        </Typography>
      ) : (
        <Table size="small" aria-label={label} sx={{ tableLayout: 'fixed' }}>
          <TableHead>
            <TableRow>
              {columns.map(({ id, title: column }) => (
                <TableCell key={id}>{column}</TableCell>
              ))}
              <TableCell sx={{ width: entries.every(({ presence }) => presence === 'both') ? 96 : 260 }} />
            </TableRow>
          </TableHead>
          <TableBody>
            {entries.map((entry, index) => (
              <TableRow key={index} hover>
                {columns.map(({ id, textOf }) => (
                  <TableCell key={id} sx={{ fontFamily: monospace, overflowWrap: 'anywhere' }}>
                    {textOf(entry.values)}
                  </TableCell>
                ))}
                <TableCell align="right" sx={{ py: 0, whiteSpace: 'nowrap' }}>
                  {entry.presence !== 'both' && (
                    <Chip size="small" color="warning" variant="outlined" label={t(`entries.${entry.presence}`)} />
                  )}
                  <RowButton
                    icon={mdiPencilOutline}
                    label={t('entries.editNamed', { name: nameOf(entry) })}
                    isDisabled={!isOnline}
                    onClick={() => onAsk({ what: 'edit', entry })}
                  />
                  <RowButton
                    icon={mdiDeleteOutline}
                    label={t('entries.removeNamed', { name: nameOf(entry) })}
                    isDisabled={!isOnline}
                    onClick={() => onAsk({ what: 'remove', entry })}
                  />
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Box>
  );
}

interface RemoveDialogProps {
  network: VirtualNetwork;
  entry: NetworkEntryInit;
  onClose: () => void;
}

function RemoveDialog({ network, entry, onClose }: RemoveDialogProps): ReactNode {
  const { t } = useTranslation('networks');
  const trpc = useTRPC();
  const change = useMutation(trpc.networks.change.mutationOptions());
  const [{ section, subnet, values }] = useState(entry);
  return (
    <TaskDialog
      title={t('entries.removeTitle', { name: nameOf({ section, values }) })}
      submit={t('entries.remove')}
      isDangerous
      canSubmit
      start={async () => {
        const ref = { connectionId: network.connectionId, networkId: network.id };
        return [(await change.mutateAsync({ ...ref, section, subnet, before: values, after: null })).taskId];
      }}
      onClose={onClose}
    >
      <Typography variant="body2">{t(`entries.${section}.removeText`)}</Typography>
    </TaskDialog>
  );
}

/** What a person would call the entry. */
function nameOf({ section, values }: Pick<NetworkEntryInit, 'section' | 'values'>): string {
  const { start = '', end = '', address = '', service = '', protocol = '', name = '' } = values;
  switch (section) {
    case 'dhcpRange':
      return `${start} – ${end}`;
    case 'dhcpHost':
    case 'dnsHost':
      return address;
    case 'dnsService':
      return `_${service}._${protocol}`;
    default:
      return name;
  }
}

interface EntryColumn {
  id: string;
  title: string;
  textOf: (values: EntryValues) => string;
}

function columnsOf(section: NetworkSection, subnet: string | null, t: TFunction): EntryColumn[] {
  const rates = (way: string) => ({
    id: way,
    title: t(`networks:entries.portGroup.${way}`),
    textOf: (values: EntryValues) =>
      ['Average', 'Peak', 'Burst']
        .map((part) => values[`${way}${part}`] ?? '')
        .filter((rate) => rate !== '')
        .join(' / '),
  });
  const plain = entryFieldsFor(section, subnet)
    .filter((field) => !/^(in|out)bound/.test(field))
    .map((field) => ({
      id: field,
      title: t(`networks:entries.${section}.fields.${field}`),
      textOf: (values: EntryValues) =>
        field === 'default' ? (values[field] === 'yes' ? t('networks:entries.yes') : '') : (values[field] ?? ''),
    }));
  return section === 'portGroup' ? [...plain, rates('inbound'), rates('outbound')] : plain;
}
