import { mdiPlus } from '@mdi/js';
import { Box, Button, Menu, MenuItem, Stack } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { AddDiskDialog, AddNicDialog } from './AddDialogs.tsx';
import { whensOf, type PageProps } from './ChangeForm.tsx';
import { useChange } from './use-change.ts';

/** What a guest should have, with the key that tells that it has it. */
const wanted = [
  { device: 'vnc', prefix: 'graphics:vnc:' },
  { device: 'guestAgent', prefix: 'channel:org.qemu.guest_agent.0' },
  { device: 'rng', prefix: 'rng:' },
] as const;

type Open = 'disk' | 'cdrom' | 'nic';

/** Adds a device: with a dialog where something is to be chosen, else at once. */
export function AddDeviceMenu({ machine, hardware, locked }: PageProps): ReactNode {
  const { t } = useTranslation('hardware');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [open, setOpen] = useState<Open | null>(null);
  const { start, isRunning, failure } = useChange(machine);
  const close = (): void => setOpen(null);
  const choose = (what: Open): void => {
    setAnchor(null);
    setOpen(what);
  };
  const missing = wanted.filter(({ prefix }) => !hardware.devices.some(({ key }) => key.startsWith(prefix)));
  return (
    <Stack spacing={1}>
      <Button
        size="small"
        variant="outlined"
        startIcon={<Icon path={mdiPlus} />}
        aria-haspopup="menu"
        loading={isRunning}
        disabled={locked !== null}
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
      >
        {t('add.action')}
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {(['disk', 'cdrom', 'nic'] as const).map((what) => (
          <MenuItem key={what} dense onClick={() => choose(what)}>
            {t(`add.${what}`)}
          </MenuItem>
        ))}
        {missing.map(({ device }) => {
          const [when] = whensOf(hardware, device !== 'vnc');
          return (
            <MenuItem
              key={device}
              dense
              disabled={when === undefined}
              onClick={() => {
                setAnchor(null);
                if (when !== undefined) start({ what: 'addMissing', device }, when);
              }}
            >
              {t(`add.${device}`)}
            </MenuItem>
          );
        })}
      </Menu>
      {failure !== null && (
        <Box>
          <ErrorDetails error={failure} context={{ machineName: machine.name }} />
        </Box>
      )}
      {(open === 'disk' || open === 'cdrom') && (
        <AddDiskDialog machine={machine} hardware={hardware} device={open} onClose={close} />
      )}
      {open === 'nic' && <AddNicDialog machine={machine} hardware={hardware} onClose={close} />}
    </Stack>
  );
}
