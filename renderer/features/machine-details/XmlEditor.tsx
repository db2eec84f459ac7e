import {
  Alert,
  Box,
  Button,
  Chip,
  CircularProgress,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  Stack,
  Typography,
} from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { documentRefusals, type DocumentRefusal } from '../../../shared/contract/documents.ts';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { documentDrafts, type DocumentDraft } from './document-drafts.ts';
import { refOf, type DocumentSubject } from './document-subject.ts';
import { ReturnedNote } from './ReturnedNote.tsx';
import { XmlCode, XmlDiff } from './xml-code.tsx';
import { findXmlProblem } from './xml-problems.ts';

interface XmlEditorProps {
  subject: DocumentSubject;
  isOnline: boolean;
  /** Shows first what saving the draft would change. */
  startsWithReview: boolean;
  /** Called with whether the document was saved. */
  onLeave: (isSaved: boolean) => void;
}

/** Edits the document from which a domain or network starts next. */
export function XmlEditor(props: XmlEditorProps): ReactNode {
  const { subject, isOnline } = props;
  const trpc = useTRPC();
  // As it was when the editor opened: a draft that is undone must not close it.
  const [draft] = useState(() => documentDrafts.get(subject));
  const query = useQuery(
    trpc.documents.read.queryOptions(refOf(subject), { enabled: isOnline && draft === null, gcTime: 0 }),
  );
  const started = draft ?? (query.data === undefined ? null : { base: query.data, text: query.data, returned: null });
  if (started !== null) return <Editing {...props} started={started} />;
  return (
    <Stack spacing={1.5} sx={{ p: 3, alignItems: 'flex-start' }}>
      {query.error === null ? (
        <CircularProgress size={24} />
      ) : (
        <ErrorDetails error={toAppError(query.error)} context={{ machineName: subject.name }} />
      )}
    </Stack>
  );
}

function refusalOf({ params }: AppErrorData): DocumentRefusal | null {
  return documentRefusals.find((refusal) => refusal === params['reason']) ?? null;
}

function Editing(props: XmlEditorProps & { started: DocumentDraft }): ReactNode {
  const { subject, isOnline, startsWithReview, onLeave, started } = props;
  const { t } = useTranslation('machineDetails');
  const trpc = useTRPC();
  const { name, resource, isRunning } = subject;
  const [{ base, text, returned }, setDraft] = useState(started);
  const [initial] = useState(started.text);
  const [isReviewing, setReviewing] = useState(startsWithReview);
  const again = useQuery(trpc.documents.read.queryOptions(refOf(subject), { enabled: false, gcTime: 0 }));
  const save = useMutation(trpc.documents.save.mutationOptions());
  const error = save.error === null ? null : toAppError(save.error);
  const refusal = error === null ? null : refusalOf(error);
  const keep = (draft: DocumentDraft): void => {
    setDraft(draft);
    if (draft.text === draft.base) documentDrafts.drop(subject);
    else documentDrafts.set(subject, draft);
  };
  const leave = (isSaved: boolean): void => {
    documentDrafts.drop(subject);
    onLeave(isSaved);
  };
  const send = (): void => {
    save.mutate(
      { document: refOf(subject), base, text },
      { onSuccess: () => leave(true), onError: () => setReviewing(false) },
    );
  };
  /** Takes what the host has now as the start, so that the person sees what saving would change there. */
  const compare = async (): Promise<void> => {
    const { data } = await again.refetch();
    if (data === undefined) return;
    keep({ base: data, text, returned });
    save.reset();
    setReviewing(true);
  };
  const problem = findXmlProblem(text);
  const isChanged = text !== base;

  return (
    <Stack sx={{ flex: 1, minHeight: 0 }}>
      <Stack
        direction="row"
        spacing={1}
        sx={{ alignItems: 'center', px: 2, py: 1, borderBottom: 1, borderColor: 'divider' }}
      >
        <Chip size="small" color="primary" variant="outlined" label={t('editor.next', { context: resource })} />
        <Typography
          variant="body2"
          role="status"
          noWrap
          color={problem === null ? 'text.secondary' : 'error'}
          sx={{ flex: 1 }}
        >
          {problem === null
            ? t(isChanged ? 'editor.changed' : 'editor.hint', { context: resource })
            : t('editor.notXml', { line: problem.line ?? 1 })}
        </Typography>
        <Button size="small" color="inherit" onClick={() => leave(false)}>
          {t(isChanged ? 'editor.discard' : 'editor.close')}
        </Button>
        <Button
          size="small"
          variant="contained"
          disabled={!isChanged || problem !== null || !isOnline}
          onClick={() => setReviewing(true)}
        >
          {t('editor.review')}
        </Button>
      </Stack>
      {returned !== null && !isReviewing && <ReturnedNote {...returned} />}
      {error !== null && refusal !== null && (
        <Alert
          severity="error"
          action={
            refusal === 'changedMeanwhile' && (
              <Button color="inherit" size="small" onClick={() => void compare()}>
                {t('editor.compare')}
              </Button>
            )
          }
        >
          {t(`editor.refusals.${refusal}`, { name, context: resource })}
        </Alert>
      )}
      {error !== null && refusal === null && (
        <Alert role="none" severity="error" icon={false}>
          <ErrorDetails error={error} context={{ machineName: subject.name }} />
        </Alert>
      )}
      {again.error !== null && (
        <Alert role="none" severity="error" icon={false}>
          <ErrorDetails error={toAppError(again.error)} context={{ machineName: subject.name }} />
        </Alert>
      )}
      <XmlCode
        label={t('document.region', { name })}
        initial={initial}
        refusal={refusal === null ? (error?.detail ?? '') : ''}
        onChange={(next) => keep({ base, text: next, returned })}
      />
      <Dialog open={isReviewing} onClose={() => setReviewing(false)} maxWidth="xl" fullWidth>
        <DialogTitle>{t('editor.reviewTitle', { name })}</DialogTitle>
        <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 1.5 }}>
          <Typography variant="body2" color="text.secondary">
            {t(isRunning ? 'editor.reviewTextRunning' : 'editor.reviewText', { context: resource })}
          </Typography>
          {returned !== null && <ReturnedNote {...returned} />}
          <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', fontSize: 13 }}>
            <span>{t('editor.before')}</span>
            <span>{t('editor.after')}</span>
          </Box>
          <XmlDiff before={base} after={text} labels={[t('editor.before'), t('editor.after')]} />
        </DialogContent>
        <DialogActions>
          <Button onClick={() => setReviewing(false)}>{t('editor.back')}</Button>
          <Button variant="contained" disabled={!isOnline || !isChanged} loading={save.isPending} onClick={send}>
            {t('editor.save')}
          </Button>
        </DialogActions>
      </Dialog>
    </Stack>
  );
}
