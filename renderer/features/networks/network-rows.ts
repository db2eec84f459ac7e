import type { Connection } from '../../../shared/contract/connections.ts';
import type { VirtualNetwork } from '../../../shared/contract/networks.ts';
import { itemKey } from '../../core-client/feeds.tsx';

/** A network with what else its row shows. */
export interface NetworkRow {
  /** Unique over all connections. */
  key: string;
  network: VirtualNetwork;
  connection: Connection | undefined;
  /** False while the connection is down: what is shown is the last known state. */
  isOnline: boolean;
}

const known = new WeakMap<VirtualNetwork, NetworkRow>();

/** The row of a network; the same object as long as nothing that it shows has changed. */
export function networkRowOf(network: VirtualNetwork, connections: ReadonlyMap<string, Connection>): NetworkRow {
  const connection = connections.get(network.connectionId);
  const before = known.get(network);
  if (before !== undefined && before.connection === connection) return before;
  const row: NetworkRow = { key: itemKey(network), network, connection, isOnline: connection?.phase === 'online' };
  known.set(network, row);
  return row;
}

/** The address of a network's page. */
export function networkPath({ connectionId, id }: Pick<VirtualNetwork, 'connectionId' | 'id'>): string {
  return `/networks/${encodeURIComponent(connectionId)}/${encodeURIComponent(id)}`;
}

/** The address of the page that makes a network; on the first host that is online where null is in scope. */
export function newNetworkPath(connectionId: string | null): string {
  return connectionId === null ? '/networks/new' : `/networks/new?scope=${encodeURIComponent(connectionId)}`;
}
