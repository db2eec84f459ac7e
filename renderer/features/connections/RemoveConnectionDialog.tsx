import { Button, Dialog, DialogActions, DialogContent, DialogContentText, DialogTitle } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';

/** Asks before a connection is forgotten, and says exactly what is lost. */
export function RemoveConnectionDialog({
  connection,
  onClose,
}: {
  connection: Connection;
  onClose: () => void;
}): ReactNode {
  const { t } = useTranslation('connections');
  const trpc = useTRPC();
  const titleId = useId();
  const remove = useMutation(trpc.connections.remove.mutationOptions({ onSuccess: onClose }));
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId} sx={{ overflowWrap: 'anywhere' }}>
        {t('removeDialog.title', { name: connection.name })}
      </DialogTitle>
      <DialogContent>
        <DialogContentText variant="body2">{t('removeDialog.text')}</DialogContentText>
        {remove.error !== null && <ErrorDetails error={toAppError(remove.error)} />}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" autoFocus onClick={onClose}>
          {t('dialog.cancel')}
        </Button>
        <Button
          color="error"
          variant="contained"
          loading={remove.isPending}
          onClick={() => remove.mutate({ id: connection.id })}
        >
          {t('removeDialog.confirm')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
