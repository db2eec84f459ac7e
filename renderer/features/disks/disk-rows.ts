import type { Connection } from '../../../shared/contract/connections.ts';
import type { HostDisk } from '../../../shared/contract/disks.ts';
import type { StorageVolume } from '../../../shared/contract/storage.ts';
import { itemKey } from '../../core-client/feeds.tsx';

/** Whether somebody needs a disk: a machine, another disk that is based on it, nobody, or that is not known. */
export const diskUses = ['used', 'base', 'unused', 'unknown'] as const;
export type DiskUse = (typeof diskUses)[number];

/** A disk with what else its row shows. */
export interface DiskRow {
  /** Unique over all connections. */
  key: string;
  disk: HostDisk;
  use: DiskUse;
  connection: Connection | undefined;
  /** False while the connection is down: what is shown is the last known state. */
  isOnline: boolean;
}

/**
 * The rows of all disks, with what was read of them later. A file that a machine uses is listed beside the volume that
 * turned out to be the same: only the volume stays.
 */
export function diskRows(
  disks: readonly HostDisk[],
  read: ReadonlyMap<string, HostDisk>,
  connections: ReadonlyMap<string, Connection>,
): DiskRow[] {
  const known = disks.map((disk) => read.get(itemKey(disk)) ?? disk);
  const places = ({ connectionId }: HostDisk, path: string): string => `${connectionId} ${path}`;
  const volumes = new Set(
    known.flatMap((disk) => (disk.pool !== null && disk.path !== null ? places(disk, disk.path) : [])),
  );
  const bases = new Set(known.flatMap((disk) => (disk.backingPath === null ? [] : places(disk, disk.backingPath))));
  return known
    .filter((disk) => disk.pool !== null || !volumes.has(places(disk, disk.path ?? '')))
    .map((disk) => {
      const connection = connections.get(disk.connectionId);
      const isBelowAnother = disk.path !== null && bases.has(places(disk, disk.path));
      return {
        key: itemKey(disk),
        disk,
        use: useOf(disk, isBelowAnother),
        connection,
        isOnline: connection?.phase === 'online',
      };
    });
}

function useOf({ usedBy, isBase }: HostDisk, isBelowAnother: boolean): DiskUse {
  if ((usedBy?.length ?? 0) > 0) return isBase ? 'base' : 'used';
  if (isBelowAnother) return 'base';
  return usedBy === null ? 'unknown' : 'unused';
}

/** A disk as the volume that it is; null for one in no pool. */
export function volumeOf({ connectionId, name, path, pool, format, ...disk }: HostDisk): StorageVolume | null {
  if (pool === null) return null;
  const { capacityBytes, allocationBytes, backingPath, usedBy } = disk;
  return {
    id: name,
    connectionId,
    poolId: pool.id,
    name,
    path,
    type: null,
    format,
    capacityBytes,
    allocationBytes,
    backingPath,
    usedBy,
  };
}
