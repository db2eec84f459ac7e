import type { DiskDetailsInput, DiskList, HostDisk } from '../../../../shared/contract/disks.ts';

/**
 * All disks of libvirt hosts, as the router offers them. Throws NOT_FOUND for an unknown connection, DISCONNECTED while
 * it is not online, UNSUPPORTED for a cloud.
 */
export interface DisksApi {
  list(connectionId: string): Promise<DiskList>;
  /** What costs a call per volume, of those of the last list; of others nothing. */
  details(input: DiskDetailsInput): Promise<HostDisk[]>;
}
