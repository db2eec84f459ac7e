import type { HostDetails, HostEvent, HostRef } from '../../../../shared/contract/hosts.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/**
 * Libvirt hosts themselves, as the router offers them. Throws NOT_FOUND for an unknown connection, DISCONNECTED while
 * it is not online, UNSUPPORTED for a cloud.
 */
export interface HostsApi {
  details(host: HostRef): Promise<HostDetails>;
  /** Reads only while it is watched. Ends with DISCONNECTED when the connection is lost. */
  watch(host: HostRef, watcher: Watcher): AsyncIterable<HostEvent>;
}
