import { Alert, LinearProgress, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { editableFields, hasDirectory, type PoolSettings } from '../../../shared/contract/storage-edits.ts';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { poolFieldFault, type PoolField, type PoolKind, type PoolValues } from '../../../shared/model/pool-kinds.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useStoragePools } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { PermissionFields, permissionsOf, typedOf } from './PermissionFields.tsx';
import { PoolFields } from './PoolFields.tsx';

interface EditPoolDialogProps {
  pool: StoragePool;
  onClose: () => void;
}

/** Changes where the storage of a pool is, and the permissions of its directory. */
export function EditPoolDialog({ pool, onClose }: EditPoolDialogProps): ReactNode {
  const { t } = useTranslation('storageEdits');
  const { connectionId, id: poolId } = pool;
  const { data, error } = useQuery(
    useTRPC().storageEdits.poolSettings.queryOptions({ connectionId, poolId }, { gcTime: 0, staleTime: 0 }),
  );
  if (data !== undefined && data.kind !== null && isEditable(data.kind)) {
    return <EditForm pool={pool} kind={data.kind} settings={data} onClose={onClose} />;
  }
  return (
    <TaskDialog
      title={t('editPool.title', { name: pool.name })}
      submit={t('editPool.submit')}
      canSubmit={false}
      start={() => Promise.resolve([])}
      onClose={onClose}
    >
      {error !== null ? (
        <ErrorDetails error={toAppError(error)} />
      ) : data === undefined ? (
        <LinearProgress aria-label={t('editPool.loading')} />
      ) : (
        <Alert severity="info" variant="outlined">
          {t('editPool.onlyXml')}
        </Alert>
      )}
    </TaskDialog>
  );
}

interface EditFormProps extends EditPoolDialogProps {
  kind: PoolKind;
  settings: PoolSettings;
}

function EditForm({ pool, kind, settings, onClose }: EditFormProps): ReactNode {
  const { t } = useTranslation('storageEdits');
  const edit = useMutation(useTRPC().storageEdits.editPool.mutationOptions());
  const others = useStoragePools(pool.connectionId).items.filter(({ id }) => id !== pool.id);
  const [entered, setEntered] = useState<PoolValues>({});
  const [permissions, setPermissions] = useState(() => typedOf(settings.permissions));
  const before = typedOf(settings.permissions);
  const fields = editableFields(kind);
  const valueOf = (field: PoolField): string => entered[field] ?? settings.values[field] ?? '';
  const faults = new Map(fields.map((field) => [field, poolFieldFault(kind, field, valueOf(field), others)]));
  const isStarted = pool.state !== 'inactive';
  const isOther = fields.some((field) => valueOf(field) !== (settings.values[field] ?? ''));
  const arePermissionsOther = JSON.stringify(permissions) !== JSON.stringify(before);
  const isValid =
    [...faults.values()].every((fault) => fault === null) &&
    (!arePermissionsOther || permissionsOf(permissions) !== null);
  return (
    <TaskDialog
      title={t('editPool.title', { name: pool.name })}
      submit={t('editPool.submit')}
      canSubmit={isValid && (isOther || arePermissionsOther)}
      start={async () => {
        const { taskId } = await edit.mutateAsync({
          ...{ connectionId: pool.connectionId, poolId: pool.id, kind },
          values: Object.fromEntries(fields.map((field) => [field, valueOf(field)])),
          permissions: arePermissionsOther ? permissionsOf(permissions) : null,
        });
        return [taskId];
      }}
      onClose={onClose}
    >
      {isStarted && (
        <Alert severity="info" variant="outlined">
          {t('editPool.started')}
        </Alert>
      )}
      <PoolFields
        kind={kind}
        fields={fields}
        valueOf={valueOf}
        faults={faults}
        isTouched={(field) => entered[field] !== undefined}
        onChange={(change) => setEntered({ ...entered, ...change })}
      />
      {hasDirectory(kind) && (
        <PermissionFields
          values={permissions}
          isDisabled={isStarted}
          onChange={(change) => setPermissions({ ...permissions, ...change })}
        />
      )}
      <Typography variant="body2" color="text.secondary">
        {t('editPool.hint')}
      </Typography>
    </TaskDialog>
  );
}

function isEditable(kind: PoolKind): boolean {
  return editableFields(kind).length > 0;
}
