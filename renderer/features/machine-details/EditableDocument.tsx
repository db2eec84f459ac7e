import { Button, Chip } from '@mui/material';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MachineDetails } from '../../../shared/contract/machines.ts';
import { documentDrafts } from './document-drafts.ts';
import { DocumentTab } from './DocumentTab.tsx';
import type { DocumentSubject } from './XmlEditor.tsx';

const XmlEditor = lazy(() => import('./XmlEditor.tsx').then(({ XmlEditor: editor }) => ({ default: editor })));

interface EditableDocumentProps {
  document: MachineDetails['document'];
  subject: DocumentSubject;
  /** False for what has no definition, or is not ours to change. */
  canEdit: boolean;
  isOnline: boolean;
  /** Reads the document again. */
  onSaved: () => void;
}

/** A document to be read, and to be edited where that can be. */
export function EditableDocument({ document, subject, canEdit, isOnline, onSaved }: EditableDocumentProps): ReactNode {
  const { t } = useTranslation('machineDetails');
  // A text that was left half-done is what the person wants to see again.
  const [isEditing, setEditing] = useState(() => canEdit && documentDrafts.get(subject) !== null);
  const [isSaved, setSaved] = useState(false);
  const leave = (saved: boolean): void => {
    setEditing(false);
    setSaved(saved);
    if (saved) onSaved();
  };
  if (isEditing) {
    return (
      <Suspense fallback={null}>
        <XmlEditor subject={subject} isOnline={isOnline} onLeave={leave} />
      </Suspense>
    );
  }
  return (
    <DocumentTab
      document={document}
      name={subject.name}
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
