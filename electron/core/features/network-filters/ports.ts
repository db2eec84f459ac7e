import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type {
  CopyFilterInput,
  FilterChange,
  NetworkFilter,
  NewFilterInput,
} from '../../../../shared/contract/network-filters.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/**
 * The network filters of one libvirt host while it is online. Nothing is read while nobody watches. Calls throw
 * NOT_FOUND for what does not exist any more; they resolve when the list, if it is watched, shows what they did. What is
 * written takes effect on running machines at once.
 */
export interface NetworkFilterBackend {
  watch(watcher: Watcher): AsyncIterable<FeedEvent<NetworkFilter>>;
  /** The filter as it was last read; undefined where nobody has looked. */
  filter(id: string): NetworkFilter | undefined;
  /** Null where the host has no driver for filters. */
  names(): Promise<string[] | null>;
  /** Throws CONFLICT with the reason `filterTaken` where there is one with this name. */
  create(input: NewFilterInput, signal: AbortSignal): Promise<void>;
  copy(input: CopyFilterInput, signal: AbortSignal): Promise<void>;
  /** Throws CONFLICT with the reason `entryGone` where the host has something else at that place by now. */
  change(id: string, change: FilterChange, signal: AbortSignal): Promise<void>;
  /** Throws CONFLICT with the reason `filterInUse`, and who uses it as `params.users`. */
  delete(id: string, signal: AbortSignal): Promise<void>;
}
