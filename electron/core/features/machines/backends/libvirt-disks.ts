import type { Machine, MachineDisk } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { StorageVolumeRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { DomainDisk, DomainXml } from '../../../libvirt/xml/domain-xml.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Removing a big file or an RBD image takes its time. */
const DELETE_TIMEOUT_MS = 30 * 60_000;

/** Knows which machines have which disks; null where the host does not tell. */
export interface DiskUsers {
  /** Counts also those whose disks stand on others. */
  readWithBases(): Promise<{
    of(volume: { path: string | null; pool: string; name: string }): { id: string; name: string }[];
  } | null>;
}

/** A disk and what it is on the host. */
export interface FoundDisk {
  disk: MachineDisk;
  /** The volume that it is; null where no pool of the host has it. */
  volume: StorageVolumeRef | null;
}

/**
 * The disks of a domain that have a file, device or image, with what stands against deleting each. A disk can be
 * deleted where a started pool has it as a volume and, as far as the host tells, nobody else uses it.
 */
export async function findDisks(
  machine: Machine,
  xml: DomainXml,
  session: LibvirtSession,
  diskUsers: DiskUsers,
  signal: AbortSignal,
): Promise<FoundDisk[]> {
  const disks = xml.disks.filter(({ source }) => source !== null);
  const [users, ...volumes] = await Promise.all([
    diskUsers.readWithBases(),
    ...disks.map((disk) => volumeOf(disk, session, signal)),
  ]);
  return disks.map(({ device, target, source, pool }, index): FoundDisk => {
    const found = volumes[index] ?? null;
    const path = found?.path ?? source ?? '';
    const named = { path, pool: found?.volume.pool ?? pool ?? '', name: found?.volume.name ?? source ?? '' };
    const others =
      users
        ?.of(named)
        .filter(({ id }) => id !== machine.id)
        .map(({ id, name }) => ({ id, name })) ?? null;
    let obstacle: MachineDisk['obstacle'] = null;
    // A CD that was made for this machine goes with it.
    if (device !== 'disk' && path !== xml.seedPath) obstacle = 'removable';
    else if (found === null) obstacle = 'notInPool';
    else if (others === null) obstacle = 'usersUnknown';
    else if (others.length > 0) obstacle = 'diskInUse';
    const capacityBytes = found?.capacityBytes ?? null;
    return {
      disk: { target, path, pool: found?.volume.pool ?? pool, capacityBytes, usedBy: others ?? [], obstacle },
      volume: found?.volume ?? null,
    };
  });
}

interface Volume {
  volume: StorageVolumeRef;
  path: string;
  capacityBytes: number;
}

/** Null where no started pool knows the disk. */
async function volumeOf(
  { source, pool }: DomainDisk,
  { rpc }: LibvirtSession,
  signal: AbortSignal,
): Promise<Volume | null> {
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const name = source ?? '';
  const byPool = async (poolName: string): Promise<{ vol: StorageVolumeRef }> => {
    const found = await rpc.call('STORAGE_POOL_LOOKUP_BY_NAME', { name: poolName }, options);
    return rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool: found.pool, name }, options);
  };
  try {
    const { vol } = await (pool === null
      ? rpc.call('STORAGE_VOL_LOOKUP_BY_PATH', { path: name }, options)
      : byPool(pool));
    const [info, path] = await Promise.all([
      rpc.call('STORAGE_VOL_GET_INFO', { vol }, options),
      rpc.call('STORAGE_VOL_GET_PATH', { vol }, options),
    ]);
    return { volume: vol, path: path.name, capacityBytes: info.capacity };
  } catch (thrown) {
    const error = AppError.from(thrown);
    // No such volume or pool, one that is not started, a driver without storage, or a login that may not look.
    if (error.source?.kind === 'libvirt') return null;
    throw error;
  }
}

/** Deletes volumes one after the other and gives those that are still there, with the reason. */
export async function deleteVolumes(
  disks: readonly FoundDisk[],
  session: LibvirtSession,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<{ path: string; error: AppError }[]> {
  const left: { path: string; error: AppError }[] = [];
  const rpc = await session.blocking(signal);
  for (const [index, { disk, volume }] of disks.entries()) {
    onProgress(index / disks.length);
    try {
      if (volume !== null) {
        await rpc.call('STORAGE_VOL_DELETE', { vol: volume, flags: 0 }, { timeoutMs: DELETE_TIMEOUT_MS, signal });
      }
    } catch (thrown) {
      left.push({ path: disk.path, error: AppError.from(thrown) });
    }
  }
  return left;
}
