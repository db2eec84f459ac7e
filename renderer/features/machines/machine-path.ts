import type { Machine } from '../../../shared/contract/machines.ts';

/** The address of a machine's page, with a tab of it. */
export function machinePath({ connectionId, id }: Pick<Machine, 'connectionId' | 'id'>, tab?: string): string {
  const base = `/machines/${encodeURIComponent(connectionId)}/${encodeURIComponent(id)}`;
  return tab === undefined ? base : `${base}/${tab}`;
}

/** The page that makes a machine, on that host where one is given. */
export function newMachinePath(connectionId: string | null): string {
  return connectionId === null ? '/machines/new' : `/machines/new?scope=${encodeURIComponent(connectionId)}`;
}
