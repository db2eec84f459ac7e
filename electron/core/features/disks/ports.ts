import type { DiskList, HostDisk } from '../../../../shared/contract/disks.ts';

/** The disks of one libvirt host while it is online. Nothing is read that nobody asked for. */
export interface DiskBackend {
  /** The number of calls grows with the pools only, not with volumes or disks. */
  list(): Promise<DiskList>;
  /** One call for each volume. */
  details(ids: readonly string[]): Promise<HostDisk[]>;
}
