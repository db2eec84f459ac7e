import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { HostDetails, HostEvent, NodeDevice } from '../../../../shared/contract/hosts.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/** One libvirt host while it is online. Nothing is read while nobody watches. */
export interface HostBackend {
  devices: NodeDeviceBackend;
  /** At most four calls. */
  details(): Promise<HostDetails>;
  watch(watcher: Watcher): AsyncIterable<HostEvent>;
}

/** The devices of one libvirt host while it is online. */
export interface NodeDeviceBackend {
  watch(watcher: Watcher): AsyncIterable<FeedEvent<NodeDevice>>;
  /** What is not known of these devices is read soon, if somebody watches. */
  look(names: readonly string[]): void;
  xml(name: string): Promise<string>;
}
