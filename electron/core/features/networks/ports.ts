import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { HostLink } from '../../../../shared/contract/host-links.ts';
import type {
  ChangeNetworkInput,
  EditedNetwork,
  EditNetworkInput,
  HostInterface,
  NetworkDetails,
  NetworkSettingsView,
  NewNetworkInput,
  NewNetworkPreview,
  VirtualNetwork,
} from '../../../../shared/contract/networks.ts';
import type { NetworkAction } from '../../../../shared/model/networks.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/**
 * The networks of one libvirt host while it is online. Nothing is read while nobody watches. Calls throw NOT_FOUND for
 * what does not exist any more; actions resolve when the list, if it is watched, shows what they did.
 */
export interface NetworkBackend {
  /** The network interfaces of the host. */
  links: HostLinkBackend;
  watch(watcher: Watcher): AsyncIterable<FeedEvent<VirtualNetwork>>;
  /** The network as it was last read; undefined where nobody has looked. */
  network(id: string): VirtualNetwork | undefined;
  details(id: string): Promise<NetworkDetails>;
  /** Of what is defined. */
  settings(id: string): Promise<NetworkSettingsView>;
  /** Without a call. Throws BAD_INPUT for settings that cannot be, and PROTOCOL for what is no network. */
  edit(input: EditNetworkInput): EditedNetwork;
  /** Null where the host does not tell. */
  hostInterfaces(): Promise<HostInterface[] | null>;
  preview(input: NewNetworkInput): Promise<NewNetworkPreview>;
  /**
   * Defines a network and, as asked, starts and autostarts it. One of which a step fails is forgotten again: the error
   * names it as `params.removed`, or as `params.left` where that fails, too.
   */
  create(input: NewNetworkInput, task: TaskContext): Promise<void>;
  /**
   * In what runs and in what is defined, as far as each has the entry. Throws CONFLICT with the reason `entryGone` where
   * neither has it, and libvirt's own error for what it refuses; what was done until then is taken back.
   */
  change(input: ChangeNetworkInput, task: TaskContext): Promise<void>;
  runAction(action: NetworkAction, id: string, task: TaskContext): Promise<void>;
}

/** The network interfaces of one libvirt host while it is online; read every 15 s while somebody watches. */
export interface HostLinkBackend {
  watch(watcher: Watcher): AsyncIterable<FeedEvent<HostLink>>;
}
