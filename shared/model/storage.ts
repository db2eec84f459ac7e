/** virStoragePoolState, in its order. */
export const poolStates = ['inactive', 'building', 'running', 'degraded', 'inaccessible'] as const;
export type PoolState = (typeof poolStates)[number];

/** What can be done with pools, in the order in which menus show it. */
export const poolActions = ['start', 'stop', 'refresh', 'enableAutostart', 'disableAutostart', 'delete'] as const;
export type PoolAction = (typeof poolActions)[number];

/** Why an action cannot run; each has a text (storage:reasons.<reason>). */
export type PoolReason =
  'alreadyStarted' | 'notStarted' | 'autostartOn' | 'autostartOff' | 'transientPool' | 'stopFirst' | 'disconnected';

/** What decides on an action. */
export interface PoolSubject {
  state: PoolState;
  autostart: boolean;
  persistent: boolean;
}

/** True, or why the action cannot run on the pool now. */
export function canRunPoolAction(action: PoolAction, { state, autostart, persistent }: PoolSubject): true | PoolReason {
  const isOff = state === 'inactive';
  switch (action) {
    case 'start':
      return isOff ? true : 'alreadyStarted';
    case 'stop':
    case 'refresh':
      return isOff ? 'notStarted' : true;
    case 'enableAutostart':
      return !persistent ? 'transientPool' : autostart ? 'autostartOn' : true;
    case 'disableAutostart':
      return !persistent ? 'transientPool' : autostart ? true : 'autostartOff';
    case 'delete':
      return !persistent ? 'transientPool' : isOff ? true : 'stopFirst';
  }
}

export const volumeFormats = ['qcow2', 'raw'] as const;
export type VolumeFormat = (typeof volumeFormats)[number];

/** Also those of other hypervisors, to exchange images with them. */
export const imageFormats = [...volumeFormats, 'vmdk', 'vdi', 'vpc'] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** What has an image's format of its own, so that its space can be reserved. */
export function isReservable(format: ImageFormat): boolean {
  return volumeFormats.some((each) => each === format);
}

/** Pools of files, whose volumes have a format of their own. */
const filePools: ReadonlySet<string> = new Set(['dir', 'fs', 'netfs', 'gluster', 'vstorage']);
/** Pools that divide what they have into volumes, without a format. */
const dividedPools: ReadonlySet<string> = new Set(['logical', 'rbd', 'sheepdog', 'zfs']);

/**
 * The formats in which volumes of a kind of pool can be created: none where the pool decides, null where its volumes
 * come from the storage itself (a LUN is made on the storage, not by libvirt).
 */
export function creatableFormats(poolType: string | null): readonly VolumeFormat[] | null {
  if (poolType === null) return null;
  if (filePools.has(poolType)) return volumeFormats;
  return dividedPools.has(poolType) ? [] : null;
}

/** File systems allow 255 bytes; each character of a name counts at least one. */
const MAX_NAME_BYTES = 255;

/** What is wrong with the name of a new volume; null where nothing is. */
export function volumeNameFault(name: string): 'nameEmpty' | 'nameCharacters' | 'nameReserved' | 'nameTooLong' | null {
  if (name === '') return 'nameEmpty';
  // A slash would leave the pool; XML has no control characters.
  if (/[/\p{Cc}]/u.test(name) || name !== name.trim()) return 'nameCharacters';
  if (name === '.' || name === '..') return 'nameReserved';
  return new TextEncoder().encode(name).length > MAX_NAME_BYTES ? 'nameTooLong' : null;
}
