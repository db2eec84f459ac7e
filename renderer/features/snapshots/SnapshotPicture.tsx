import { Button, ButtonBase, Dialog, DialogActions, DialogContent, DialogTitle, Tooltip } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MachineRef } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { Screen } from '../screens/Screen.tsx';

interface SnapshotPictureProps {
  machine: MachineRef;
  name: string;
  createdAt: number;
}

/** What the screen showed when a snapshot was taken, small; a click shows it big. */
export function SnapshotPicture({ machine, name, createdAt }: SnapshotPictureProps): ReactNode {
  const { t } = useTranslation('snapshots');
  const { connectionId, id } = machine;
  const [isOpen, setOpen] = useState(false);
  const query = useQuery(
    useTRPC().snapshots.picture.queryOptions({ connectionId, id, name, createdAt }, { staleTime: Infinity }),
  );
  // Somebody else's window may have removed it since.
  if (query.data === null) return null;
  const picture = (
    <Screen
      machineName={name}
      picture={query.data ?? null}
      error={query.error === null ? null : toAppError(query.error)}
    />
  );
  return (
    <>
      <Tooltip title={t('picture.open')}>
        <ButtonBase
          aria-label={t('picture.openOf', { name })}
          onClick={() => setOpen(true)}
          sx={{ width: 72, borderRadius: 0.75, verticalAlign: 'middle' }}
        >
          {picture}
        </ButtonBase>
      </Tooltip>
      {isOpen && (
        <Dialog open onClose={() => setOpen(false)} maxWidth="lg" fullWidth>
          <DialogTitle sx={{ overflowWrap: 'anywhere' }}>{t('picture.title', { name })}</DialogTitle>
          <DialogContent>{picture}</DialogContent>
          <DialogActions>
            <Button color="inherit" onClick={() => setOpen(false)}>
              {t('picture.close')}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}
