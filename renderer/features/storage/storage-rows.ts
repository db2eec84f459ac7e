import type { Connection } from '../../../shared/contract/connections.ts';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { itemKey } from '../../core-client/feeds.tsx';

/** A pool with what else its row shows. */
export interface PoolRow {
  /** Unique over all connections. */
  key: string;
  pool: StoragePool;
  connection: Connection | undefined;
  /** False while the connection is down: what is shown is the last known state. */
  isOnline: boolean;
}

const known = new WeakMap<StoragePool, PoolRow>();

/** The row of a pool; the same object as long as nothing that it shows has changed. */
export function poolRowOf(pool: StoragePool, connections: ReadonlyMap<string, Connection>): PoolRow {
  const connection = connections.get(pool.connectionId);
  const before = known.get(pool);
  if (before !== undefined && before.connection === connection) return before;
  const row: PoolRow = { key: itemKey(pool), pool, connection, isOnline: connection?.phase === 'online' };
  known.set(pool, row);
  return row;
}

/** The address of a pool's page. */
export function poolPath({ connectionId, id }: Pick<StoragePool, 'connectionId' | 'id'>): string {
  return `/storage/${encodeURIComponent(connectionId)}/${encodeURIComponent(id)}`;
}
