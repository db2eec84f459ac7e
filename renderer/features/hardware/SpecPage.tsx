import { useState, type ReactNode } from 'react';
import type { DeviceSpec } from '../../../shared/contract/hardware-devices.ts';
import { ChangeForm, type DevicePageProps } from './ChangeForm.tsx';
import { DeviceFields } from './DeviceFields.tsx';
import { specOf } from './spec-faults.ts';
import { useOffer } from './use-offer.ts';

/** The settings of a device as they are at the next start. */
export function SpecPage({ spec, ...props }: DevicePageProps & { spec: DeviceSpec }): ReactNode {
  const { machine, hardware, device } = props;
  const { offer } = useOffer(machine);
  const [draft, setDraft] = useState<DeviceSpec | null>(null);
  const value = draft ?? spec;
  const entered = specOf(value);
  // As text a number that is none would look like one that is not given.
  const isChanged = entered === null || JSON.stringify(entered) !== JSON.stringify(spec);
  const clear = (): void => setDraft(null);
  return (
    <ChangeForm
      {...props}
      change={isChanged && entered !== null ? { what: 'editDevice', key: device.key, device: entered } : null}
      canNow={false}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <DeviceFields
        value={value}
        onChange={setDraft}
        offer={offer}
        devices={hardware.devices}
        iothreads={(hardware.next ?? hardware.now)?.iothreads ?? []}
        isNew={false}
      />
    </ChangeForm>
  );
}
