import { Alert, Box, Button, Stack, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { VolumePermissions } from '../../../shared/contract/storage-edits.ts';
import type { StorageVolume } from '../../../shared/contract/storage.ts';
import { modeText } from '../../../shared/model/permissions.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { ChainPicture } from '../snapshots/ChainPicture.tsx';
import { PermissionFields, permissionsOf, typedOf } from './PermissionFields.tsx';

/** What is asked for only when a volume is looked at: what it stands on, what stands on it, and its permissions. */
export function VolumeMore({ volume }: { volume: StorageVolume }): ReactNode {
  const { t } = useTranslation('storageEdits');
  const trpc = useTRPC();
  const { connectionId, poolId, name } = volume;
  const fresh = { gcTime: 0, staleTime: 0 };
  const chain = useQuery(trpc.storageEdits.chain.queryOptions({ connectionId, poolId, name }, fresh));
  // A call for each volume of the host: what needs fewer does not wait for it.
  const stood = useQuery(
    trpc.storageEdits.volumesAbove.queryOptions({ connectionId, poolId, names: [name] }, { ...fresh, retry: false }),
  );
  const above = stood.data?.[0]?.above ?? [];
  const permissions = useQuery(trpc.storageEdits.permissions.queryOptions({ connectionId, poolId, name }, fresh));
  const [isEditing, setEditing] = useState(false);
  const failure = chain.error ?? permissions.error;
  return (
    <Stack spacing={2} sx={{ mt: 2.5 }}>
      {failure !== null && <ErrorDetails error={toAppError(failure)} />}
      {chain.data !== undefined && (
        <Section title={t('chain.title')}>
          <ChainPicture {...chain.data} topText={t('chain.this')} unknownText={t('chain.unknownBelow')} />
          {stood.data === null && <Note text={t('chain.aboveUnknown')} />}
          {above.length > 0 && (
            <Note text={t('chain.above', { names: above.map((each) => `${each.name} (${each.pool})`).join(', ') })} />
          )}
        </Section>
      )}
      {permissions.data?.permissions != null && (
        <Section title={t('permissions.title')}>
          <Stack direction="row" spacing={2} sx={{ alignItems: 'center' }}>
            <Typography variant="body2" sx={{ flex: 1 }}>
              <PermissionsLine {...permissions.data} />
            </Typography>
            <Button
              size="small"
              variant="outlined"
              color="inherit"
              disabled={permissions.data.obstacle !== null}
              onClick={() => setEditing(true)}
            >
              {t('permissions.change')}
            </Button>
          </Stack>
          {permissions.data.obstacle !== null && (
            <Note text={t(`permissions.obstacles.${permissions.data.obstacle}`)} />
          )}
        </Section>
      )}
      {isEditing && permissions.data !== undefined && (
        <PermissionsDialog
          volume={volume}
          present={permissions.data.permissions}
          onClose={() => {
            setEditing(false);
            void permissions.refetch();
          }}
        />
      )}
    </Stack>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <Box component="section" aria-label={title}>
      <Typography variant="subtitle2" sx={{ mb: 0.75 }}>
        {title}
      </Typography>
      {children}
    </Box>
  );
}

function Note({ text }: { text: string }): ReactNode {
  return (
    <Typography variant="body2" color="text.secondary" sx={{ mt: 0.75, overflowWrap: 'anywhere' }}>
      {text}
    </Typography>
  );
}

function PermissionsLine({ permissions }: VolumePermissions): ReactNode {
  const { t } = useTranslation('storageEdits');
  const { mode, owner, group } = permissions ?? { mode: '', owner: null, group: null };
  const id = (value: number | null): string => (value === null ? t('permissions.unknown') : String(value));
  return t('permissions.line', { mode, letters: modeText(mode), owner: id(owner), group: id(group) });
}

interface PermissionsDialogProps {
  volume: StorageVolume;
  present: VolumePermissions['permissions'];
  onClose: () => void;
}

function PermissionsDialog({ volume, present, onClose }: PermissionsDialogProps): ReactNode {
  const { t } = useTranslation('storageEdits');
  const { mutateAsync } = useMutation(useTRPC().storageEdits.setPermissions.mutationOptions());
  const [typed, setTyped] = useState(() => typedOf(present));
  const wanted = permissionsOf(typed);
  return (
    <TaskDialog
      title={t('permissions.dialog', { name: volume.name })}
      submit={t('permissions.submit')}
      canSubmit={wanted !== null}
      start={async () => {
        const { connectionId, poolId, name } = volume;
        if (wanted === null) return [];
        return [(await mutateAsync({ connectionId, poolId, name, permissions: wanted })).taskId];
      }}
      onClose={onClose}
    >
      <PermissionFields values={typed} onChange={(change) => setTyped({ ...typed, ...change })} />
      <Alert severity="info" variant="outlined">
        {t('permissions.hint')}
      </Alert>
    </TaskDialog>
  );
}
