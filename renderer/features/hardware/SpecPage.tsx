import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { DeviceSpec } from '../../../shared/contract/hardware-devices.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { ChangeForm } from './ChangeForm.tsx';
import { DeviceFields } from './DeviceFields.tsx';
import type { DevicePageProps } from './DiskPage.tsx';
import { specOf } from './spec-faults.ts';

/** The capabilities of a host's QEMU change with its packages. */
export const OFFER_STALE_MS = 300_000;

/** The settings of a device as they are at the next start. */
export function SpecPage({ spec, ...props }: DevicePageProps & { spec: DeviceSpec }): ReactNode {
  const { machine, device } = props;
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const { data: offer } = useQuery(
    trpc.hardware.offer.queryOptions({ connectionId, id }, { staleTime: OFFER_STALE_MS }),
  );
  const [draft, setDraft] = useState<DeviceSpec | null>(null);
  const value = draft ?? spec;
  const isChanged = JSON.stringify(value) !== JSON.stringify(spec);
  const entered = specOf(value);
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
      <DeviceFields value={value} onChange={setDraft} offer={offer} isNew={false} />
    </ChangeForm>
  );
}
