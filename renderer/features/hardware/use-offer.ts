import { useQuery } from '@tanstack/react-query';
import type { HardwareOffer } from '../../../shared/contract/hardware-devices.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useTRPC } from '../../core-client/core.tsx';

/** The capabilities of a host's QEMU change with its packages only. */
const STALE_MS = 300_000;

/** What the host's QEMU has for a machine; undefined while it was not asked, or did not answer. */
export function useOffer({ connectionId, id }: Machine): { offer: HardwareOffer | undefined; isError: boolean } {
  const trpc = useTRPC();
  const { data, isError } = useQuery(
    trpc.hardware.offer.queryOptions({ connectionId, id }, { staleTime: STALE_MS, retry: false }),
  );
  return { offer: data, isError };
}
