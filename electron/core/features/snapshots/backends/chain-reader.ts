import type { ChainLayer } from '../../../../../shared/contract/disk-chains.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { statsFlags, statsGroups } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import { paramValues } from '../../../libvirt/protocol/typed-params.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { StorageDisk } from '../../../libvirt/xml/domain-storage.ts';
import { readVolumeXml, type VolumeXml } from '../../../libvirt/xml/storage-xml.ts';

const CALL_TIMEOUT_MS = 30_000;
/** A chain that a server makes up has an end here. */
const MAX_LAYERS = 30;
/** Volumes whose XML is read to find what stands on a file: each costs a call. */
const MAX_VOLUMES = 2_000;
/** Behind everything a person waits for. */
const BACKGROUND = -10;
/** VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE */
const ACTIVE_POOLS = 1 << 1;

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

/**
 * What is below the last layer that libvirt has told, as far as pools of the host know it: while a domain is off,
 * libvirt itself does not look. `isComplete` is false where no pool knows the file.
 */
export async function readBelow(
  session: LibvirtSession,
  disk: StorageDisk,
  signal: AbortSignal,
): Promise<{ below: { path: string; format: string | null; sizes: Sizes }[]; isComplete: boolean }> {
  const below: { path: string; format: string | null; sizes: Sizes }[] = [];
  const seen = new Set<string>();
  let path = disk.layers.at(-1)?.path ?? null;
  while (path !== null && !seen.has(path) && seen.size < MAX_LAYERS) {
    seen.add(path);
    const volume = await volumeAt(session, path, signal);
    if (volume === null) return { below, isComplete: false };
    path = volume.backingPath;
    if (path === null) return { below, isComplete: true };
    const next = await volumeAt(session, path, signal);
    const sizes = { capacityBytes: next?.capacityBytes ?? null, allocationBytes: next?.allocationBytes ?? null };
    below.push({ path, format: next?.format ?? null, sizes });
  }
  return { below, isComplete: false };
}

/** Null where no started pool has it. */
async function volumeAt(session: LibvirtSession, path: string, signal: AbortSignal): Promise<VolumeXml | null> {
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  try {
    const { vol } = await session.rpc.call('STORAGE_VOL_LOOKUP_BY_PATH', { path }, options);
    return readVolumeXml((await session.rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, options)).xml);
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.source?.kind === 'libvirt') return null;
    throw error;
  }
}

/**
 * Paths of the volumes of started pools that stand on the file, whoever has them; null where there are too many to
 * look at. Rejects as the calls do.
 */
export async function volumesAbove(
  session: LibvirtSession,
  path: string,
  signal: AbortSignal,
): Promise<string[] | null> {
  const { rpc } = session;
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal, priority: BACKGROUND };
  const { pools } = await rpc.call('CONNECT_LIST_ALL_STORAGE_POOLS', { needResults: 1, flags: ACTIVE_POOLS }, options);
  const lists = await Promise.all(
    pools.map((pool) => rpc.call('STORAGE_POOL_LIST_ALL_VOLUMES', { pool, needResults: 1, flags: 0 }, options)),
  );
  const names = lists.flatMap(({ vols }) => vols);
  if (names.length > MAX_VOLUMES) return null;
  const above = await Promise.all(
    names.map(async (vol): Promise<string[]> => {
      try {
        const { xml } = await rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, options);
        const volume = readVolumeXml(xml);
        return volume.backingPath === path && volume.path !== null ? [volume.path] : [];
      } catch (thrown) {
        // Removed meanwhile.
        if (AppError.from(thrown).code === 'NOT_FOUND') return [];
        throw thrown;
      }
    }),
  );
  return above.flat();
}
