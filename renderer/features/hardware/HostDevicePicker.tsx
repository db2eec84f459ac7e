import {
  Alert,
  Box,
  Button,
  LinearProgress,
  Radio,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  ToggleButton,
  ToggleButtonGroup,
  Typography,
} from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostDevice } from '../../../shared/contract/hardware-devices.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import type { DialogProps } from './ChangeDialog.tsx';
import type { NewDevice } from './new-device.ts';

const types = ['pci', 'usb', 'mdev'] as const;

/** A device of the host that is given whole. */
export function useNewHostDevice({ machine }: DialogProps): NewDevice {
  const [name, setName] = useState<string | null>(null);
  return {
    change: name === null ? null : { what: 'addHostDevice', name },
    canNow: true,
    fields: <HostDevicePicker machine={machine} value={name} onChange={setName} />,
  };
}

interface HostDevicePickerProps {
  machine: Machine;
  value: string | null;
  onChange: (name: string | null) => void;
}

function HostDevicePicker({ machine, value, onChange }: HostDevicePickerProps): ReactNode {
  const { t } = useTranslation('hardware');
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const query = useQuery(trpc.hardware.hostDevices.queryOptions({ connectionId, id }, { retry: false }));
  const [wantedType, setType] = useState<HostDevice['type'] | null>(null);
  const all = query.data ?? [];
  const type = wantedType ?? all[0]?.type ?? 'pci';
  const devices = all.filter((device) => device.type === type);
  const chosen = all.find((device) => device.name === value);
  if (query.error !== null) {
    return (
      <ErrorDetails
        error={toAppError(query.error)}
        actions={
          <Button size="small" variant="outlined" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        }
      />
    );
  }
  return (
    <Stack spacing={2}>
      <ToggleButtonGroup
        exclusive
        size="small"
        value={type}
        aria-label={t('hostDevices.type')}
        onChange={(_, next: HostDevice['type'] | null) => {
          if (next === null) return;
          setType(next);
          onChange(null);
        }}
      >
        {types.map((each) => (
          <ToggleButton key={each} value={each} sx={{ px: 2 }}>
            {t(`hostDevices.types.${each}`, { number: all.filter((device) => device.type === each).length })}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {query.isLoading && <LinearProgress aria-label={t('hostDevices.loading')} />}
      {!query.isLoading && devices.length === 0 && (
        <Typography variant="body2" color="text.secondary">
          {t(`hostDevices.none.${type}`)}
        </Typography>
      )}
      {devices.length > 0 && <DeviceTable devices={devices} value={value} onChange={onChange} />}
      {chosen !== undefined && <Warnings device={chosen} machine={machine} />}
    </Stack>
  );
}

interface DeviceTableProps {
  devices: readonly HostDevice[];
  value: string | null;
  onChange: (name: string) => void;
}

function DeviceTable({ devices, value, onChange }: DeviceTableProps): ReactNode {
  const { t } = useTranslation('hardware');
  const hasGroups = devices.some(({ iommuGroup }) => iommuGroup !== null);
  return (
    <TableContainer sx={{ border: 1, borderColor: 'divider', borderRadius: 1, maxHeight: 260 }}>
      <Table size="small" stickyHeader aria-label={t('hostDevices.label')}>
        <TableHead>
          <TableRow>
            <TableCell padding="checkbox" />
            <TableCell>{t('hostDevices.device')}</TableCell>
            <TableCell>{t('hostDevices.address')}</TableCell>
            {hasGroups && <TableCell>{t('hostDevices.group')}</TableCell>}
            <TableCell>{t('hostDevices.usedBy')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {devices.map((device) => {
            const title = titleOf(device);
            const isChosen = device.name === value;
            return (
              <TableRow
                key={device.name}
                hover
                selected={isChosen}
                onClick={() => onChange(device.name)}
                sx={{ cursor: 'pointer' }}
              >
                <TableCell padding="checkbox">
                  <Radio
                    size="small"
                    name="host-device"
                    checked={isChosen}
                    onChange={() => onChange(device.name)}
                    slotProps={{ input: { 'aria-label': `${title} ${device.address}` } }}
                  />
                </TableCell>
                <TableCell>
                  <Typography variant="body2">{title}</Typography>
                  {device.driver !== null && (
                    <Typography variant="caption" color="text.secondary">
                      {t('hostDevices.driver', { driver: device.driver })}
                    </Typography>
                  )}
                </TableCell>
                <TableCell sx={{ fontFamily: 'monospace', whiteSpace: 'nowrap' }}>{device.address}</TableCell>
                {hasGroups && <TableCell>{device.iommuGroup}</TableCell>}
                <TableCell>{device.usedBy.map(({ name }) => name).join(', ')}</TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

/** What a person should know before a device leaves the host. */
function Warnings({ device, machine }: { device: HostDevice; machine: Machine }): ReactNode {
  const { t } = useTranslation('hardware');
  const { type, iommuGroup, groupMembers, driver, usedBy } = device;
  const others = usedBy.filter(({ id }) => id !== machine.id);
  const running = others.filter(({ isRunning }) => isRunning);
  const isOwn = usedBy.some(({ id }) => id === machine.id);
  const names = (users: HostDevice['usedBy']): string => users.map(({ name }) => name).join(', ');
  const warnings = [
    ...(isOwn ? [t('hostDevices.own')] : []),
    ...(running.length > 0 ? [t('hostDevices.running', { machines: names(running) })] : []),
    ...(running.length === 0 && others.length > 0 ? [t('hostDevices.others', { machines: names(others) })] : []),
    ...(groupMembers.length > 0
      ? [t('hostDevices.groupHint', { group: iommuGroup, addresses: groupMembers.join(', ') })]
      : []),
    ...(type === 'pci' && iommuGroup === null ? [t('hostDevices.noIommu')] : []),
    ...(type === 'pci' && driver !== null && driver !== 'vfio-pci' ? [t('hostDevices.driverHint', { driver })] : []),
  ];
  if (warnings.length === 0) return null;
  return (
    <Alert severity="warning" variant="outlined">
      <Box
        component="ul"
        sx={{ m: 0, pl: warnings.length > 1 ? 2 : 0, listStyle: warnings.length > 1 ? 'disc' : 'none' }}
      >
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </Box>
    </Alert>
  );
}

function titleOf({ vendor, product, name }: HostDevice): string {
  const title = `${vendor} ${product}`.trim();
  return title === '' ? name : title;
}
