import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { linkedVolumeXml } from '../../../libvirt/xml/linked-volume-xml.ts';
import type { VolumePlace } from './libvirt-volume-places.ts';

const CALL_TIMEOUT_MS = 60_000;

interface LinkedVolume {
  poolId: string;
  name: string;
  capacityBytes: number;
  base: VolumePlace;
}

/** Makes a qcow2 volume that holds only what differs from its base (STORAGE_VOL_CREATE_XML). */
export async function makeLinkedVolume(
  session: LibvirtSession,
  { poolId, ...volume }: LinkedVolume,
  signal: AbortSignal,
): Promise<void> {
  const rpc = await session.blocking(signal);
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const { pool } = await rpc.call('STORAGE_POOL_LOOKUP_BY_UUID', { uuid: poolId }, options);
  await rpc.call('STORAGE_VOL_CREATE_XML', { pool, xml: linkedVolumeXml(volume), flags: 0 }, options);
}
