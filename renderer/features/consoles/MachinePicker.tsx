import { Autocomplete, Box, TextField, Typography, createFilterOptions } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import { itemKey, useConnections, useMachines } from '../../core-client/feeds.tsx';
import { StateDot } from '../machines/machine-state.tsx';

/** More lines than this are not looked through; letters narrow them down. */
const MAX_OFFERED = 50;
const none: readonly Machine[] = [];

/** Finds a machine by its name, and opens its console. */
export function MachinePicker({ onPick }: { onPick: (machine: Machine) => void }): ReactNode {
  const { t } = useTranslation('consoles');
  const { items } = useMachines();
  const { byId: connections } = useConnections();
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const options = useMemo(
    () =>
      isOpen ? items.toSorted((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true })) : none,
    [isOpen, items],
  );
  const filter = useMemo(() => createFilterOptions<Machine>({ limit: MAX_OFFERED, stringify: ({ name }) => name }), []);
  const nameOf = ({ connectionId }: Machine): string => connections.get(connectionId)?.name ?? '';
  return (
    <Autocomplete
      size="small"
      sx={{ width: 260, flexShrink: 1 }}
      open={isOpen}
      onOpen={() => setOpen(true)}
      onClose={() => setOpen(false)}
      options={options}
      filterOptions={filter}
      value={null}
      inputValue={text}
      onInputChange={(_event, next) => setText(next)}
      onChange={(_event, machine) => {
        setText('');
        if (machine !== null) onPick(machine);
      }}
      blurOnSelect
      getOptionLabel={({ name }) => name}
      getOptionKey={itemKey}
      isOptionEqualToValue={(one, other) => itemKey(one) === itemKey(other)}
      noOptionsText={t('picker.nothing')}
      renderOption={({ key, ...option }, machine) => (
        <Box component="li" key={key} {...option} sx={{ gap: 1 }}>
          <StateDot state={machine.state} />
          <Typography variant="body2" noWrap sx={{ flex: 1 }}>
            {machine.name}
          </Typography>
          <Typography variant="caption" color="text.secondary" noWrap sx={{ maxWidth: 110 }}>
            {nameOf(machine)}
          </Typography>
        </Box>
      )}
      renderInput={(params) => (
        <TextField
          {...params}
          placeholder={t('picker.label')}
          slotProps={{
            ...params.slotProps,
            htmlInput: { ...params.slotProps.htmlInput, 'aria-label': t('picker.label') },
          }}
        />
      )}
    />
  );
}
