import { Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { diskBuses } from '../../../shared/contract/hardware.ts';
import type { DialogProps } from './ChangeDialog.tsx';
import { DiskFields, iothreadsFor, type DiskBus, type DiskSettings } from './DiskPage.tsx';
import { Choice } from './fields.tsx';
import type { NewDevice } from './new-device.ts';
import { VolumePicker, type PickedVolume } from './VolumePicker.tsx';

/** A volume that becomes a disk, or a drive with or without a medium. */
export function useNewDisk(device: 'disk' | 'cdrom', { machine, hardware }: DialogProps): NewDevice {
  const isDrive = device === 'cdrom';
  const isQ35 = (hardware.next ?? hardware.now)?.machineType?.includes('q35') === true;
  const [bus, setBus] = useState<DiskBus>(isDrive ? (isQ35 ? 'sata' : 'ide') : 'virtio');
  const [picked, setPicked] = useState<PickedVolume | null>(null);
  const [settings, setSettings] = useState<DiskSettings>({
    cache: 'default',
    io: 'default',
    discard: 'default',
    serial: '',
    isReadOnly: isDrive,
    isShareable: false,
    iothread: null,
  });
  // libvirt plugs in no drive while the machine runs but a USB or SCSI one.
  const canNow = bus !== 'ide' && bus !== 'sata';
  return {
    change: picked === null && !isDrive ? null : { what: 'addDisk', device, source: picked, bus, ...settings },
    canNow,
    fields: (
      <>
        <VolumePicker connectionId={machine.connectionId} machineId={machine.id} value={picked} onChange={setPicked} />
        {isDrive && <EmptyDriveHint />}
        <BusChoice bus={bus} isDrive={isDrive} isRefusedNow={hardware.isRunning && !canNow} onChange={setBus} />
        <DiskFields
          values={settings}
          onChange={(part) => setSettings((before) => ({ ...before, ...part }))}
          isDrive={isDrive}
          iothreads={iothreadsFor(bus, hardware)}
        />
      </>
    ),
  };
}

function EmptyDriveHint(): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Typography variant="body2" color="text.secondary">
      {t('add.emptyDriveHint')}
    </Typography>
  );
}

interface BusChoiceProps {
  bus: DiskBus;
  isDrive: boolean;
  isRefusedNow: boolean;
  onChange: (bus: DiskBus) => void;
}

function BusChoice({ bus, isDrive, isRefusedNow, onChange }: BusChoiceProps): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Choice
      label={t('fields.bus')}
      value={bus}
      options={isDrive ? diskBuses.filter((each) => each !== 'virtio') : diskBuses}
      {...(isRefusedNow ? { help: t('add.busNotNow') } : {})}
      onChange={onChange}
    />
  );
}
