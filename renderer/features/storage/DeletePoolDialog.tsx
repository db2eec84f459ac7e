import { Alert, Checkbox, FormControlLabel, LinearProgress, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PoolContents } from '../../../shared/contract/storage-edits.ts';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { formatBytes } from '../../ui/format.ts';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { Names } from './DeleteVolumesDialog.tsx';

/** Deletes a pool with its volumes, after the person has seen what goes and who needs it. */
export function DeletePoolDialog({ pool, onClose }: { pool: StoragePool; onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation('storageEdits');
  const trpc = useTRPC();
  const { mutateAsync } = useMutation(trpc.storageEdits.deletePool.mutationOptions());
  const { connectionId, id: poolId } = pool;
  const { data, error } = useQuery(
    trpc.storageEdits.poolContents.queryOptions({ connectionId, poolId }, { gcTime: 0, staleTime: 0, retry: false }),
  );
  const [isAccepted, setAccepted] = useState(false);
  const isNeeded = data !== undefined && (data.needs.length > 0 || !data.areBasesKnown);
  const size = data?.allocationBytes == null ? t('unknownSize') : formatBytes(data.allocationBytes, i18n.language);
  return (
    <TaskDialog
      title={t('deletePool.title', { name: pool.name })}
      submit={t('deletePool.submit')}
      isDangerous
      canSubmit={data !== undefined && isAccepted}
      start={async () => [(await mutateAsync({ connectionId, poolId, evenIfUsed: isNeeded })).taskId]}
      onClose={onClose}
    >
      {error !== null && <ErrorDetails error={toAppError(error)} />}
      {error === null && data === undefined && <LinearProgress aria-label={t('deletePool.loading')} />}
      {data !== undefined && (
        <>
          <Typography variant="body2">{t('deletePool.text', { count: data.volumes, size })}</Typography>
          {isNeeded && (
            <Alert severity="error" variant="outlined">
              {t('deletePool.needed')}
              <Names label={t('deletePool.needed')} texts={needTexts(data, t)} />
            </Alert>
          )}
          <FormControlLabel
            control={
              <Checkbox size="small" checked={isAccepted} onChange={(event) => setAccepted(event.target.checked)} />
            }
            label={
              <Typography variant="body2">
                {t(isNeeded ? 'deletePool.acceptNeeded' : 'deletePool.accept', { count: data.volumes })}
              </Typography>
            }
          />
        </>
      )}
    </TaskDialog>
  );
}

function needTexts({ needs, areBasesKnown }: PoolContents, t: TFunction): string[] {
  const texts = needs.flatMap(({ name: volume, machines, above }) => [
    ...(machines ?? []).map(({ name: machine, isRunning }) =>
      t(isRunning ? 'storage:deleting.byRunning' : 'storage:deleting.byMachine', { volume, machine }),
    ),
    ...(machines === null ? [t('deletePool.usersUnknown', { volume })] : []),
    ...above.map(({ pool, name }) => t('storage:deleting.byVolume', { volume, other: `${name} (${pool})` })),
  ]);
  return areBasesKnown ? texts : [...texts, t('deletePool.basesUnknown')];
}
