import { AppError } from '../../kernel/app-error.ts';
import { listStoragePoolsFlags } from '../protocol/constants.ts';
import type { StorageVolumeRef } from '../protocol/references.ts';
import { readVolumeXml, type VolumeXml } from '../xml/storage-xml.ts';
import type { LibvirtSession } from './session.ts';

const CALL_TIMEOUT_MS = 30_000;
/** A chain that a server makes up has an end here. */
const MAX_LAYERS = 30;
/** Volumes whose XML is read to find what stands on a file: each costs a call. */
const MAX_VOLUMES = 2_000;
/** Behind everything a person waits for. */
const BACKGROUND = -10;

/** A file below another, as far as pools of the host know it. */
export interface LayerBelow {
  path: string;
  format: string | null;
  capacityBytes: number | null;
  allocationBytes: number | null;
}

/**
 * What is below a file, as far as started pools know it: libvirt itself does not look while no machine runs from it.
 * `isComplete` is false where no pool knows the last one.
 */
export async function readLayersBelow(
  session: LibvirtSession,
  from: string | null,
  signal: AbortSignal,
): Promise<{ below: LayerBelow[]; isComplete: boolean }> {
  const below: LayerBelow[] = [];
  const seen = new Set<string>();
  let path = from;
  while (path !== null && !seen.has(path) && seen.size < MAX_LAYERS) {
    seen.add(path);
    const volume = await volumeAt(session, path, signal);
    if (volume === null) return { below, isComplete: false };
    path = volume.backingPath;
    if (path === null) return { below, isComplete: true };
    const next = await volumeAt(session, path, signal);
    const { capacityBytes = null, allocationBytes = null, format = null } = next ?? {};
    below.push({ path, format, capacityBytes, allocationBytes });
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

/** A volume that stands on another. */
export interface VolumeAbove {
  /** Names of the pool and of the volume in it. */
  pool: string;
  name: string;
  path: string;
}

/**
 * The volumes of started pools that stand on a file, whoever has them, by the path of that file; null where there are
 * too many to look at. Rejects as the calls do.
 */
export async function readVolumesAbove(
  session: LibvirtSession,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly VolumeAbove[]> | null> {
  const { rpc } = session;
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal, priority: BACKGROUND };
  const flags = listStoragePoolsFlags.active;
  const { pools } = await rpc.call('CONNECT_LIST_ALL_STORAGE_POOLS', { needResults: 1, flags }, options);
  const lists = await Promise.all(
    pools.map(async (pool): Promise<StorageVolumeRef[]> => {
      const args = { pool, needResults: 1, flags: 0 };
      // Stopped or removed meanwhile.
      return (await unlessGone(rpc.call('STORAGE_POOL_LIST_ALL_VOLUMES', args, options)))?.vols ?? [];
    }),
  );
  const volumes = lists.flat();
  if (volumes.length > MAX_VOLUMES) return null;
  const above = new Map<string, VolumeAbove[]>();
  await Promise.all(
    volumes.map(async (vol) => {
      const found = await unlessGone(rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, options));
      const { backingPath = null, path = null } = found === null ? {} : readVolumeXml(found.xml);
      if (backingPath === null || path === null) return;
      above.set(backingPath, [...(above.get(backingPath) ?? []), { pool: vol.pool, name: vol.name, path }]);
    }),
  );
  return above;
}

async function unlessGone<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (thrown) {
    const { code } = AppError.from(thrown);
    if (code === 'NOT_FOUND' || code === 'CONFLICT') return null;
    throw thrown;
  }
}
