import { mdiTagMultipleOutline } from '@mdi/js';
import { useCallback, useState, type ReactNode } from 'react';
import type { Machine } from '../../../shared/contract/machines.ts';
import { defineAction } from '../../ui/action.tsx';
import { NotesDialog } from './NotesDialog.tsx';
import { TagsDialog } from './TagsDialog.tsx';

/** Opens the dialog for one machine, or the one for many. */
export const editNotesAction = defineAction<{ machine: Machine; isOnline: boolean }>({
  id: 'editNotes',
  icon: mdiTagMultipleOutline,
  group: 'settings',
  label: (items) => (items.length === 1 ? 'notes:action' : 'notes:actionMany'),
  isFor: ({ machine }) => machine.kind === 'domain',
  canRun: ({ machine, isOnline }) =>
    !isOnline ? 'machines:reasons.disconnected' : machine.ownedByNova ? 'machines:reasons.ownedByNova' : true,
});

interface NotesDialogs {
  open: (machines: readonly Machine[]) => void;
  /** To be drawn once. */
  dialog: ReactNode;
}

/** The dialogs of `editNotesAction`; machines that it cannot run on are left out. */
export function useNotesDialogs(): NotesDialogs {
  const [machines, setMachines] = useState<readonly Machine[]>([]);
  const close = useCallback(() => setMachines([]), []);
  const [first] = machines;
  const dialog =
    first === undefined ? null : machines.length === 1 ? (
      <NotesDialog machine={first} onClose={close} />
    ) : (
      <TagsDialog machines={machines} onClose={close} />
    );
  return { open: setMachines, dialog };
}
