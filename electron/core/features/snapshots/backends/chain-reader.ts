import type { ChainLayer } from '../../../../../shared/contract/disk-chains.ts';
import { statsFlags, statsGroups } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import { paramValues } from '../../../libvirt/protocol/typed-params.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';

const CALL_TIMEOUT_MS = 30_000;

type Sizes = Pick<ChainLayer, 'capacityBytes' | 'allocationBytes'>;

/** Sizes of the files of a domain's disks by their path (CONNECT_GET_ALL_DOMAIN_STATS); rejects as the call does. */
export async function readLayerSizes(
  session: LibvirtSession,
  dom: DomainRef,
  signal: AbortSignal,
): Promise<Map<string, Sizes>> {
  const { retStats } = await session.rpc.call(
    'CONNECT_GET_ALL_DOMAIN_STATS',
    { doms: [dom], stats: statsGroups.block, flags: statsFlags.noWait | statsFlags.backing },
    { timeoutMs: CALL_TIMEOUT_MS, signal },
  );
  const sizes = new Map<string, Sizes>();
  const values = paramValues(retStats[0]?.params ?? []);
  const bytes = (field: string): number | null => {
    const value = values.get(field);
    return typeof value === 'number' ? value : null;
  };
  for (const [field, path] of values) {
    const prefix = /^(block\.\d+\.)path$/.exec(field)?.[1];
    if (prefix === undefined || typeof path !== 'string') continue;
    // What the file takes; the allocation is how far the guest has written into it.
    sizes.set(path, { capacityBytes: bytes(`${prefix}capacity`), allocationBytes: bytes(`${prefix}physical`) });
  }
  return sizes;
}
