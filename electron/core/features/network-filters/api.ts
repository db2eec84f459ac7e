import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type {
  ChangeFilterInput,
  CopyFilterInput,
  FilterRef,
  NetworkFilter,
  NewFilterInput,
} from '../../../../shared/contract/network-filters.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/**
 * Network filters of libvirt hosts, as the router offers them. Throws NOT_FOUND for an unknown connection, DISCONNECTED
 * while it is not online, UNSUPPORTED for a cloud. What changes something starts a task and returns at once.
 */
export interface NetworkFiltersApi {
  /** Ends with DISCONNECTED when the connection is lost, and with what the host says where the list cannot be read. */
  watch(connectionId: string, watcher: Watcher): AsyncIterable<FeedEvent<NetworkFilter>>;
  /** Null where the host has no driver for filters. */
  names(connectionId: string): Promise<string[] | null>;
  create(input: NewFilterInput): { taskId: string };
  copy(input: CopyFilterInput): { taskId: string };
  change(input: ChangeFilterInput): { taskId: string };
  delete(filters: readonly FilterRef[]): { taskIds: string[] };
}
