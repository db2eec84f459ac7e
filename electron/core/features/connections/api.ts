import type {
  AddConnectionInput,
  Connection,
  ConnectionSuggestion,
  EndpointCheck,
} from '../../../../shared/contract/connections.ts';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/** Connections: stored, connected, watched. Throws NOT_FOUND for an unknown id, BAD_URI for a bad URI. */
export interface ConnectionsApi {
  watch(watcher: Watcher): AsyncIterable<FeedEvent<Connection>>;
  /** Stores it and starts connecting; how that goes is seen in `watch`. */
  add(input: AddConnectionInput): Promise<{ id: string }>;
  update(id: string, input: AddConnectionInput): Promise<void>;
  /** Disconnects, forgets the configuration, its secrets and its cached lists. */
  remove(id: string): Promise<void>;
  /** Tries now, whatever the back-off says. */
  connect(id: string): Promise<void>;
  disconnect(id: string): Promise<void>;
  suggestions(signal: AbortSignal): Promise<ConnectionSuggestion[]>;
  /** clouds.yaml or openrc text into targets; secrets in it go to `secret`. */
  parseCloudFile(
    fileName: string,
    text: string,
  ): { name: string; target: AddConnectionInput['target']; secret: string | null }[];
  /** Tests every endpoint of the catalog of an OpenStack connection. */
  checkEndpoints(id: string, signal: AbortSignal): Promise<EndpointCheck[]>;
}
