import type { HostDetails, HostEvent } from '../../../../shared/contract/hosts.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/** One libvirt host while it is online. Nothing is read while nobody watches. */
export interface HostBackend {
  /** At most four calls. */
  details(): Promise<HostDetails>;
  watch(watcher: Watcher): AsyncIterable<HostEvent>;
}
