import { Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { TagChoice, tagsFault, TagsField, tagsOf, type TagsDraft } from './tags-field.tsx';

interface TagsDialogProps {
  machines: readonly Machine[];
  onClose: () => void;
}

/** Adds tags to many machines, and takes tags from them. */
export function TagsDialog({ machines, onClose }: TagsDialogProps): ReactNode {
  const { t } = useTranslation('notes');
  const { mutateAsync } = useMutation(useTRPC().notes.changeTags.mutationOptions());
  const [add, setAdd] = useState<TagsDraft>({ tags: [], typed: '' });
  const [remove, setRemove] = useState<string[]>([]);
  const present = useMemo(() => [...new Set(machines.flatMap(({ tags }) => tags ?? []))].sort(), [machines]);
  const added = tagsOf(add);
  const isNothing = added.length === 0 && remove.length === 0;
  return (
    <TaskDialog
      title={t('bulkTitle', { count: machines.length })}
      submit={t('save')}
      canSubmit={!isNothing && tagsFault(add) === null}
      start={async () => {
        const refs = machines.map(({ connectionId, id }) => ({ connectionId, id }));
        const gone = remove.filter((tag) => !added.includes(tag));
        return (await mutateAsync({ machines: refs, add: added, remove: gone })).taskIds;
      }}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
        {machines.map(({ name }) => name).join(', ')}
      </Typography>
      <TagsField label={t('addTags')} draft={add} autoFocus onChange={setAdd} />
      {present.length > 0 && <TagChoice label={t('removeTags')} options={present} tags={remove} onChange={setRemove} />}
    </TaskDialog>
  );
}
