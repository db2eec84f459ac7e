import { Button, Chip } from '@mui/material';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine, MachineDetails } from '../../../shared/contract/machines.ts';
import { documentDrafts } from './document-drafts.ts';
import { DocumentTab } from './DocumentTab.tsx';

const XmlEditor = lazy(() => import('./XmlEditor.tsx').then(({ XmlEditor: editor }) => ({ default: editor })));

interface MachineDocumentTabProps {
  document: MachineDetails['document'];
  machine: Machine;
  isOnline: boolean;
  /** Reads the document again. */
  onSaved: () => void;
}

/** The document of a machine; that of a domain which is defined on its host can be edited. */
export function MachineDocumentTab({ document, machine, isOnline, onSaved }: MachineDocumentTabProps): ReactNode {
  const { t } = useTranslation('machineDetails');
  const canEdit = machine.kind === 'domain' && machine.persistent && !machine.ownedByNova;
  // A text that was left half-done is what the person wants to see again.
  const [isEditing, setEditing] = useState(() => canEdit && documentDrafts.get(machine) !== null);
  const [isSaved, setSaved] = useState(false);
  const leave = (saved: boolean): void => {
    setEditing(false);
    setSaved(saved);
    if (saved) onSaved();
  };
  if (isEditing) {
    return (
      <Suspense fallback={null}>
        <XmlEditor machine={machine} isOnline={isOnline} onLeave={leave} />
      </Suspense>
    );
  }
  return (
    <DocumentTab
      document={document}
      name={machine.name}
      status={
        isSaved ? (
          <Chip size="small" variant="outlined" color="success" role="status" label={t('editor.saved')} />
        ) : null
      }
      tools={
        canEdit && (
          <Button size="small" variant="outlined" disabled={!isOnline} onClick={() => setEditing(true)}>
            {t('editor.edit')}
          </Button>
        )
      }
    />
  );
}
