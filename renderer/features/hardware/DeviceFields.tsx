import type { ReactNode } from 'react';
import type { DeviceSpec, HardwareOffer } from '../../../shared/contract/hardware-devices.ts';
import type { HardwareDevice } from '../../../shared/contract/hardware.ts';
import {
  ChannelFields,
  FilesystemFields,
  NewGraphicsFields,
  PortFields,
  RngFields,
  TpmFields,
} from './BackedDeviceFields.tsx';
import {
  BalloonFields,
  ControllerFields,
  InputFields,
  NewVideoFields,
  PanicFields,
  RedirectionFields,
  SmartcardFields,
  SoundFields,
  VsockFields,
  WatchdogFields,
} from './PlainDeviceFields.tsx';
import { faultsOf } from './spec-faults.ts';

interface DeviceFieldsProps {
  value: DeviceSpec;
  onChange: (value: DeviceSpec) => void;
  /** Undefined while the host was not asked, or did not answer. */
  offer: HardwareOffer | undefined;
  /** What the machine has. */
  devices: readonly HardwareDevice[];
  iothreads: readonly number[];
  isNew: boolean;
}

/** The settings of a device of any kind that has a form. */
export function DeviceFields({ value, ...rest }: DeviceFieldsProps): ReactNode {
  const props = { ...rest, faults: faultsOf(value) };
  switch (value.kind) {
    case 'sound':
      return <SoundFields {...props} value={value} />;
    case 'input':
      return <InputFields {...props} value={value} />;
    case 'serial':
    case 'parallel':
    case 'console':
      return <PortFields {...props} value={value} />;
    case 'channel':
      return <ChannelFields {...props} value={value} />;
    case 'tpm':
      return <TpmFields {...props} value={value} />;
    case 'rng':
      return <RngFields {...props} value={value} />;
    case 'watchdog':
      return <WatchdogFields {...props} value={value} />;
    case 'panic':
      return <PanicFields {...props} value={value} />;
    case 'vsock':
      return <VsockFields {...props} value={value} />;
    case 'smartcard':
      return <SmartcardFields {...props} value={value} />;
    case 'redirdev':
      return <RedirectionFields />;
    case 'controller':
      return <ControllerFields {...props} value={value} />;
    case 'memballoon':
      return <BalloonFields {...props} value={value} />;
    case 'filesystem':
      return <FilesystemFields {...props} value={value} />;
    case 'video':
      return <NewVideoFields {...props} value={value} />;
    case 'graphics':
      return <NewGraphicsFields {...props} value={value} />;
  }
}
