import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { CloudFlavor, SizePreset } from '../../../../shared/contract/flavors.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/** Sizes of machines, as the router offers them. */
export interface FlavorsApi {
  watchPresets(watcher: Watcher): AsyncIterable<FeedEvent<SizePreset>>;
  /** Adds a preset, or replaces the one of its id. Throws LIMIT_EXCEEDED, DISK_FULL. */
  savePreset(preset: SizePreset): Promise<void>;
  /** Those that are gone already are no error. Throws DISK_FULL. */
  deletePresets(ids: readonly string[]): Promise<void>;
  /** Adds those of the usual presets whose names are free. Throws LIMIT_EXCEEDED, DISK_FULL. */
  addUsualPresets(): Promise<void>;
  /** Throws NOT_FOUND, DISCONNECTED, and UNSUPPORTED where the connection has no flavors. */
  listFlavors(connectionId: string): Promise<CloudFlavor[]>;
}
