import type { Connection } from '../../../shared/contract/connections.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { Task } from '../../../shared/contract/tasks.ts';
import { machineActions, type MachineAction } from '../../../shared/model/machine-actions.ts';
import { itemKey } from '../../core-client/feeds.tsx';

/** A machine with what else its row shows. */
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

const known = new WeakMap<Machine, MachineRow>();

/** The row of a machine; the same object as long as nothing that it shows has changed. */
export function rowOf(
  machine: Machine,
  connections: ReadonlyMap<string, Connection>,
  pending: ReadonlyMap<string, MachineAction>,
): MachineRow {
  const connection = connections.get(machine.connectionId);
  const before = known.get(machine);
  const key = before?.key ?? itemKey(machine);
  const action = pending.size === 0 ? null : (pending.get(key) ?? null);
  if (before?.connection === connection && before?.pending === action) return before;
  const row: MachineRow = { key, machine, connection, isOnline: connection?.phase === 'online', pending: action };
  known.set(machine, row);
  return row;
}
