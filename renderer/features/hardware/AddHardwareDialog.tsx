import { mdiMagnify } from '@mdi/js';
import {
  Alert,
  Box,
  InputAdornment,
  List,
  ListItem,
  ListItemButton,
  ListItemIcon,
  ListItemText,
  ListSubheader,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { canPlugIn, type DeviceSpec, type HardwareOffer } from '../../../shared/contract/hardware-devices.ts';
import type { Hardware } from '../../../shared/contract/hardware.ts';
import { Icon } from '../../ui/icon.tsx';
import { ChangeDialog, type DialogProps } from './ChangeDialog.tsx';
import { DeviceFields } from './DeviceFields.tsx';
import {
  deviceIcons,
  firstSpec,
  hardwareGroups,
  isWanted,
  otherIcon,
  refusalOf,
  type HardwareEntry,
} from './hardware-entries.ts';
import { useNewHostDevice } from './HostDevicePicker.tsx';
import type { NewDevice } from './new-device.ts';
import { useNewDisk } from './new-disk.tsx';
import { useNewNic } from './new-nic.tsx';
import { specOf } from './spec-faults.ts';
import { NoOffer } from './NoOffer.tsx';
import { useOffer } from './use-offer.ts';

/** Adds a device of any kind: kinds at the left, the chosen one's settings at the right. What was entered for one kind stays while another is looked at. */
export function AddHardwareDialog(props: DialogProps): ReactNode {
  const { machine, hardware } = props;
  const { t } = useTranslation('hardware');
  const { offer, isError } = useOffer(machine);
  const [chosen, setChosen] = useState<HardwareEntry>('disk');
  const [drafts, setDrafts] = useState<Partial<Record<HardwareEntry, DeviceSpec>>>({});
  const own: Partial<Record<HardwareEntry, NewDevice>> = {
    disk: useNewDisk('disk', props),
    cdrom: useNewDisk('cdrom', props),
    nic: useNewNic(props),
    hostdev: useNewHostDevice(props),
  };
  const draft = drafts[chosen] ?? firstSpec(chosen, hardware, offer);
  const device = own[chosen] ?? (draft === null ? null : ofSpec(draft));

  function ofSpec(spec: DeviceSpec): NewDevice {
    const entered = specOf(spec);
    return {
      change: entered === null ? null : { what: 'addDevice', device: entered },
      canNow: canPlugIn(spec, hardware.now?.hasSharedMemory ?? false),
      fields:
        chosen === 'guestAgent' ? null : (
          <DeviceFields
            value={spec}
            offer={offer}
            devices={hardware.devices}
            iothreads={(hardware.next ?? hardware.now)?.iothreads ?? []}
            isNew
            onChange={(next) => setDrafts((before) => ({ ...before, [chosen]: next }))}
          />
        ),
    };
  }

  const refusal = refusalOf(chosen, hardware, offer);
  return (
    <ChangeDialog
      {...props}
      title={t('add.title', { name: machine.name })}
      submit={t('add.submit')}
      change={refusal === null ? (device?.change ?? null) : null}
      canNow={device?.canNow ?? false}
      side={<EntryList chosen={chosen} hardware={hardware} offer={offer} onChoose={setChosen} />}
    >
      <Box>
        <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center' }}>
          <Icon path={deviceIcons[chosen] ?? otherIcon} />
          <Typography variant="subtitle1" component="h3" sx={{ fontWeight: 600 }}>
            {t(`entries.names.${chosen}`)}
          </Typography>
        </Stack>
        <Typography variant="body2" color="text.secondary" sx={{ mt: 0.5 }}>
          {t(`entries.texts.${chosen}`)}
        </Typography>
      </Box>
      {isError && <NoOffer />}
      {refusal !== null && (
        <Alert severity="info" variant="outlined">
          {t(`entries.${refusal}`)}
        </Alert>
      )}
      {refusal === null && device?.fields}
    </ChangeDialog>
  );
}

interface EntryListProps {
  chosen: HardwareEntry;
  hardware: Hardware;
  offer: HardwareOffer | undefined;
  onChoose: (entry: HardwareEntry) => void;
}

function EntryList({ chosen, hardware, offer, onChoose }: EntryListProps): ReactNode {
  const { t } = useTranslation('hardware');
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const matches = (entry: HardwareEntry): boolean =>
    `${t(`entries.names.${entry}`)} ${t(`entries.texts.${entry}`)} ${entry}`.toLowerCase().includes(wanted);
  const groups = hardwareGroups
    .map(({ group, entries }) => ({ group, entries: entries.filter(matches) }))
    .filter(({ entries }) => entries.length > 0);
  return (
    <>
      <Box sx={{ p: 1.5, pb: 1 }}>
        <TextField
          size="small"
          fullWidth
          autoFocus
          placeholder={t('entries.filter')}
          value={filter}
          onChange={({ target }) => setFilter(target.value)}
          slotProps={{
            htmlInput: { 'aria-label': t('entries.filter') },
            input: {
              startAdornment: (
                <InputAdornment position="start">
                  <Icon path={mdiMagnify} />
                </InputAdornment>
              ),
            },
          }}
        />
      </Box>
      <Box sx={{ flex: 1, overflow: 'auto', minHeight: 0, pb: 1 }}>
        {groups.length === 0 && (
          <Typography variant="body2" color="text.secondary" sx={{ px: 2, py: 1 }}>
            {t('entries.noMatch')}
          </Typography>
        )}
        {groups.map(({ group, entries }) => (
          <List
            key={group}
            dense
            disablePadding
            aria-label={t(`entries.groups.${group}`)}
            subheader={
              <ListSubheader component="div" aria-hidden sx={{ lineHeight: '28px', bgcolor: 'background.paper' }}>
                {t(`entries.groups.${group}`)}
              </ListSubheader>
            }
          >
            {entries.map((entry) => {
              const refusal = refusalOf(entry, hardware, offer);
              const note =
                refusal !== null
                  ? t(`entries.short.${refusal}`)
                  : isWanted(entry, hardware)
                    ? t('entries.short.wanted')
                    : null;
              return (
                <ListItem key={entry} disablePadding>
                  <ListItemButton
                    selected={entry === chosen}
                    aria-current={entry === chosen ? 'true' : undefined}
                    onClick={() => onChoose(entry)}
                    sx={{ py: 0.25, px: 2, minHeight: 30 }}
                  >
                    <ListItemIcon sx={{ minWidth: 30, opacity: refusal === null ? 1 : 0.5 }}>
                      <Icon path={deviceIcons[entry] ?? otherIcon} />
                    </ListItemIcon>
                    <ListItemText
                      primary={t(`entries.names.${entry}`)}
                      sx={{ my: 0 }}
                      slotProps={{
                        primary: { noWrap: true, color: refusal === null ? 'text.primary' : 'text.secondary' },
                      }}
                    />
                    {note !== null && (
                      <Typography
                        variant="caption"
                        sx={{
                          ml: 1,
                          flexShrink: 0,
                          color: refusal === null ? 'success.main' : 'text.secondary',
                        }}
                      >
                        {note}
                      </Typography>
                    )}
                  </ListItemButton>
                </ListItem>
              );
            })}
          </List>
        ))}
      </Box>
    </>
  );
}
