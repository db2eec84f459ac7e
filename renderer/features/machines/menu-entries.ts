import { mdiConsole, mdiContentDuplicate, mdiOpenInNew } from '@mdi/js';
import type { MenuEntry } from '../../ui/action.tsx';
import { copyEntries } from '../../ui/copy-entries.ts';
import type { MachineRow } from './machine-rows.ts';
import { cloneLabel } from '../provisioning/clone-action.ts';
import { machinePath } from './machine-path.ts';

/** The ways into one machine; several have none. */
export function openEntries(rows: readonly MachineRow[], go: (path: string) => void): MenuEntry[] {
  const [row] = rows;
  if (row === undefined || rows.length > 1) return [];
  const { machine } = row;
  return [
    { id: 'open', icon: mdiOpenInNew, label: 'machines:open', run: () => go(machinePath(machine)) },
    {
      id: 'openConsole',
      icon: mdiConsole,
      label: 'machines:openConsole',
      run: () => go(machinePath(machine, 'console')),
    },
    ...(machine.kind === 'domain'
      ? [
          {
            id: 'clone',
            icon: mdiContentDuplicate,
            label: cloneLabel(machine),
            run: () => go(machinePath(machine, 'clone')),
          },
        ]
      : []),
  ];
}

/** What can be copied of one machine or of many, a line each. */
export function machineCopies(rows: readonly MachineRow[]): MenuEntry[] {
  const machines = rows.map(({ machine }) => machine);
  return copyEntries('machines', [
    { id: 'copyName', lines: machines.map(({ name }) => name) },
    { id: 'copyId', lines: machines.map(({ id }) => id) },
    { id: 'copyAddresses', lines: machines.flatMap(({ addresses }) => addresses) },
  ]);
}
