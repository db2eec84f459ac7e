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
import { Choice, IothreadChoice, NumberEntry, OnOff } from './fields.tsx';
import { offered } from './spec-faults.ts';

export interface SpecFieldsProps<K extends DeviceSpec['kind']> {
  value: DeviceSpecOf<K>;
  onChange: (value: DeviceSpecOf<K>) => void;
  faults: ReadonlySet<string>;
  /** Undefined while the host was not asked, or did not answer. */
  offer: HardwareOffer | undefined;
  /** What the machine has. */
  devices: readonly HardwareDevice[];
  /** Numbers of the I/O threads of the machine. */
  iothreads: readonly number[];
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

export function ControllerFields({ value, onChange, iothreads, isNew }: SpecFieldsProps<'controller'>): ReactNode {
  const { t } = useTranslation('hardware');
  const models: readonly string[] = controllerModels[value.type];
  const canHaveThread = value.model === 'virtio-scsi' && (iothreads.length > 0 || value.iothread !== null);
  return (
    <Stack direction="row" spacing={1.5}>
      <Choice
        label={t('fields.controllerType')}
        value={value.type}
        options={controllerTypes}
        isDisabled={!isNew}
        onChange={(type) => onChange({ ...value, type, model: controllerModels[type][0] ?? null, iothread: null })}
      />
      {value.model !== null && (
        <Choice
          label={t('fields.model')}
          value={value.model}
          options={models}
          onChange={(model) => onChange({ ...value, model, iothread: model === 'virtio-scsi' ? value.iothread : null })}
        />
      )}
      {canHaveThread && (
        <IothreadChoice
          value={value.iothread}
          options={iothreads}
          onChange={(iothread) => onChange({ ...value, iothread })}
        />
      )}
    </Stack>
  );
}

export function BalloonFields({ value, onChange, faults }: SpecFieldsProps<'memballoon'>): ReactNode {
  const { t } = useTranslation('hardware');
  return (
    <Stack spacing={1}>
      <NumberEntry
        label={t('balloon.period')}
        value={value.periodSeconds}
        isFaulty={faults.has('periodSeconds')}
        fault={t('faults.seconds')}
        help={t('balloon.periodHint')}
        onChange={(periodSeconds) => onChange({ ...value, periodSeconds })}
      />
      <OnOff
        label={t('balloon.deflates')}
        isOn={value.deflatesOnNeed}
        onChange={(deflatesOnNeed) => onChange({ ...value, deflatesOnNeed })}
      />
      <OnOff
        label={t('balloon.reports')}
        isOn={value.reportsFreePages}
        onChange={(reportsFreePages) => onChange({ ...value, reportsFreePages })}
      />
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
