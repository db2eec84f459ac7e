import { Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { canUnplug } from '../../../shared/contract/hardware-devices.ts';
import type { HardwareDevice } from '../../../shared/contract/hardware.ts';
import { ChangeDialog, type DialogProps } from './ChangeDialog.tsx';
import { deviceTitle } from './device-texts.ts';

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
      canNow={device.presence !== 'next' && canUnplug(device.kind)}
    >
      <Typography variant="body2" color="text.secondary">
        {t(device.kind === 'disk' ? 'remove.disk' : 'remove.text')}
      </Typography>
      {hardware.isRunning && canUnplug(device.kind) && (
        <Typography variant="body2" color="text.secondary">
          {t('remove.running')}
        </Typography>
      )}
    </ChangeDialog>
  );
}
