import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { PoolRef, StoragePool, StorageVolume } from '../../../../shared/contract/storage.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { StorageApi } from './api.ts';
import type { StorageBackend } from './ports.ts';

/** The storage of a connection, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while it is not online. */
type StorageSource = (connectionId: string) => StorageBackend | undefined;

/** Storage of all connections. */
export class StorageService implements StorageApi {
  readonly #source: StorageSource;

  constructor(source: StorageSource) {
    this.#source = source;
  }

  watchPools(connectionId: string, watcher: Watcher): AsyncIterable<FeedEvent<StoragePool>> {
    return this.#backend(connectionId).watchPools(watcher);
  }

  watchVolumes({ connectionId, poolId }: PoolRef, watcher: Watcher): AsyncIterable<FeedEvent<StorageVolume>> {
    return this.#backend(connectionId).watchVolumes(poolId, watcher);
  }

  #backend(connectionId: string): StorageBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { detail: 'this connection has no storage pools' });
    return backend;
  }
}
