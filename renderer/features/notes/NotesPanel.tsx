import { mdiFolderOutline, mdiPencilOutline } from '@mdi/js';
import { Box, Button, Skeleton, Stack, Tooltip, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/panel.tsx';
import { NotesDialog } from './NotesDialog.tsx';
import { TagChip } from './tag-chips.tsx';
import { useMachineNotes } from './use-machine-notes.ts';

interface NotesPanelProps {
  machine: Machine;
  isOnline: boolean;
}

/** What people wrote down about a domain, live, and the way to change it. */
export function NotesPanel({ machine, isOnline }: NotesPanelProps): ReactNode {
  const { t } = useTranslation('notes');
  const { notes, error } = useMachineNotes(machine, isOnline);
  const [isEditing, setEditing] = useState(false);
  const why = machine.ownedByNova ? t('ownedByNova') : isOnline ? null : t('offline');
  const isEmpty = notes?.tags.length === 0 && notes.folder === null && notes.notes === '';
  return (
    <Panel
      title={t('title')}
      action={
        <Tooltip title={why ?? ''}>
          <Box component="span">
            <Button
              size="small"
              color="inherit"
              startIcon={<Icon path={mdiPencilOutline} />}
              disabled={why !== null}
              aria-label={t('action')}
              onClick={() => setEditing(true)}
            >
              {t('edit')}
            </Button>
          </Box>
        </Tooltip>
      }
    >
      {error !== null && <ErrorDetails error={error} context={{ machineName: machine.name }} />}
      {notes === null && error === null && isOnline && <Skeleton height={28} />}
      {isEmpty && (
        <Typography variant="body2" color="text.secondary">
          {t('empty')}
        </Typography>
      )}
      {notes !== null && !isEmpty && (
        <Stack spacing={1}>
          {(notes.tags.length > 0 || notes.folder !== null) && (
            <Stack direction="row" sx={{ flexWrap: 'wrap', gap: 0.75, alignItems: 'center' }}>
              {notes.folder !== null && (
                <Typography
                  variant="body2"
                  title={t('folder')}
                  sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.5, pr: 0.5, overflowWrap: 'anywhere' }}
                >
                  <Icon path={mdiFolderOutline} />
                  {notes.folder}
                </Typography>
              )}
              {notes.tags.map((tag) => (
                <TagChip key={tag} tag={tag} />
              ))}
            </Stack>
          )}
          {notes.notes !== '' && (
            <Typography
              variant="body2"
              // A long note is read by scrolling, also with the keyboard.
              tabIndex={0}
              sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: 240, overflow: 'auto' }}
            >
              {notes.notes}
            </Typography>
          )}
        </Stack>
      )}
      {isEditing && <NotesDialog machine={machine} onClose={() => setEditing(false)} />}
    </Panel>
  );
}
