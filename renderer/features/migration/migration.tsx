import { mdiSwapHorizontalBold } from '@mdi/js';
import { createContext, useContext, useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { Machine } from '../../../shared/contract/machines.ts';
import { defineAction } from '../../ui/action.tsx';
import { MigrateDialog } from './MigrateDialog.tsx';

/** Opens the dialog for one machine or many. */
export const migrateAction = defineAction<{ machine: Machine; isOnline: boolean }>({
  id: 'migrate',
  icon: mdiSwapHorizontalBold,
  group: 'settings',
  label: () => 'migration:action',
  isFor: ({ machine }) => machine.kind === 'domain',
  canRun: ({ machine, isOnline }) =>
    !isOnline ? 'machines:reasons.disconnected' : machine.ownedByNova ? 'machines:reasons.ownedByNova' : true,
});

const MigrateContext = createContext<((machines: readonly Machine[]) => void) | null>(null);

/** Draws the dialog for everything below it, for the page from which it is opened goes away with its machine. */
export function MigrationProvider({ children }: { children: ReactNode }): ReactNode {
  const navigate = useNavigate();
  const [machines, setMachines] = useState<readonly Machine[]>([]);
  const close = (): void => setMachines([]);
  return (
    <MigrateContext value={setMachines}>
      {children}
      {machines.length > 0 && (
        <MigrateDialog
          machines={machines}
          onOpen={({ connectionId, id }) => {
            close();
            void navigate(`/machines/${encodeURIComponent(connectionId)}/${encodeURIComponent(id)}`);
          }}
          onClose={close}
        />
      )}
    </MigrateContext>
  );
}

/** Opens the dialog of `migrateAction`. */
export function useMigrate(): (machines: readonly Machine[]) => void {
  const migrate = useContext(MigrateContext);
  if (migrate === null) throw new Error('useMigrate needs a MigrationProvider above it');
  return migrate;
}
