import { Alert, Button, TextField, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import { isFolder, isNotesText, MAX_NOTES_LENGTH, type MachineNotes } from '../../../shared/model/notes.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { tagsFault, TagsField, tagsOf, type TagsDraft } from './tags-field.tsx';
import { useMachineNotes } from './use-machine-notes.ts';

interface NotesDialogProps {
  machine: Machine;
  onClose: () => void;
}

interface Form {
  /** What was written down when the form was filled. */
  before: MachineNotes;
  tags: TagsDraft;
  folder: string;
  notes: string;
}

/** Tags, folder and notes of one machine; says it when somebody else changes them meanwhile. */
export function NotesDialog({ machine, onClose }: NotesDialogProps): ReactNode {
  const { t } = useTranslation('notes');
  const { mutateAsync } = useMutation(useTRPC().notes.edit.mutationOptions());
  const { notes: now, error } = useMachineNotes(machine, true);
  const [form, setForm] = useState<Form | null>(null);
  if (form === null && now !== null) setForm(formOf(now));

  const folder = form?.folder.trim() ?? '';
  const isFolderWrong = folder !== '' && !isFolder(folder);
  const areNotesWrong = form !== null && !isNotesText(form.notes);
  const isOvertaken =
    form !== null && now !== null && (form.before.folder !== now.folder || form.before.notes !== now.notes);
  const canSubmit = form !== null && !isFolderWrong && !areNotesWrong && !isOvertaken && tagsFault(form.tags) === null;
  return (
    <TaskDialog
      title={t('editTitle', { name: machine.name })}
      submit={t('save')}
      canSubmit={canSubmit}
      start={async () => {
        if (form === null) return [];
        const after = { tags: tagsOf(form.tags), folder: folder === '' ? null : folder, notes: form.notes };
        const { connectionId, id } = machine;
        return [(await mutateAsync({ connectionId, id, before: form.before, after })).taskId];
      }}
      onClose={onClose}
    >
      {error !== null && <ErrorDetails error={error} context={{ machineName: machine.name }} />}
      {form === null && error === null && <ResourceWaiting label={t('loading')} />}
      {form !== null && (
        <>
          {isOvertaken && (
            <Alert
              severity="warning"
              action={
                <>
                  <Button size="small" color="inherit" onClick={() => setForm(formOf(now))}>
                    {t('takeTheirs')}
                  </Button>
                  <Button size="small" color="inherit" onClick={() => setForm(onTopOf(now, form))}>
                    {t('keepMine')}
                  </Button>
                </>
              }
            >
              {t('overtaken')}
            </Alert>
          )}
          <TagsField label={t('tags')} draft={form.tags} autoFocus onChange={(tags) => setForm({ ...form, tags })} />
          <TextField
            label={t('folder')}
            value={form.folder}
            error={isFolderWrong}
            helperText={t(isFolderWrong ? 'faults.notAFolder' : 'folderHint')}
            onChange={({ target }) => setForm({ ...form, folder: target.value })}
          />
          <TextField
            label={t('notes')}
            value={form.notes}
            multiline
            minRows={4}
            maxRows={14}
            error={areNotesWrong}
            helperText={areNotesWrong ? t('faults.notNotes') : ' '}
            slotProps={{ htmlInput: { maxLength: MAX_NOTES_LENGTH } }}
            onChange={({ target }) => setForm({ ...form, notes: target.value })}
          />
          <Typography variant="caption" color="text.secondary">
            {t('where')}
          </Typography>
        </>
      )}
    </TaskDialog>
  );
}

function formOf(notes: MachineNotes): Form {
  return { before: notes, tags: { tags: notes.tags, typed: '' }, folder: notes.folder ?? '', notes: notes.notes };
}

/** What the person has entered, as a change of what is written down now: tags of both are kept. */
function onTopOf(now: MachineNotes, form: Form): Form {
  const mine = tagsOf(form.tags);
  const kept = now.tags.filter((tag) => mine.includes(tag) || !form.before.tags.includes(tag));
  const added = mine.filter((tag) => !form.before.tags.includes(tag) && !kept.includes(tag));
  return { ...form, before: now, tags: { tags: [...kept, ...added], typed: '' } };
}
