import { mdiArchiveArrowDownOutline, mdiBugOutline, mdiFileExportOutline, mdiFileImportOutline } from '@mdi/js';
import type { Machine } from '../../../shared/contract/machines.ts';
import { defineAction, type Action } from '../../ui/action.tsx';

/** A machine and whether its connection is up. */
export interface BackupTarget {
  machine: Machine;
  isOnline: boolean;
}

/** What opens a dialog on the Backups tab; the tab's address names it (`?do=`). */
export const backupActionIds = ['backUp', 'saveToFile', 'restoreFromFile', 'coreDump'] as const;
export type BackupActionId = (typeof backupActionIds)[number];

const icons: Record<BackupActionId, string> = {
  backUp: mdiArchiveArrowDownOutline,
  saveToFile: mdiFileExportOutline,
  restoreFromFile: mdiFileImportOutline,
  coreDump: mdiBugOutline,
};

/** Backups and memory files of one domain, for menus and for the tab. */
export const backupActions: readonly (Action<BackupTarget> & { id: BackupActionId })[] = backupActionIds.map((id) => ({
  ...defineAction<BackupTarget>({
    id,
    icon: icons[id],
    group: 'backup',
    label: () => `backups:actions.${id}`,
    isFor: ({ machine }) => machine.kind === 'domain',
    canRun: ({ machine, isOnline }) => {
      if (machine.ownedByNova) return 'machines:reasons.ownedByNova';
      if (!isOnline) return 'machines:reasons.disconnected';
      const isOff = machine.state === 'stopped' || machine.state === 'crashed';
      if (id === 'restoreFromFile') return isOff ? true : 'backups:reasons.mustBeOff';
      return isOff ? 'backups:reasons.mustRun' : true;
    },
  }),
  id,
}));
