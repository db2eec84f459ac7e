import type { ReactNode } from 'react';
import type { Machine, MachineDetails } from '../../../shared/contract/machines.ts';
import { EditableDocument } from './EditableDocument.tsx';

interface MachineDocumentTabProps {
  document: MachineDetails['document'];
  machine: Machine;
  isOnline: boolean;
  /** Reads the document again. */
  onSaved: () => void;
}

/** The document of a machine; that of a domain which is defined on its host can be edited. */
export function MachineDocumentTab({ document, machine, isOnline, onSaved }: MachineDocumentTabProps): ReactNode {
  const { connectionId, id, name, state } = machine;
  return (
    <EditableDocument
      document={document}
      subject={{ resource: 'machine', connectionId, id, name, isRunning: state !== 'stopped' }}
      canEdit={machine.kind === 'domain' && machine.persistent && !machine.ownedByNova}
      hasHistory={machine.kind === 'domain' && machine.persistent}
      isOnline={isOnline}
      onSaved={onSaved}
    />
  );
}
