import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { MachineAction } from '../../../shared/model/machine-actions.ts';
import { itemKey, useConnections, useMachines } from '../../core-client/feeds.tsx';
import { useRunMachineAction } from './actions.tsx';
import { actionLabel, canRun } from './machine-action-defs.ts';
import { machinePath } from './machine-path.ts';
import { machineActions } from '../../../shared/model/machine-actions.ts';

/** One line of the command palette. */
export interface PaletteItem {
  id: string;
  label: string;
  /** What else finds it: addresses, host, the connection's name. */
  keywords: string;
  run: () => void;
}

/** Words that find a machine in the palette. */
export function machineKeywords(machine: Machine, connection: Connection | undefined): string {
  return [machine.id, machine.host, connection?.name, ...machine.addresses].filter(Boolean).join(' ');
}

/**
 * The palette's lines for all machines: opening one, its console, and what can be done with it now. Ten thousand
 * machines would be a hundred thousand lines of actions, so these are made for the given number of machines that match.
 */
export function useMachinePaletteItems(query: string, maxMachines = 20): readonly PaletteItem[] {
  const { t } = useTranslation('machines');
  const { items: machines } = useMachines();
  const { byId: connections } = useConnections();
  const navigate = useNavigate();
  const run = useRunMachineAction();
  return useMemo(() => {
    const found = matchingMachines(machines, connections, query, maxMachines);
    return found.flatMap((machine) => {
      const connection = connections.get(machine.connectionId);
      const keywords = machineKeywords(machine, connection);
      const key = itemKey(machine);
      const target = { machine, isOnline: connection?.phase === 'online' };
      return [
        { id: `open/${key}`, label: machine.name, keywords, run: () => void navigate(machinePath(machine)) },
        {
          id: `console/${key}`,
          label: t('palette.console', { name: machine.name }),
          keywords,
          run: () => void navigate(machinePath(machine, 'console')),
        },
        ...machineActions
          .filter((action) => canRun(action, target) === true)
          .map((action) => ({
            id: `${action}/${key}`,
            label: paletteLabel(action, machine, t),
            keywords,
            run: () => run(action, [machine]),
          })),
      ];
    });
  }, [machines, connections, query, maxMachines, navigate, run, t]);
}

function paletteLabel(action: MachineAction, machine: Machine, t: TFunction): string {
  return t('machines:palette.action', { action: t(actionLabel(action, [machine])), name: machine.name });
}

/** Machines one of whose words begins with or holds each word of the query that is not an action's. */
function matchingMachines(
  machines: readonly Machine[],
  connections: ReadonlyMap<string, Connection>,
  query: string,
  max: number,
): Machine[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const scored: { machine: Machine; score: number }[] = [];
  for (const machine of machines) {
    const text = `${machine.name} ${machineKeywords(machine, connections.get(machine.connectionId))}`.toLowerCase();
    const score = words.filter((word) => text.includes(word)).length;
    if (words.length === 0 || score > 0) scored.push({ machine, score });
    // Without words any machines will do.
    if (words.length === 0 && scored.length >= max) break;
  }
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, max)
    .map(({ machine }) => machine);
}
