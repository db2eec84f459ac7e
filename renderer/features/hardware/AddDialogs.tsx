import { TextField, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  diskBuses,
  macAddress,
  nicModels,
  type ChangeWhen,
  type Hardware,
  type HardwareChange,
  type HardwareDevice,
  type NicSource,
} from '../../../shared/contract/hardware.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { WhenField, whensOf } from './ChangeForm.tsx';
import { deviceTitle } from './device-texts.ts';
import { DiskFields, type DiskBus, type DiskSettings } from './DiskPage.tsx';
import { Choice } from './fields.tsx';
import { NicSourceFields } from './NicPage.tsx';
import { VolumePicker, type PickedVolume } from './VolumePicker.tsx';

interface DialogProps {
  machine: Machine;
  hardware: Hardware;
  onClose: () => void;
}

interface ChangeDialogProps extends DialogProps {
  title: string;
  submit: string;
  isDangerous?: boolean;
  /** Null while it cannot be sent. */
  change: HardwareChange | null;
  canNow?: boolean;
  children: ReactNode;
}

function ChangeDialog(props: ChangeDialogProps): ReactNode {
  const { machine, hardware, onClose, title, submit, isDangerous = false, change, canNow = true, children } = props;
  const trpc = useTRPC();
  const { mutateAsync } = useMutation(trpc.hardware.change.mutationOptions());
  const [wanted, setWhen] = useState<ChangeWhen>('both');
  const whens = whensOf(hardware, canNow);
  const when = whens.includes(wanted) ? wanted : whens[0];
  return (
    <TaskDialog
      title={title}
      submit={submit}
      isDangerous={isDangerous}
      canSubmit={change !== null && when !== undefined}
      start={async () => {
        if (change === null || when === undefined) return [];
        const { connectionId, id } = machine;
        return [(await mutateAsync({ connectionId, id, change, when })).taskId];
      }}
      onClose={onClose}
    >
      {children}
      {when !== undefined && <WhenField whens={whens} value={when} onChange={setWhen} />}
    </TaskDialog>
  );
}

/** Attaches a volume as a disk, or adds a drive with or without a medium. */
export function AddDiskDialog(props: DialogProps & { device: 'disk' | 'cdrom' }): ReactNode {
  const { machine, hardware, device } = props;
  const { t } = useTranslation('hardware');
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
  });
  // libvirt plugs in no drive while the machine runs but a USB or SCSI one.
  const canNow = bus !== 'ide' && bus !== 'sata';
  return (
    <ChangeDialog
      {...props}
      title={t(isDrive ? 'add.cdromTitle' : 'add.diskTitle', { name: machine.name })}
      submit={t('add.submit')}
      change={picked === null && !isDrive ? null : { what: 'addDisk', device, source: picked, bus, ...settings }}
      canNow={canNow}
    >
      <VolumePicker connectionId={machine.connectionId} machineId={machine.id} value={picked} onChange={setPicked} />
      {isDrive && (
        <Typography variant="body2" color="text.secondary">
          {t('add.emptyDriveHint')}
        </Typography>
      )}
      <Choice
        label={t('fields.bus')}
        value={bus}
        options={isDrive ? diskBuses.filter((each) => each !== 'virtio') : diskBuses}
        {...(hardware.isRunning && !canNow ? { help: t('add.busNotNow') } : {})}
        onChange={setBus}
      />
      <DiskFields
        values={settings}
        onChange={(part) => setSettings((before) => ({ ...before, ...part }))}
        isDrive={isDrive}
      />
    </ChangeDialog>
  );
}

/** Adds a NIC. */
export function AddNicDialog(props: DialogProps): ReactNode {
  const { machine, hardware } = props;
  const { t } = useTranslation('hardware');
  const [source, setSource] = useState<NicSource>({ type: 'network', name: '' });
  const [model, setModel] = useState<(typeof nicModels)[number]>('virtio');
  const [mac, setMac] = useState('');
  const parsed = macAddress.safeParse(mac);
  const isOwn = parsed.success && hardware.devices.some(({ key }) => key === `interface:${parsed.data}`);
  const macFault = mac.trim() === '' ? null : !parsed.success ? t('faults.mac') : isOwn ? t('faults.macOwn') : null;
  const isValid = source.name.trim() !== '' && macFault === null;
  return (
    <ChangeDialog
      {...props}
      title={t('add.nicTitle', { name: machine.name })}
      submit={t('add.submit')}
      change={
        isValid
          ? {
              what: 'addNic',
              source: { ...source, name: source.name.trim() },
              model,
              mac: parsed.success ? parsed.data : null,
            }
          : null
      }
    >
      <NicSourceFields
        machine={machine}
        type={source.type}
        name={source.name}
        isRequired
        onChange={(part) => setSource((before) => ({ ...before, ...part }))}
      />
      <Choice label={t('fields.model')} value={model} options={nicModels} onChange={setModel} />
      <TextField
        size="small"
        label={t('fields.mac')}
        value={mac}
        error={macFault !== null}
        helperText={macFault ?? t('macHint')}
        slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
        onChange={({ target }) => setMac(target.value)}
      />
    </ChangeDialog>
  );
}

/** Says what becomes of a device, then takes it away. */
export function RemoveDeviceDialog(props: DialogProps & { device: HardwareDevice }): ReactNode {
  const { device, hardware } = props;
  const { t, i18n } = useTranslation('hardware');
  const name = deviceTitle(device, t, i18n);
  return (
    <ChangeDialog
      {...props}
      title={t('remove.title', { name })}
      submit={t('remove.action')}
      isDangerous
      change={{ what: 'remove', key: device.key }}
      canNow={device.presence !== 'next'}
    >
      <Typography variant="body2" color="text.secondary">
        {t(device.kind === 'disk' ? 'remove.disk' : 'remove.text')}
      </Typography>
      {hardware.isRunning && (
        <Typography variant="body2" color="text.secondary">
          {t('remove.running')}
        </Typography>
      )}
    </ChangeDialog>
  );
}
