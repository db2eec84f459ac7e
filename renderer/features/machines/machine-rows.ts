import type { Connection } from '../../../shared/contract/connections.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { Task } from '../../../shared/contract/tasks.ts';
import { machineActions, type MachineAction } from '../../../shared/model/machine-actions.ts';
import { machineKey } from '../../core-client/feeds.tsx';

/** A machine with what else its row shows. Rows of unchanged machines keep their identity. */
export interface MachineRow {
  /** Unique over all connections. */
  key: string;
  machine: Machine;
  connection: Connection | undefined;
  /** False while the connection is down: what is shown is the last known state. */
  isOnline: boolean;
  /** What this app is doing to it right now. */
  pending: MachineAction | null;
}

/** What tasks of this app are doing, by machine key; the newest task counts. */
export function pendingActions(tasks: readonly Task[]): ReadonlyMap<string, MachineAction> {
  const pending = new Map<string, { action: MachineAction; createdAt: number }>();
  for (const { status, target, kind, createdAt } of tasks) {
    if ((status !== 'running' && status !== 'queued') || target?.resource !== 'machine') continue;
    const action = machineActions.find((each) => kind === `machine.${each}`);
    if (action === undefined) continue;
    const key = `${target.connectionId}/${target.id}`;
    if (createdAt >= (pending.get(key)?.createdAt ?? 0)) pending.set(key, { action, createdAt });
  }
  return new Map([...pending].map(([key, { action }]) => [key, action]));
}

/** Makes rows of machines, keeping each row object of `before` that would be the same. */
export function toRows(
  machines: readonly Machine[],
  connections: ReadonlyMap<string, Connection>,
  pending: ReadonlyMap<string, MachineAction>,
  before: ReadonlyMap<string, MachineRow>,
): ReadonlyMap<string, MachineRow> {
  const rows = new Map<string, MachineRow>();
  for (const machine of machines) {
    const key = machineKey(machine);
    const connection = connections.get(machine.connectionId);
    const action = pending.get(key) ?? null;
    const old = before.get(key);
    const isSame = old?.machine === machine && old.connection === connection && old.pending === action;
    rows.set(
      key,
      isSame ? old : { key, machine, connection, isOnline: connection?.phase === 'online', pending: action },
    );
  }
  return rows;
}
