import {
  mdiDeleteOutline,
  mdiPlay,
  mdiRestart,
  mdiStop,
  mdiToggleSwitchOffOutline,
  mdiToggleSwitchOutline,
} from '@mdi/js';
import {
  canRunNetworkAction,
  networkActions,
  type NetworkAction,
  type NetworkReason,
} from '../../../shared/model/networks.ts';
import { defineAction, type Action } from '../../ui/action.tsx';
import type { NetworkRow } from './network-rows.ts';

export interface NetworkActionDef extends Action<NetworkRow> {
  id: NetworkAction;
}

const icons: Record<NetworkAction, string> = {
  start: mdiPlay,
  stop: mdiStop,
  restart: mdiRestart,
  enableAutostart: mdiToggleSwitchOutline,
  disableAutostart: mdiToggleSwitchOffOutline,
  delete: mdiDeleteOutline,
};

/** What takes a network away: the person is asked first. */
export const askedNetworkActions: ReadonlySet<NetworkAction> = new Set(['stop', 'restart', 'delete']);

/** True, or why the action cannot run on the network now. */
export function canRunOnNetwork(action: NetworkAction, { network, isOnline }: NetworkRow): true | NetworkReason {
  return isOnline ? canRunNetworkAction(action, network) : 'disconnected';
}

/** Everything that can be done with networks, in the order in which menus show it. */
export const networkActionDefs: readonly NetworkActionDef[] = networkActions.map((id) => ({
  ...defineAction<NetworkRow>({
    id,
    icon: icons[id],
    group: id === 'delete' ? 'delete' : id.endsWith('Autostart') ? 'settings' : 'power',
    isDangerous: askedNetworkActions.has(id),
    isPrimary: id !== 'restart' && !id.endsWith('Autostart'),
    label: () => `networks:actions.${id}`,
    isFor: () => true,
    canRun: (row) => {
      const answer = canRunOnNetwork(id, row);
      return answer === true ? true : `networks:reasons.${answer}`;
    },
  }),
  id,
}));
