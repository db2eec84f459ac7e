import { Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  controllerModels,
  controllerTypes,
  inputBuses,
  inputTypes,
  panicModels,
  smartcardModes,
  soundModels,
  videoModels,
  watchdogActions,
  watchdogModels,
  type DeviceSpec,
  type DeviceSpecOf,
  type HardwareOffer,
} from '../../../shared/contract/hardware-devices.ts';
import type { HardwareDevice } from '../../../shared/contract/hardware.ts';
import { Choice, NumberEntry, OnOff } from './fields.tsx';
import { offered } from './spec-faults.ts';

export interface SpecFieldsProps<K extends DeviceSpec['kind']> {
  value: DeviceSpecOf<K>;
  onChange: (value: DeviceSpecOf<K>) => void;
  faults: ReadonlySet<string>;
  /** Undefined while the host was not asked, or did not answer. */
  offer: HardwareOffer | undefined;
  /** What the machine has. */
  devices: readonly HardwareDevice[];
  /** Some settings are those of a device for good. */
  isNew: boolean;
}

export function SoundFields({ value, onChange }: SpecFieldsProps<'sound'>): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Choice
      label={t('fields.model')}
      value={value.model}
      options={soundModels}
      onChange={(model) => onChange({ ...value, model })}
    />
  );
}

export function InputFields({ value, onChange }: SpecFieldsProps<'input'>): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Stack direction="row" spacing={1.5}>
      <Choice
        label={t('fields.type')}
        value={value.type}
        options={inputTypes}
        onChange={(type) => onChange({ ...value, type })}
      />
      <Choice
        label={t('fields.bus')}
        value={value.bus}
        options={inputBuses}
        onChange={(bus) => onChange({ ...value, bus })}
      />
    </Stack>
  );
}

export function WatchdogFields({ value, onChange }: SpecFieldsProps<'watchdog'>): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <>
      <Choice
        label={t('fields.model')}
        value={value.model}
        options={watchdogModels}
        onChange={(model) => onChange({ ...value, model })}
      />
      <Choice
        label={t('fields.watchdogAction')}
        value={value.action}
        options={watchdogActions}
        onChange={(action) => onChange({ ...value, action })}
      />
    </>
  );
}

export function PanicFields({ value, onChange }: SpecFieldsProps<'panic'>): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Choice
      label={t('fields.model')}
      value={value.model}
      options={panicModels}
      onChange={(model) => onChange({ ...value, model })}
    />
  );
}

export function VsockFields({ value, onChange, faults }: SpecFieldsProps<'vsock'>): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <>
      <OnOff
        label={t('fields.autoCid')}
        isOn={value.cid === null}
        onChange={(isAuto) => onChange({ ...value, cid: isAuto ? null : 3 })}
      />
      {value.cid !== null && (
        <NumberEntry
          label={t('fields.cid')}
          value={value.cid}
          isFaulty={faults.has('cid')}
          fault={t('faults.cid')}
          // An empty text is no address, and must not become one by itself.
          onChange={(cid) => onChange({ ...value, cid: cid ?? Number.NaN })}
        />
      )}
    </>
  );
}

export function SmartcardFields({ value, onChange }: SpecFieldsProps<'smartcard'>): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Choice
      label={t('fields.mode')}
      value={value.mode}
      options={smartcardModes}
      text={(mode) => t(`smartcardModes.${mode}`)}
      onChange={(mode) => onChange({ ...value, mode })}
    />
  );
}

/** There is nothing to choose: each one carries one USB device. */
export function RedirectionFields(): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Typography variant="body2" color="text.secondary">
      {t('redirectionHint')}
    </Typography>
  );
}

export function ControllerFields({ value, onChange, isNew }: SpecFieldsProps<'controller'>): ReactNode {
  const { t } = useTranslation('hardware');
  const models: readonly string[] = controllerModels[value.type];
  return (
    <Stack direction="row" spacing={1.5}>
      <Choice
        label={t('fields.controllerType')}
        value={value.type}
        options={controllerTypes}
        isDisabled={!isNew}
        onChange={(type) => onChange({ ...value, type, model: controllerModels[type][0] ?? null })}
      />
      {value.model !== null && (
        <Choice
          label={t('fields.model')}
          value={value.model}
          options={models}
          onChange={(model) => onChange({ ...value, model })}
        />
      )}
    </Stack>
  );
}

/** Those that can be there beside a first card. */
const secondVideoModels = ['virtio', 'qxl'] as const;

export function NewVideoFields({ value, onChange, offer, devices }: SpecFieldsProps<'video'>): ReactNode {
  const { t } = useTranslation('hardware');
  const isSecond = devices.some(({ kind }) => kind === 'video');
  return (
    <Choice
      label={t('fields.model')}
      value={value.model}
      options={offered(isSecond ? secondVideoModels : videoModels, offer?.values['video.modelType'])}
      {...(isSecond ? { help: t('secondVideoHint') } : {})}
      onChange={(model) => onChange({ ...value, model })}
    />
  );
}
