import type { i18n, TFunction } from 'i18next';
import type { ReactNode } from 'react';
import type { Machine } from '../../../shared/contract/machines.ts';
import { machineStates } from '../../../shared/model/machine-actions.ts';
import type { GroupBy } from '../../ui/resource-table/column.ts';
import { ConnectionDot } from '../connections/connection-state.tsx';
import { ConnectionPhaseText } from './ConnectionProblems.tsx';
import type { MachineRow } from './machine-rows.ts';
import { StateDot } from './machine-state.tsx';

export const groupIds = ['none', 'connection', 'state', 'tag', 'folder'] as const;
export type GroupId = (typeof groupIds)[number];

export function isGroupId(value: string): value is GroupId {
  return groupIds.some((id) => id === value);
}

/** The ways in which machines can be grouped. */
export function machineGroups(t: TFunction, i18n: i18n): Record<Exclude<GroupId, 'none'>, GroupBy<MachineRow>> {
  const stateOf = (rows: readonly MachineRow[]) => rows[0]?.machine.state ?? 'unknown';
  const connectionName = (rows: readonly MachineRow[]): string => rows[0]?.connection?.name ?? '';
  return {
    connection: {
      id: 'connection',
      label: 'machines:groups.connection',
      keyOf: ({ machine }) => machine.connectionId,
      sortValue: connectionName,
      nameOf: connectionName,
      render: (rows) => <ConnectionHead rows={rows} />,
      note: (rows) => <ConnectionNote rows={rows} runningText={runningText(rows, t, i18n)} />,
    },
    state: {
      id: 'state',
      label: 'machines:groups.state',
      keyOf: ({ machine }) => machine.state,
      sortValue: (rows) => machineStates.indexOf(stateOf(rows)),
      nameOf: (rows) => t(`machines:states.${stateOf(rows)}`),
      render: (rows) => (
        <span className="inline">
          <StateDot state={stateOf(rows)} />
          {t(`machines:states.${stateOf(rows)}`)}
        </span>
      ),
    },
    tag: writtenGroup('tag', ({ tags }) => tags?.[0] ?? null, t),
    folder: writtenGroup('folder', ({ folder }) => folder, t),
  };
}

/** Groups by a word that people wrote down; machines without one come last. */
function writtenGroup(
  id: 'tag' | 'folder',
  wordOf: (machine: Machine) => string | null,
  t: TFunction,
): GroupBy<MachineRow> {
  const word = ([row]: readonly MachineRow[]): string | null => (row === undefined ? null : wordOf(row.machine));
  const name = (rows: readonly MachineRow[]): string => word(rows) ?? t(`notes:without.${id}`);
  return {
    id,
    label: `machines:groups.${id}`,
    keyOf: ({ machine }) => wordOf(machine) ?? '',
    sortValue: word,
    nameOf: name,
    render: (rows) => <span className="text">{name(rows)}</span>,
  };
}

function runningText(rows: readonly MachineRow[], t: TFunction, { language }: i18n): string {
  const running = rows.filter(({ machine }) => machine.state === 'running').length;
  return t('machines:groups.running', { running: new Intl.NumberFormat(language).format(running) });
}

function ConnectionHead({ rows }: { rows: readonly MachineRow[] }): ReactNode {
  const connection = rows[0]?.connection;
  if (connection === undefined) return null;
  return (
    <span className="inline">
      <ConnectionDot phase={connection.phase} />
      <span className="text">{connection.name}</span>
    </span>
  );
}

function ConnectionNote({ rows, runningText: text }: { rows: readonly MachineRow[]; runningText: string }): ReactNode {
  const connection = rows[0]?.connection;
  if (connection === undefined) return null;
  if (connection.phase !== 'online') return <ConnectionPhaseText connection={connection} />;
  return (
    <span className="quiet" style={{ fontWeight: 400 }}>
      {text}
    </span>
  );
}
