import type { MigrationPlan } from '../../../../../shared/contract/migration.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { StoragePoolRef, StorageVolumeRef } from '../../../libvirt/protocol/references.ts';
import type { CallOptions } from '../../../libvirt/rpc/client.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { MigrationDisk, MigrationNeeds } from '../../../libvirt/xml/migration-xml.ts';
import { readPoolXml, readVolumeXml } from '../../../libvirt/xml/storage-xml.ts';

/** Where a copied disk goes at the destination, which makes it there. */
export interface CopyPlace {
  target: string;
  /** The volume's name. */
  name: string;
  path: string;
  /** Null where no pool of the destination has the folder, so that nobody can make the disk. */
  pool: StoragePoolRef | null;
  /** Something is there already, which the copy would overwrite. */
  isTaken: boolean;
  /** True where the disk has another path there, so that the definition must say so. */
  isMoved: boolean;
}

/** Where the disks go that are copied. Throws NOT_FOUND where the chosen pool is gone. */
export async function copyPlaces(
  { disks }: MigrationNeeds,
  { poolId }: Pick<MigrationPlan, 'poolId'>,
  destination: LibvirtSession,
  options: CallOptions,
): Promise<CopyPlace[]> {
  return Promise.all(
    disks.filter(({ isCopied }) => isCopied).map((disk) => placeOf(disk, poolId, destination, options)),
  );
}

async function placeOf(
  { target, type, path }: MigrationDisk,
  poolId: string | null,
  { rpc }: LibvirtSession,
  options: CallOptions,
): Promise<CopyPlace> {
  const given = path ?? '';
  const cut = given.lastIndexOf('/');
  const name = given.slice(cut + 1);
  const pool = await ifThere(
    poolId !== null
      ? rpc.call('STORAGE_POOL_LOOKUP_BY_UUID', { uuid: poolId }, options)
      : type === 'volume'
        ? rpc.call('STORAGE_POOL_LOOKUP_BY_NAME', { name: given.slice(0, cut) }, options)
        : rpc.call('STORAGE_POOL_LOOKUP_BY_TARGET_PATH', { path: given.slice(0, cut) || '/' }, options),
  );
  if (pool === null) {
    if (poolId !== null) throw new AppError('NOT_FOUND', { detail: `the destination has no pool ${poolId}` });
    return { target, name, path: given, pool: null, isTaken: false, isMoved: false };
  }
  const [{ xml }, volume] = await Promise.all([
    rpc.call('STORAGE_POOL_GET_XML_DESC', { pool: pool.pool, flags: 0 }, options),
    ifThere(rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool: pool.pool, name }, options)),
  ]);
  const place = `${readPoolXml(xml).targetPath ?? ''}/${name}`;
  const isMoved = type !== 'volume' && place !== given;
  return { target, name, path: place, pool: pool.pool, isTaken: volume !== null, isMoved: poolId !== null && isMoved };
}

/** The volume that a disk of a machine is, and whether it stands on another; null where no pool of its host has it. */
export async function sourceVolume(
  { type, path }: MigrationDisk,
  { rpc }: LibvirtSession,
  options: CallOptions,
): Promise<{ poolId: string; name: string; hasBase: boolean } | null> {
  const given = path ?? '';
  const cut = given.indexOf('/');
  const found =
    type === 'volume'
      ? await ifThere(volumeIn(given.slice(0, cut), given.slice(cut + 1), rpc, options))
      : await ifThere(rpc.call('STORAGE_VOL_LOOKUP_BY_PATH', { path: given }, options));
  if (found === null) return null;
  const { vol } = found;
  const [{ pool }, { xml }] = await Promise.all([
    rpc.call('STORAGE_POOL_LOOKUP_BY_NAME', { name: vol.pool }, options),
    rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, options),
  ]);
  return { poolId: pool.uuid, name: vol.name, hasBase: readVolumeXml(xml).backingPath !== null };
}

async function volumeIn(
  poolName: string,
  name: string,
  rpc: LibvirtSession['rpc'],
  options: CallOptions,
): Promise<{ vol: StorageVolumeRef }> {
  const { pool } = await rpc.call('STORAGE_POOL_LOOKUP_BY_NAME', { name: poolName }, options);
  return rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool, name }, options);
}

/** What a call gives; null where the host has no such thing. */
export async function ifThere<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (thrown) {
    const { code } = AppError.from(thrown);
    if (code === 'NOT_FOUND' || code === 'MACHINE_GONE') return null;
    throw thrown;
  }
}
