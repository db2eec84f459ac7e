import { Button, Chip } from '@mui/material';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MachineDetails } from '../../../shared/contract/machines.ts';
import { documentDrafts, type DocumentDraft } from './document-drafts.ts';
import { DocumentHistory } from './DocumentHistory.tsx';
import { DocumentTab } from './DocumentTab.tsx';
import type { DocumentSubject } from './document-subject.ts';

const XmlEditor = lazy(() => import('./XmlEditor.tsx').then(({ XmlEditor: editor }) => ({ default: editor })));

interface EditableDocumentProps {
  document: MachineDetails['document'];
  subject: DocumentSubject;
  /** False for what has no definition, or is not ours to change. */
  canEdit: boolean;
  /** False for what has no definition to remember. */
  hasHistory: boolean;
  isOnline: boolean;
  /** Reads the document again. */
  onSaved: () => void;
}

/** A document to be read, and to be edited where that can be. */
export function EditableDocument(props: EditableDocumentProps): ReactNode {
  const { document, subject, canEdit, hasHistory, isOnline, onSaved } = props;
  const { t } = useTranslation('machineDetails');
  // A text that was left half-done is what the person wants to see again.
  const [shown, setShown] = useState<'document' | 'editor' | 'review' | 'history'>(() =>
    canEdit && documentDrafts.get(subject) !== null ? 'editor' : 'document',
  );
  const [isSaved, setSaved] = useState(false);
  const leave = (saved: boolean): void => {
    setShown('document');
    setSaved(saved);
    if (saved) onSaved();
  };
  const goBack = (draft: DocumentDraft): void => {
    documentDrafts.set(subject, draft);
    setShown('review');
  };
  if (shown === 'editor' || shown === 'review') {
    return (
      <Suspense fallback={null}>
        <XmlEditor subject={subject} isOnline={isOnline} startsWithReview={shown === 'review'} onLeave={leave} />
      </Suspense>
    );
  }
  if (shown === 'history') {
    const close = (): void => setShown('document');
    return (
      <DocumentHistory subject={subject} canEdit={canEdit} isOnline={isOnline} onClose={close} onReturn={goBack} />
    );
  }
  return (
    <DocumentTab
      document={document}
      name={subject.name}
      status={
        isSaved ? (
          <Chip
            size="small"
            variant="outlined"
            color="success"
            role="status"
            label={t('editor.saved', { context: subject.resource })}
          />
        ) : null
      }
      tools={
        <>
          {hasHistory && (
            <Button size="small" color="inherit" onClick={() => setShown('history')}>
              {t('documents:history.open')}
            </Button>
          )}
          {canEdit && (
            <Button size="small" variant="outlined" disabled={!isOnline} onClick={() => setShown('editor')}>
              {t('editor.edit')}
            </Button>
          )}
        </>
      }
    />
  );
}
