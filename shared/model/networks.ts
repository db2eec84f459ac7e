/** How the machines of a network reach the outside; `other` is a way that we do not know. */
export const networkModes = [
  'nat',
  'route',
  'open',
  'isolated',
  'bridge',
  'macvtap',
  'openvswitch',
  'hostdev',
  'other',
] as const;
export type NetworkMode = (typeof networkModes)[number];

export const networkStates = ['active', 'inactive'] as const;
export type NetworkState = (typeof networkStates)[number];

/** What can be done with networks, in the order in which menus show it. */
export const networkActions = ['start', 'stop', 'restart', 'enableAutostart', 'disableAutostart', 'delete'] as const;
export type NetworkAction = (typeof networkActions)[number];

/** Why an action cannot run; each has a text (networks:reasons.<reason>). */
export type NetworkReason =
  'alreadyStarted' | 'notStarted' | 'autostartOn' | 'autostartOff' | 'transientNetwork' | 'stopFirst' | 'disconnected';

/** What decides on an action. */
export interface NetworkSubject {
  state: NetworkState;
  autostart: boolean;
  /** False for a transient network, which vanishes when it stops. */
  persistent: boolean;
}

/** True, or why the action cannot run on the network now. */
export function canRunNetworkAction(
  action: NetworkAction,
  { state, autostart, persistent }: NetworkSubject,
): true | NetworkReason {
  const isOff = state === 'inactive';
  switch (action) {
    case 'start':
      return isOff ? true : 'alreadyStarted';
    case 'stop':
      return isOff ? 'notStarted' : true;
    case 'restart':
      return isOff ? 'notStarted' : !persistent ? 'transientNetwork' : true;
    case 'enableAutostart':
      return !persistent ? 'transientNetwork' : autostart ? 'autostartOn' : true;
    case 'disableAutostart':
      return !persistent ? 'transientNetwork' : autostart ? true : 'autostartOff';
    case 'delete':
      return !persistent ? 'transientNetwork' : isOff ? true : 'stopFirst';
  }
}
