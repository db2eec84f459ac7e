import { Alert, Box, Checkbox, FormControlLabel, LinearProgress, Typography } from '@mui/material';
import { skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StorageVolume } from '../../../shared/contract/storage.ts';
import { topFirst } from '../../../shared/model/volume-order.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';

/** The list stays readable; the count is always complete. */
const MAX_NAMES = 50;
/** The core looks at all of them again. */
const MAX_ASKED = 1_000;

interface DeleteVolumesDialogProps {
  volumes: readonly StorageVolume[];
  /** All volumes of the pool: some may be based on those to be deleted. */
  others: readonly StorageVolume[];
  onClose: () => void;
}

/** Says which volumes are destroyed and who needs them, and deletes them. */
export function DeleteVolumesDialog({ volumes, others, onClose }: DeleteVolumesDialogProps): ReactNode {
  const { t } = useTranslation('storage');
  const trpc = useTRPC();
  const remove = useMutation(trpc.storage.deleteVolumes.mutationOptions());
  const [isAccepted, setAccepted] = useState(false);
  const names = new Set(volumes.map(({ name }) => name));
  const first = volumes[0];
  // Those of other pools are not in the list that is shown; they count even where their machine is off.
  const above = useQuery(
    trpc.storageEdits.volumesAbove.queryOptions(
      first === undefined || volumes.some(({ poolId }) => poolId !== first.poolId)
        ? skipToken
        : { connectionId: first.connectionId, poolId: first.poolId, names: [...names].slice(0, MAX_ASKED) },
      { gcTime: 0, staleTime: 0, retry: false },
    ),
  );
  const elsewhere = (above.data ?? []).flatMap(({ name: volume, above: found }) =>
    found
      .filter(({ isSamePool }) => !isSamePool)
      .map((each) => t('deleting.byVolume', { volume, other: `${each.name} (${each.pool})` })),
  );
  const needs = elsewhere.concat(
    volumes.flatMap((volume) => [
      ...(volume.usedBy ?? []).map((machine) =>
        t(machine.isRunning ? 'deleting.byRunning' : 'deleting.byMachine', {
          volume: volume.name,
          machine: machine.name,
        }),
      ),
      ...others
        .filter(({ name, backingPath }) => backingPath !== null && backingPath === volume.path && !names.has(name))
        .map((other) => t('deleting.byVolume', { volume: volume.name, other: other.name })),
    ]),
  );
  const isUnknown = volumes.some(({ usedBy }) => usedBy === null);
  return (
    <TaskDialog
      title={
        volumes.length === 1
          ? t('deleting.titleOne', { name: first?.name ?? '' })
          : t('deleting.titleMany', { count: volumes.length })
      }
      submit={t('actions.delete')}
      isDangerous
      canSubmit={!above.isLoading && (needs.length === 0 || isAccepted)}
      start={async () => {
        // They are deleted in this order: a base may go once nothing is based on it.
        const chosen = topFirst(volumes).map(({ connectionId, poolId, name }) => ({ connectionId, poolId, name }));
        return (await remove.mutateAsync({ volumes: chosen, evenIfUsed: isAccepted })).taskIds;
      }}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t('deleting.text')}
      </Typography>
      {volumes.length > 1 && <Names label={t('deleting.names')} texts={volumes.map(({ name }) => name)} />}
      {above.isLoading && <LinearProgress aria-label={t('deleting.looking')} />}
      {isUnknown && (
        <Alert severity="warning" variant="outlined">
          {t('deleting.unknown')}
        </Alert>
      )}
      {needs.length > 0 && (
        <Alert severity="error" variant="outlined">
          {t('deleting.needed')}
          <Names label={t('deleting.needed')} texts={needs} />
          <FormControlLabel
            control={
              <Checkbox size="small" checked={isAccepted} onChange={(event) => setAccepted(event.target.checked)} />
            }
            label={<Typography variant="body2">{t('deleting.accept')}</Typography>}
          />
        </Alert>
      )}
    </TaskDialog>
  );
}

/** A bounded list of what is about to happen. */
export function Names({ label, texts }: { label: string; texts: readonly string[] }): ReactNode {
  const { t } = useTranslation('storage');
  return (
    <Box
      component="ul"
      aria-label={label}
      tabIndex={0}
      sx={{ m: 0, pl: 2.5, py: 0.5, maxHeight: 180, overflow: 'auto', overflowWrap: 'anywhere' }}
    >
      {texts.slice(0, MAX_NAMES).map((text) => (
        <Typography key={text} component="li" variant="body2">
          {text}
        </Typography>
      ))}
      {texts.length > MAX_NAMES && (
        <Typography component="li" variant="body2" color="text.secondary">
          {t('deleting.more', { count: texts.length - MAX_NAMES })}
        </Typography>
      )}
    </Box>
  );
}
