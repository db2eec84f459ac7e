import { Alert, Checkbox, FormControlLabel, LinearProgress, MenuItem, TextField, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiskMoveOffer } from '../../../shared/contract/disk-moves.ts';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { creatableFormats, volumeFormats, type VolumeFormat } from '../../../shared/model/storage.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useStoragePools, useStorageVolumes, useTasks } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { formatBytes } from '../../ui/format.ts';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { NameField } from '../storage/fields.tsx';
import { copyName, newNameFault } from '../storage/volume-form.ts';
import { statusText } from '../tasks/task-text.ts';

/** The machine whose disk is moved. */
export interface MovedMachine {
  connectionId: string;
  id: string;
  name: string;
}

interface MoveDiskDialogProps {
  machine: MovedMachine;
  /** By its name in the machine, e.g. `vda`, or by where it is. */
  disk: { target: string } | { path: string };
  onClose: () => void;
}

/** Looks at a disk of a machine, and asks where it is to go. */
export function MoveDiskDialog({ machine, disk, onClose }: MoveDiskDialogProps): ReactNode {
  const { t } = useTranslation('diskMoves');
  const trpc = useTRPC();
  const { connectionId, id } = machine;
  const feed = useStoragePools(connectionId);
  const offers = useQuery(trpc.snapshots.moveOffers.queryOptions({ connectionId, id }, { gcTime: 0, staleTime: 0 }));
  const offer = offers.data?.find(({ target, path }) =>
    'target' in disk ? target === disk.target : path === disk.path,
  );
  if (offer !== undefined && offer.strayCopy !== null) {
    return <StrayCopyDialog machine={machine} offer={offer} path={offer.strayCopy} onClose={onClose} />;
  }
  const pools = feed.items.filter(canTake);
  const [first] = pools;
  if (offer !== undefined && first !== undefined) {
    return <MoveForm machine={machine} offer={offer} pools={pools} first={first} onClose={onClose} />;
  }
  const isReady = offers.isSuccess && feed.freshness !== 'loading';
  return (
    <TaskDialog
      title={t('titlePlain', { machine: machine.name })}
      submit={t('submit')}
      canSubmit={false}
      start={() => Promise.resolve([])}
      onClose={onClose}
    >
      {!isReady && !offers.isError && <LinearProgress aria-label={t('loading')} />}
      {offers.isError && <ErrorDetails error={toAppError(offers.error)} context={{ machineName: machine.name }} />}
      {isReady && (
        <Alert severity="warning" variant="outlined">
          {t(offer === undefined ? 'notFound' : 'noPools')}
        </Alert>
      )}
    </TaskDialog>
  );
}

interface OfferProps {
  machine: MovedMachine;
  offer: DiskMoveOffer;
  onClose: () => void;
}

interface MoveFormProps extends OfferProps {
  /** Those that can take it; `first` is one of them. */
  pools: readonly StoragePool[];
  first: StoragePool;
}

