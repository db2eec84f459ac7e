import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { HostLink } from '../../../../shared/contract/host-links.ts';
import type {
  ChangeNetworkInput,
  EditedNetwork,
  EditNetworkInput,
  HostInterface,
  NetworkDetails,
  NetworkRef,
  NetworkSettingsView,
  NewNetworkInput,
  NewNetworkPreview,
  VirtualNetwork,
} from '../../../../shared/contract/networks.ts';
import type { NetworkAction } from '../../../../shared/model/networks.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/**
 * Virtual networks of libvirt hosts, as the router offers them. Throws NOT_FOUND for an unknown connection,
 * DISCONNECTED while it is not online, UNSUPPORTED for a cloud.
 */
export interface NetworksApi {
  /** Ends with DISCONNECTED when the connection is lost, and with what the host says where the list cannot be read. */
  watch(connectionId: string, watcher: Watcher): AsyncIterable<FeedEvent<VirtualNetwork>>;
  /** As `watch`, of the network interfaces of the host. */
  watchLinks(connectionId: string, watcher: Watcher): AsyncIterable<FeedEvent<HostLink>>;
  details(network: NetworkRef): Promise<NetworkDetails>;
  /** Of what is defined. */
  settings(network: NetworkRef): Promise<NetworkSettingsView>;
  /** Throws BAD_INPUT for settings that cannot be, and PROTOCOL for what is no network. */
  edit(input: EditNetworkInput): EditedNetwork;
  /** Null where the host does not tell. */
  hostInterfaces(connectionId: string): Promise<HostInterface[] | null>;
  preview(input: NewNetworkInput): Promise<NewNetworkPreview>;
  create(input: NewNetworkInput): { taskId: string };
  change(input: ChangeNetworkInput): { taskId: string };
  /** Starts one task per network and returns at once. */
  runAction(action: NetworkAction, networks: NetworkRef[]): { taskIds: string[] };
}
