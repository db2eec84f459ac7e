import type { HostDisk } from '../../shared/contract/disks.ts';
import type { StoragePool, StorageVolume } from '../../shared/contract/storage.ts';

const GIB = 1024 ** 3;

export function standInPool(init: Partial<StoragePool> = {}): StoragePool {
  return {
    id: 'p1',
    connectionId: 'c1',
    name: 'images',
    state: 'running',
    type: 'dir',
    capacityBytes: 100 * GIB,
    allocationBytes: 25 * GIB,
    availableBytes: 75 * GIB,
    autostart: true,
    persistent: true,
    targetPath: '/var/lib/libvirt/images',
    source: null,
    ...init,
  };
}

export function standInVolume(init: Partial<StorageVolume> = {}): StorageVolume {
  const name = init.name ?? 'disk.qcow2';
  return {
    id: name,
    connectionId: 'c1',
    poolId: 'p1',
    name,
    path: `/var/lib/libvirt/images/${name}`,
    type: 'file',
    format: 'qcow2',
    capacityBytes: 20 * GIB,
    allocationBytes: 5 * GIB,
    backingPath: null,
    usedBy: [],
    ...init,
  };
}

/** A disk of which only the list was read. */
export function standInDisk(init: Partial<HostDisk> = {}): HostDisk {
  const name = init.name ?? 'a.img';
  return {
    id: `p1/${name}`,
    connectionId: 'c1',
    name,
    path: `/pool/${name}`,
    pool: { id: 'p1', name: 'images' },
    format: null,
    capacityBytes: null,
    allocationBytes: null,
    backingPath: null,
    isBase: false,
    usedBy: [],
    isRead: false,
    ...init,
  };
}
