import { Alert, FormControlLabel, LinearProgress, MenuItem, Stack, Switch, TextField, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeDevice, NodeDeviceDetails } from '../../../shared/contract/hosts.ts';
import type { NodeDeviceAction } from '../../../shared/model/node-devices.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';

/** Names in one sentence; more would not be read. */
const MAX_NAMES = 8;

interface DeviceActionDialogProps {
  action: NodeDeviceAction;
  device: NodeDevice;
  onClose: () => void;
}

/** Asks before something is done with a device, with what else that touches. */
export function DeviceActionDialog({ action, device, onClose }: DeviceActionDialogProps): ReactNode {
  const { t } = useTranslation('hosts');
  const run = useMutation(useTRPC().hosts.runDeviceAction.mutationOptions());
  const ref = { connectionId: device.connectionId, name: device.id };
  const name = device.details?.label ?? device.id;
  return (
    <TaskDialog
      title={t(`deviceAsking.${action}.title`, { name })}
      submit={t(`deviceActions.${action}`)}
      isDangerous={action !== 'reattach'}
      canSubmit
      start={async () => [(await run.mutateAsync({ ...ref, action })).taskId]}
      onClose={onClose}
    >
      <Typography variant="body2" color="text.secondary">
        {t(`deviceAsking.${action}.text`)}
      </Typography>
      <Impact action={action} device={device} />
    </TaskDialog>
  );
}

/** The machines and the parts of the host that lose something. */
function Impact({ action, device }: Omit<DeviceActionDialogProps, 'onClose'>): ReactNode {
  const { t } = useTranslation('hosts');
  const trpc = useTRPC();
  const impact = useQuery(
    trpc.hosts.deviceImpact.queryOptions(
      { connectionId: device.connectionId, name: device.id },
      { gcTime: 0, retry: false },
    ),
  );
  const list = (names: readonly string[]): string =>
    [...names.slice(0, MAX_NAMES), ...(names.length > MAX_NAMES ? ['…'] : [])].join(', ');
  const own = device.usedBy ?? [];
  if (impact.error !== null) return <ErrorDetails error={toAppError(impact.error)} />;
  if (impact.data === undefined) return <LinearProgress aria-label={t('deviceImpact.looking')} />;
  const { group, below, isComplete } = impact.data;
  const users = group.flatMap((member) => member.usedBy.map((user) => ({ ...user, member })));
  const shown = below.filter(({ kind }) => kind === 'net' || kind === 'storage' || kind === 'gpu');
  return (
    <Stack spacing={1} sx={{ '& .MuiAlert-message': { overflowWrap: 'anywhere' } }}>
      {own.length > 0 && (
        <Alert severity="info">{t('deviceImpact.own', { machines: list(own.map((user) => user.name)) })}</Alert>
      )}
      {action === 'detach' && shown.length > 0 && (
        <Alert severity="warning">
          {t('deviceImpact.below', {
            devices: list(shown.map(({ name, label, devNode }) => devNode ?? label ?? name)),
          })}
        </Alert>
      )}
      {group.length > 0 && (
        <Alert severity={users.some(({ isRunning }) => isRunning) ? 'warning' : 'info'}>
          {t(`deviceImpact.group.${action === 'reset' ? 'reset' : 'other'}`, {
            devices: list(group.map(({ name, label }) => label ?? name)),
          })}
          {users.length > 0 &&
            ` ${t('deviceImpact.groupUsers', { machines: list([...new Set(users.map(({ name }) => name))]) })}`}
        </Alert>
      )}
      {!isComplete && <Alert severity="warning">{t('deviceImpact.incomplete')}</Alert>}
    </Stack>
  );
}

interface NewMdevDialogProps {
  device: NodeDevice;
  types: NodeDeviceDetails['mdevTypes'];
  onClose: () => void;
}

/** Divides a device: makes a mediated device of one of its types. */
export function NewMdevDialog({ device, types, onClose }: NewMdevDialogProps): ReactNode {
  const { t } = useTranslation('hosts');
  const create = useMutation(useTRPC().hosts.createMdev.mutationOptions());
  const [type, setType] = useState(() => types.find(({ available }) => available > 0)?.id ?? types[0]?.id ?? '');
  const [uuid, setUuid] = useState(() => crypto.randomUUID() as string);
  const [isDefined, setDefined] = useState(true);
  const isUuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(uuid.trim());
  const chosen = types.find(({ id }) => id === type);
  const isFull = chosen !== undefined && chosen.available === 0;
  return (
    <TaskDialog
      title={t('mdev.title', { name: device.details?.label ?? device.id })}
      submit={t('mdev.create')}
      canSubmit={isUuid && chosen !== undefined && !isFull}
      start={async () => {
        const input = { connectionId: device.connectionId, parent: device.id, type, isDefined };
        return [(await create.mutateAsync({ ...input, uuid: uuid.trim().toLowerCase() })).taskId];
      }}
      onClose={onClose}
    >
      <TextField
        select
        size="small"
        label={t('mdev.type')}
        value={type}
        onChange={({ target }) => setType(target.value)}
        error={isFull}
        helperText={isFull ? t('mdev.full') : t('mdev.available', { count: chosen?.available ?? 0 })}
      >
        {types.map(({ id, name }) => (
          <MenuItem key={id} value={id}>
            {name === null ? id : `${name} (${id})`}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        size="small"
        required
        label={t('mdev.uuid')}
        value={uuid}
        onChange={({ target }) => setUuid(target.value)}
        error={!isUuid}
        helperText={isUuid ? t('mdev.uuidHelp') : t('mdev.uuidFault')}
        slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
      />
      <FormControlLabel
        control={<Switch size="small" checked={isDefined} onChange={({ target }) => setDefined(target.checked)} />}
        label={<Typography variant="body2">{t('mdev.defined')}</Typography>}
      />
    </TaskDialog>
  );
}
