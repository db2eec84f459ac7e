import { mdiCloseCircleOutline, mdiDeleteOutline, mdiLinkOff, mdiLinkVariant, mdiPlay, mdiRestart } from '@mdi/js';
import { nodeDeviceSubject, type NodeDevice } from '../../../shared/contract/hosts.ts';
import {
  canRunNodeDeviceAction,
  nodeDeviceActionIsFor,
  nodeDeviceActions,
  type NodeDeviceAction,
  type NodeDeviceReason,
} from '../../../shared/model/node-devices.ts';
import { defineAction, type Action } from '../../ui/action.tsx';

/** A device with whether its host can be asked. */
export interface DeviceItem {
  device: NodeDevice;
  isOnline: boolean;
}

const icons: Record<NodeDeviceAction, string> = {
  detach: mdiLinkOff,
  reattach: mdiLinkVariant,
  reset: mdiRestart,
  start: mdiPlay,
  stop: mdiCloseCircleOutline,
  delete: mdiDeleteOutline,
};

/** What takes something away: the person is asked first. */
export const askedDeviceActions: ReadonlySet<NodeDeviceAction> = new Set([
  'detach',
  'reattach',
  'reset',
  'stop',
  'delete',
]);

function answerOf(action: NodeDeviceAction, { device, isOnline }: DeviceItem): true | NodeDeviceReason {
  const subject = nodeDeviceSubject(device);
  if (!isOnline) return 'disconnected';
  return subject === null ? 'unread' : canRunNodeDeviceAction(action, subject);
}

/** Everything that can be done with devices of a host, in the order in which menus show it. */
export const deviceActionDefs: readonly (Action<DeviceItem> & { id: NodeDeviceAction })[] = nodeDeviceActions.map(
  (id) => ({
    ...defineAction<DeviceItem>({
      id,
      icon: icons[id],
      group: 'device',
      isDangerous: askedDeviceActions.has(id),
      label: () => `hosts:deviceActions.${id}`,
      isFor: ({ device }) => {
        const subject = nodeDeviceSubject(device);
        return subject !== null && nodeDeviceActionIsFor(id, subject);
      },
      canRun: (item) => {
        const answer = answerOf(id, item);
        return answer === true || `hosts:deviceReasons.${answer}`;
      },
    }),
    id,
  }),
);
