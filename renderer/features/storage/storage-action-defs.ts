import {
  mdiContentDuplicate,
  mdiDatabaseMinusOutline,
  mdiDatabaseRemoveOutline,
  mdiDeleteOutline,
  mdiDownload,
  mdiEraser,
  mdiFolderMoveOutline,
  mdiPencilOutline,
  mdiPound,
  mdiPlay,
  mdiRefresh,
  mdiResize,
  mdiStop,
  mdiToggleSwitchOffOutline,
  mdiToggleSwitchOutline,
} from '@mdi/js';
import type { StorageVolume } from '../../../shared/contract/storage.ts';
import {
  canRunPoolAction,
  creatableFormats,
  poolActions,
  type PoolAction,
  type PoolReason,
} from '../../../shared/model/storage.ts';
import { defineAction, type Action } from '../../ui/action.tsx';
import type { PoolRow } from './storage-rows.ts';

/** What a menu of pools offers: what is done at once or after a question, and what has a form of its own. */
export type PoolMenuId = PoolAction | 'edit' | 'deleteAll';

export interface PoolActionDef extends Action<PoolRow> {
  id: PoolMenuId;
}

const icons: Record<PoolAction, string> = {
  start: mdiPlay,
  stop: mdiStop,
  refresh: mdiRefresh,
  enableAutostart: mdiToggleSwitchOutline,
  disableAutostart: mdiToggleSwitchOffOutline,
  delete: mdiDatabaseMinusOutline,
};

/** What takes storage away: the person is asked first. */
export const askedPoolActions: ReadonlySet<PoolAction> = new Set(['stop', 'delete']);

/** True, or why the action cannot run on the pool now. */
export function canRunOnPool(action: PoolAction, { pool, isOnline }: PoolRow): true | PoolReason {
  return isOnline ? canRunPoolAction(action, pool) : 'disconnected';
}

const plainDefs: readonly PoolActionDef[] = poolActions.map((id) => ({
  ...defineAction<PoolRow>({
    id,
    icon: icons[id],
    group: id === 'delete' ? 'delete' : id.endsWith('Autostart') ? 'settings' : 'power',
    isDangerous: askedPoolActions.has(id),
    isPrimary: !id.endsWith('Autostart'),
    label: () => `storage:actions.${id}`,
    isFor: () => true,
    canRun: (row) => {
      const answer = canRunOnPool(id, row);
      return answer === true ? true : `storage:reasons.${answer}`;
    },
  }),
  id,
}));

const editDef: PoolActionDef = {
  ...defineAction<PoolRow>({
    id: 'edit',
    icon: mdiPencilOutline,
    group: 'settings',
    isPrimary: false,
    label: () => 'storage:actions.edit',
    isFor: () => true,
    canRun: ({ pool, isOnline }) =>
      !isOnline ? 'storage:reasons.disconnected' : pool.persistent ? true : 'storage:reasons.transientPool',
  }),
  id: 'edit',
};

const deleteAllDef: PoolActionDef = {
  ...defineAction<PoolRow>({
    id: 'deleteAll',
    icon: mdiDatabaseRemoveOutline,
    group: 'delete',
    isDangerous: true,
    isPrimary: false,
    label: () => 'storage:actions.deleteAll',
    isFor: () => true,
    canRun: ({ pool, isOnline }) =>
      !isOnline
        ? 'storage:reasons.disconnected'
        : pool.state === 'inactive'
          ? 'storage:reasons.startFirst'
          : creatableFormats(pool.type) === null
            ? 'storage:reasons.notCreatable'
            : true,
  }),
  id: 'deleteAll',
};

/** Everything that can be done with pools, in the order in which menus show it. */
export const poolActionDefs: readonly PoolActionDef[] = [
  ...plainDefs.flatMap((def) => (def.id === 'enableAutostart' ? [editDef, def] : [def])),
  deleteAllDef,
];

export type VolumeAction = 'resize' | 'clone' | 'move' | 'download' | 'checksum' | 'wipe' | 'delete';

export interface VolumeActionDef extends Action<StorageVolume> {
  id: VolumeAction;
}

/** What can be done with volumes; `isOnline` and `isCreatable` (new volumes can be made) are those of their pool. */
export function volumeActionDefs(isOnline: boolean, isCreatable: boolean): readonly VolumeActionDef[] {
  const whenOnline = (reason: string | null = null): true | string =>
    !isOnline ? 'storage:reasons.disconnected' : (reason ?? true);
  const define = (id: VolumeAction, icon: string, canRun: VolumeActionDef['canRun']): VolumeActionDef => ({
    ...defineAction<StorageVolume>({
      id,
      icon,
      group: id === 'delete' || id === 'wipe' ? 'delete' : 'change',
      isDangerous: id === 'delete' || id === 'wipe',
      isPrimary: id === 'delete',
      ...(id === 'delete' && { shortcut: 'Delete' }),
      label: () => `storage:actions.${id}`,
      isFor: () => true,
      canRun,
    }),
    id,
  });
  return [
    define('resize', mdiResize, ({ type, usedBy }) =>
      whenOnline(
        type === 'dir'
          ? 'storage:reasons.isDirectory'
          : (usedBy ?? []).filter(({ isRunning }) => isRunning).length > 1
            ? 'storage:reasons.inUseByRunning'
            : null,
      ),
    ),
    define('clone', mdiContentDuplicate, () => whenOnline(isCreatable ? null : 'storage:reasons.notCreatable')),
    define('move', mdiFolderMoveOutline, ({ usedBy }) =>
      whenOnline(
        usedBy === null
          ? 'storage:reasons.usersUnknown'
          : usedBy.length === 0
            ? 'storage:reasons.moveUnused'
            : usedBy.length > 1
              ? 'storage:reasons.moveSeveral'
              : null,
      ),
    ),
    define('download', mdiDownload, ({ type }) => whenOnline(type === 'dir' ? 'storage:reasons.isDirectory' : null)),
    define('checksum', mdiPound, ({ type }) => whenOnline(type === 'dir' ? 'storage:reasons.isDirectory' : null)),
    define('wipe', mdiEraser, ({ type, usedBy }) =>
      whenOnline(
        type === 'dir'
          ? 'storage:reasons.isDirectory'
          : usedBy === null
            ? 'storage:reasons.usersUnknown'
            : usedBy.length > 0
              ? 'storage:reasons.inUse'
              : null,
      ),
    ),
    define('delete', mdiDeleteOutline, () => whenOnline()),
  ];
}
