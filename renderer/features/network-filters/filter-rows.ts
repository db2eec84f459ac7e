import type { Connection } from '../../../shared/contract/connections.ts';
import type { NetworkFilter } from '../../../shared/contract/network-filters.ts';
import { itemKey } from '../../core-client/feeds.tsx';

/** A network filter with what else its row shows. */
export interface FilterRow {
  /** Unique over all connections. */
  key: string;
  filter: NetworkFilter;
  connection: Connection | undefined;
  /** False while the connection is down: what is shown is the last known state. */
  isOnline: boolean;
}

const known = new WeakMap<NetworkFilter, FilterRow>();

/** The row of a filter; the same object as long as nothing that it shows has changed. */
export function filterRowOf(filter: NetworkFilter, connections: ReadonlyMap<string, Connection>): FilterRow {
  const connection = connections.get(filter.connectionId);
  const before = known.get(filter);
  if (before !== undefined && before.connection === connection) return before;
  const row: FilterRow = { key: itemKey(filter), filter, connection, isOnline: connection?.phase === 'online' };
  known.set(filter, row);
  return row;
}

/** The address of a filter's page. */
export function filterPath({ connectionId, id }: Pick<NetworkFilter, 'connectionId' | 'id'>): string {
  return `/security-groups/${encodeURIComponent(connectionId)}/${encodeURIComponent(id)}`;
}

/** How many rules of its own and how many other filters a filter has. */
export function countsOf({ entries }: NetworkFilter): { rules: number; references: number } {
  const rules = entries.filter(({ kind }) => kind === 'rule').length;
  return { rules, references: entries.length - rules };
}

/** Whether something needs a filter, as far as it is known. */
export function isUsed({ referredBy, usedBy }: NetworkFilter): boolean {
  return referredBy.length > 0 || (usedBy ?? []).length > 0;
}
