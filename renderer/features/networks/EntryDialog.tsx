import { Box, FormControlLabel, MenuItem, Switch, TextField, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { VirtualNetwork } from '../../../shared/contract/networks.ts';
import {
  entryFaults,
  entryFieldsFor,
  fieldsEqual,
  type EntryFaultCode,
  type EntryValues,
  type NetworkEntryInit,
} from '../../../shared/model/network-entries.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { Text } from './network-fields.tsx';

/** Faults of what is only missing: told when the person has touched the field. */
const missing: ReadonlySet<EntryFaultCode> = new Set(['fieldEmpty', 'namesEmpty', 'macOrName', 'duidOrName']);
/** Three numbers side by side. */
const RATE = /^(in|out)bound/;
const monospaced = /^(start|end|mac|duid|address|port|priority|weight|vlans)$|bound/;

interface EntryDialogProps {
  network: VirtualNetwork;
  /** What is shown at first; an entry that is there, or a new one. */
  entry: NetworkEntryInit;
  isNew: boolean;
  /** All of the network. */
  entries: readonly NetworkEntryInit[];
  onClose: () => void;
}

/** Adds or changes an entry of a network. */
export function EntryDialog({ network, entry, isNew, entries, onClose }: EntryDialogProps): ReactNode {
  const { t } = useTranslation('networks');
  const trpc = useTRPC();
  const change = useMutation(trpc.networks.change.mutationOptions());
  // What the page reads while the dialog is open must not change what is compared.
  const [before] = useState(entry);
  const [values, setValues] = useState(entry.values);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const { section, subnet } = before;
  const others = entries.filter(
    (each) => isNew || each.section !== section || !fieldsEqual(section, each.values, before.values),
  );
  const trimmed = trim(values);
  const faults = entryFaults({ section, subnet, values: trimmed }, others);
  const told = (field: string): string | null => {
    const fault = faults[field];
    return fault === undefined || (missing.has(fault) && !touched.has(field)) ? null : t(`entryFaults.${fault}`);
  };
  const isChanged = isNew || !fieldsEqual(section, trimmed, before.values);
  return (
    <TaskDialog
      title={t(`entries.${section}.${isNew ? 'add' : 'edit'}`)}
      submit={t(isNew ? 'entries.addSubmit' : 'entries.editSubmit')}
      canSubmit={isChanged && Object.keys(faults).length === 0}
      start={async () => {
        const ref = { connectionId: network.connectionId, networkId: network.id };
        const input = { ...ref, section, subnet, before: isNew ? null : before.values, after: trimmed };
        return [(await change.mutateAsync(input)).taskId];
      }}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t(`entries.${effectOf(network)}`)}
      </Typography>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(6, 1fr)', columnGap: 1.5, rowGap: 1.25 }}>
        {entryFieldsFor(section, subnet).map((field, index) => (
          <Box key={field} sx={{ gridColumn: `span ${spanOf(section, field)}`, minWidth: 0 }}>
            <EntryField
              section={section}
              field={field}
              value={values[field] ?? ''}
              fault={told(field)}
              autoFocus={index === 0}
              onChange={(value) => {
                setValues({ ...values, [field]: value });
                setTouched(new Set([...touched, field]));
              }}
            />
          </Box>
        ))}
      </Box>
    </TaskDialog>
  );
}

function trim(values: EntryValues): EntryValues {
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [field, value.trim()]));
}

/** When a change takes effect, as a key of the texts. */
function effectOf({ state, persistent }: VirtualNetwork): 'atOnce' | 'whenStarted' | 'untilStopped' {
  if (state === 'inactive') return 'whenStarted';
  return persistent ? 'atOnce' : 'untilStopped';
}

function spanOf(section: NetworkEntryInit['section'], field: string): number {
  if (RATE.test(field)) return 2;
  if (section === 'dnsService') return field === 'domain' || field === 'target' ? 3 : field === 'service' ? 4 : 2;
  return section === 'dhcpRange' || (section === 'portGroup' && field !== 'vlans') ? 3 : 6;
}

interface EntryFieldProps {
  section: NetworkEntryInit['section'];
  field: string;
  value: string;
  fault: string | null;
  autoFocus: boolean;
  onChange: (value: string) => void;
}

const required = /^(dhcpRange\.|dhcpHost\.address|dnsHost\.|dnsText\.|dnsService\.(service|protocol)|portGroup\.name)/;

function EntryField({ section, field, value, fault, autoFocus, onChange }: EntryFieldProps): ReactNode {
  const { t, i18n } = useTranslation('networks');
  const label = t(`entries.${section}.fields.${field}`);
  const helpKey = `networks:entries.${section}.help.${field}`;
  if (field === 'default') {
    return (
      <FormControlLabel
        sx={{ height: 40 }}
        control={
          <Switch
            size="small"
            checked={value === 'yes'}
            onChange={(event) => onChange(event.target.checked ? 'yes' : '')}
          />
        }
        label={<Typography variant="body2">{label}</Typography>}
      />
    );
  }
  if (field === 'protocol') {
    // One of another name stays as it is.
    const protocols = [...new Set(['tcp', 'udp', value])];
    return (
      <TextField
        select
        size="small"
        fullWidth
        label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        helperText=" "
      >
        {protocols.map((protocol) => (
          <MenuItem key={protocol} value={protocol}>
            {protocol}
          </MenuItem>
        ))}
      </TextField>
    );
  }
  return (
    <Text
      label={label}
      value={value}
      fault={fault}
      help={i18n.exists(helpKey) ? t(helpKey) : ' '}
      isRequired={required.test(`${section}.${field}`)}
      isMonospace={monospaced.test(field)}
      autoFocus={autoFocus}
      onChange={onChange}
    />
  );
}