function MoveForm({ machine, offer, pools, first, onClose }: MoveFormProps): ReactNode {
  const { t, i18n } = useTranslation('diskMoves');
  const { mutateAsync } = useMutation(useTRPC().snapshots.moveDisk.mutationOptions());
  const { connectionId, id } = machine;
  const [chosenPoolId, setPoolId] = useState<string | null>(null);
  const pool =
    pools.find((each) => each.id === chosenPoolId) ?? pools.find((each) => each.id !== offer.pool?.id) ?? first;
  const volumes = useStorageVolumes(connectionId, pool.id);
  const names = useMemo(() => new Set(volumes.items.map(({ name }) => name)), [volumes.items]);
  const [typedName, setName] = useState<string | null>(null);
  const [format, setFormat] = useState<VolumeFormat>(volumeFormats.find((each) => each === offer.format) ?? 'qcow2');
  const [isOldDeleted, setOldDeleted] = useState(false);
  const [limit, setLimit] = useState('');
  const [taskId, setTaskId] = useState<string | null>(null);

  const present = offer.volume ?? offer.path?.split('/').at(-1) ?? offer.target;
  const newName = typedName ?? (names.has(present) ? copyName(present, names) : present);
  const nameFault = newNameFault(newName, names);
  const size = (bytes: number | null): string => formatBytes(bytes ?? 0, i18n.language);
  const free = pool.availableBytes;
  const isTooSmall = free !== null && (offer.takesBytes ?? 0) > free;
  const isTight = !isTooSmall && free !== null && (offer.capacityBytes ?? 0) > free;
  const isLimitWrong = limit !== '' && !(/^\d{1,7}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= 1_000_000);
  const sizes = { size: size(offer.takesBytes), free: size(free) };
  const poolHelp = isTooSmall
    ? t('tooSmall', sizes)
    : pool.id === offer.pool?.id
      ? t('samePlace')
      : offer.takesBytes === null || free === null
        ? ' '
        : t('takes', sizes);
  return (
    <TaskDialog
      title={t('title', { disk: offer.target, machine: machine.name })}
      submit={t('submit')}
      canSubmit={offer.obstacle === null && nameFault === null && !isTooSmall && !isLimitWrong}
      start={async () => {
        const started = await mutateAsync({
          ...{ connectionId, id, newName, format },
          target: offer.target,
          from: offer.path,
          toPoolId: pool.id,
          keepsOld: !isOldDeleted,
          bandwidthMiBps: limit === '' ? null : Number(limit),
        });
        setTaskId(started.taskId);
        return [started.taskId];
      }}
      onClose={onClose}
    >
      {offer.obstacle !== null && (
        <Alert severity="warning" variant="outlined">
          {t(`reasons.${offer.obstacle}`)}
        </Alert>
      )}
      <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
        {t('from', { path: offer.path ?? offer.target })}
      </Typography>
      <TextField
        select
        size="small"
        label={t('toPool')}
        value={pool.id}
        error={isTooSmall}
        helperText={poolHelp}
        onChange={(event) => setPoolId(event.target.value)}
      >
        {pools.map((each) => (
          <MenuItem key={each.id} value={each.id}>
            {each.name}
          </MenuItem>
        ))}
      </TextField>
      <NameField value={newName} fault={nameFault} onChange={setName} />
      {(creatableFormats(pool.type) ?? []).length > 0 && (
        <TextField
          select
          size="small"
          label={t('format')}
          value={format}
          helperText={t(`storage:form.formats.${format}`)}
          onChange={(event) => setFormat(event.target.value as VolumeFormat)}
        >
          {volumeFormats.map((each) => (
            <MenuItem key={each} value={each}>
              {each}
            </MenuItem>
          ))}
        </TextField>
      )}
      {offer.isRunning && (
        <TextField
          size="small"
          label={t('limit')}
          value={limit}
          error={isLimitWrong}
          helperText={t(isLimitWrong ? 'limitFault' : 'limitHelp')}
          slotProps={{ htmlInput: { inputMode: 'numeric', autoComplete: 'off' } }}
          onChange={(event) => setLimit(event.target.value.trim())}
        />
      )}
      {isTight && (
        <Alert severity="warning" variant="outlined">
          {t('overcommitted', { size: size(offer.capacityBytes), free: size(free) })}
        </Alert>
      )}
      {offer.base !== null && <Typography variant="body2">{t('stands', { base: offer.base })}</Typography>}
      {offer.oldStays === null ? (
        <FormControlLabel
          control={
            <Checkbox size="small" checked={isOldDeleted} onChange={(event) => setOldDeleted(event.target.checked)} />
          }
          label={<Typography variant="body2">{t('deleteOld')}</Typography>}
        />
      ) : (
        <Typography variant="body2">{t(`oldStays.${offer.oldStays}`)}</Typography>
      )}
      <Typography variant="body2" color="text.secondary">
        {t(offer.isRunning ? 'running' : 'off', { machine: machine.name })}
      </Typography>
      {taskId !== null && <Progress taskId={taskId} />}
    </TaskDialog>
  );
}

/** What the move is doing, how fast it goes and how long it takes. */
function Progress({ taskId }: { taskId: string }): ReactNode {
  const { t, i18n } = useTranslation('tasks');
  const task = useTasks().byId.get(taskId);
  if (task === undefined || task.endedAt !== null) return null;
  return <Typography variant="body2">{statusText(task, t, i18n)}</Typography>;
}

/** A copy that was left alone has to end before the disk can be moved. */
function StrayCopyDialog({ machine, offer, path, onClose }: OfferProps & { path: string }): ReactNode {
  const { t } = useTranslation('diskMoves');
  const { mutateAsync } = useMutation(useTRPC().snapshots.stopCopy.mutationOptions());
  const { connectionId, id } = machine;
  return (
    <TaskDialog
      title={t('title', { disk: offer.target, machine: machine.name })}
      submit={t('stop')}
      isDangerous
      canSubmit
      start={async () => [(await mutateAsync({ connectionId, id, target: offer.target })).taskId]}
      onClose={onClose}
    >
      <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
        {t('stray', { path })}
      </Typography>
    </TaskDialog>
  );
}

function canTake({ state, type, targetPath }: StoragePool): boolean {
  return state === 'running' && targetPath !== null && creatableFormats(type) !== null;
}
