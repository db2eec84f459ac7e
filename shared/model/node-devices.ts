/** What can be done with devices of a host, in the order in which menus show it. */
export const nodeDeviceActions = ['detach', 'reattach', 'reset', 'start', 'stop', 'delete'] as const;
export type NodeDeviceAction = (typeof nodeDeviceActions)[number];

/** Why an action cannot run; each has a text (hosts:deviceReasons.<reason>). */
export type NodeDeviceReason =
  'detached' | 'notDetached' | 'inUse' | 'running' | 'stopped' | 'notDefined' | 'stopFirst' | 'unread' | 'disconnected';

/** What decides on an action. */
export interface NodeDeviceSubject {
  /** The driver that it has on the host. */
  driver: string | null;
  /** How a machine is given it; null for what none can be given. */
  assignable: { type: 'usb' | 'pci' | 'mdev' } | null;
  /** Of a mediated device. */
  mdev: { isActive: boolean; isDefined: boolean } | null;
  /** Whether a machine that runs has it. */
  isInUse: boolean;
}

/** Drivers that a device has while it is kept for machines. */
const passthroughDrivers = new Set(['vfio-pci', 'pci-stub']);

/** False where the action could never run on such a device. */
export function nodeDeviceActionIsFor(action: NodeDeviceAction, { assignable, mdev }: NodeDeviceSubject): boolean {
  const isOfPci = action === 'detach' || action === 'reattach' || action === 'reset';
  return isOfPci ? assignable?.type === 'pci' : mdev !== null;
}

/** True, or why the action cannot run on the device now. */
export function canRunNodeDeviceAction(action: NodeDeviceAction, device: NodeDeviceSubject): true | NodeDeviceReason {
  const { driver, mdev, isInUse } = device;
  const isDetached = passthroughDrivers.has(driver ?? '');
  switch (action) {
    case 'detach':
      return isInUse ? 'inUse' : isDetached ? 'detached' : true;
    case 'reattach':
      return isInUse ? 'inUse' : isDetached ? true : 'notDetached';
    case 'reset':
      return isInUse ? 'inUse' : true;
    case 'start':
      return mdev?.isActive === false ? true : 'running';
    case 'stop':
      return isInUse ? 'inUse' : mdev?.isActive === true ? true : 'stopped';
    case 'delete':
      return mdev?.isDefined !== true ? 'notDefined' : mdev.isActive ? 'stopFirst' : true;
  }
}
