import { Alert, Box, Checkbox, FormControlLabel, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StorageVolume } from '../../../shared/contract/storage.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';

/** The list stays readable; the count is always complete. */
const MAX_NAMES = 50;

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
  const needs = volumes.flatMap((volume) => [
    ...(volume.usedBy ?? []).map((machine) =>
      t(machine.isRunning ? 'deleting.byRunning' : 'deleting.byMachine', {
        volume: volume.name,
        machine: machine.name,
      }),
    ),
    ...others
      .filter(({ name, backingPath }) => backingPath !== null && backingPath === volume.path && !names.has(name))
      .map((other) => t('deleting.byVolume', { volume: volume.name, other: other.name })),
  ]);
  const isUnknown = volumes.some(({ usedBy }) => usedBy === null);
  const first = volumes[0];
  return (
    <TaskDialog
      title={
        volumes.length === 1
          ? t('deleting.titleOne', { name: first?.name ?? '' })
          : t('deleting.titleMany', { count: volumes.length })
      }
      submit={t('actions.delete')}
      isDangerous
      canSubmit={needs.length === 0 || isAccepted}
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

/** Volumes that are based on others of them come before these. */
function topFirst(volumes: readonly StorageVolume[]): StorageVolume[] {
  const byPath = new Map(volumes.map((volume) => [volume.path, volume]));
  const depth = (volume: StorageVolume): number => {
    let steps = 0;
    let base = volume.backingPath === null ? undefined : byPath.get(volume.backingPath);
    // A damaged chain may be a circle.
    while (base !== undefined && steps < volumes.length) {
      steps += 1;
      base = base.backingPath === null ? undefined : byPath.get(base.backingPath);
    }
    return steps;
  };
  return volumes.toSorted((a, b) => depth(b) - depth(a));
}

function Names({ label, texts }: { label: string; texts: readonly string[] }): ReactNode {
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
