import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { StoragePool, StorageVolume } from '../../../../shared/contract/storage.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/** The storage of one libvirt host while it is online. Nothing is read while nobody watches. */
export interface StorageBackend {
  watchPools(watcher: Watcher): AsyncIterable<FeedEvent<StoragePool>>;
  watchVolumes(poolId: string, watcher: Watcher): AsyncIterable<FeedEvent<StorageVolume>>;
}
