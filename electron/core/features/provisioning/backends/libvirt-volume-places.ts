import { creatableFormats } from '../../../../../shared/model/storage.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { StoragePoolRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readPoolXml, readVolumeXml } from '../../../libvirt/xml/storage-xml.ts';

const CALL_TIMEOUT_MS = 30_000;

/** Where a domain finds a volume. */
export interface VolumePlace {
  type: 'file' | 'block';
  path: string;
  /** As QEMU's drivers are called. */
  format: string;
  /** Null where it is not known. */
  capacityBytes: number | null;
}

/** What QEMU has drivers for; the rest (`iso`, `dir`, unknown) is read as it is. */
const driverFormats: ReadonlySet<string> = new Set(['qcow2', 'qcow', 'qed', 'vmdk', 'vdi', 'vhdx', 'vpc', 'bochs']);

/** Where a volume is. Throws NOT_FOUND; UNSUPPORTED for one that is no file or block device of the host. */
export async function placeOf(
  { rpc }: LibvirtSession,
  { poolId, name }: { poolId: string; name: string },
  signal: AbortSignal,
): Promise<VolumePlace> {
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const pool = await poolOf(rpc, poolId, signal);
  const { vol } = await rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool, name }, options);
  const { xml } = await rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, options);
  const { type, path, format, capacityBytes } = readVolumeXml(xml);
  if (path === null || (type !== null && type !== 'file' && type !== 'block')) throw noPlace(name);
  return {
    type: type === 'block' ? 'block' : 'file',
    path,
    format: driverFormats.has(format ?? '') ? (format ?? 'raw') : 'raw',
    capacityBytes,
  };
}

/** Where a volume that is not there yet will be. Throws as `placeOf`. */
export async function placeOfNew(
  { rpc }: LibvirtSession,
  { poolId, name, format }: { poolId: string; name: string; format: string | null },
  signal: AbortSignal,
): Promise<VolumePlace> {
  const pool = await poolOf(rpc, poolId, signal);
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const { xml } = await rpc.call('STORAGE_POOL_GET_XML_DESC', { pool, flags: 0 }, options);
  const { type, targetPath } = readPoolXml(xml);
  if (targetPath === null) throw noPlace(name);
  const isFile = (creatableFormats(type)?.length ?? 0) > 0;
  return {
    type: isFile ? 'file' : 'block',
    path: `${targetPath}/${name}`,
    format: isFile ? (format ?? 'raw') : 'raw',
    capacityBytes: null,
  };
}

async function poolOf(rpc: LibvirtSession['rpc'], uuid: string, signal: AbortSignal): Promise<StoragePoolRef> {
  return (await rpc.call('STORAGE_POOL_LOOKUP_BY_UUID', { uuid }, { timeoutMs: CALL_TIMEOUT_MS, signal })).pool;
}

function noPlace(name: string): AppError {
  return new AppError('UNSUPPORTED', { detail: `${name} is neither a file nor a block device of the host` });
}
