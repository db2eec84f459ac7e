import { mdiDatabaseOffOutline, mdiInformationOutline, mdiPlus, mdiUpload, mdiXml } from '@mdi/js';
import { Box, Button, Tooltip } from '@mui/material';
import { enqueueSnackbar } from 'notistack';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import { creatableFormats } from '../../../shared/model/storage.ts';
import { useStorageVolumes, type FeedState } from '../../core-client/feeds.tsx';
import type { MenuEntry } from '../../ui/action.tsx';
import { copyEntries } from '../../ui/copy-entries.ts';
import { Icon } from '../../ui/icon.tsx';
import type { Facet } from '../../ui/resource-table/column.ts';
import { ResourceTable } from '../../ui/resource-table/ResourceTable.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { TableTitle } from '../../ui/resource-table/TableTitle.tsx';
import { MoveDiskDialog } from '../snapshots/MoveDiskDialog.tsx';
import { CopyVolumeDialog } from './CopyVolumeDialog.tsx';
import { DeleteVolumesDialog } from './DeleteVolumesDialog.tsx';
import { ChecksumDialog, DownloadVolumeDialog } from './DownloadVolumeDialog.tsx';
import { volumeActionDefs, type VolumeAction } from './storage-action-defs.ts';
import { StorageProblem } from './StorageProblems.tsx';
import { UploadVolumeDialog } from './UploadVolumeDialog.tsx';
import { volumeColumns, volumeText } from './volume-columns.tsx';
import { VolumeDialog } from './VolumeDialog.tsx';
import { CreateVolumeDialog, ResizeVolumeDialog } from './VolumeForms.tsx';
import { VolumeXmlDialog } from './VolumeXmlDialog.tsx';
import { WipeVolumeDialog } from './WipeVolumeDialog.tsx';

interface VolumesTableProps {
  pool: StoragePool;
  connection: Connection;
}

const uses = ['used', 'unused', 'unknown'] as const;

/** The volumes of one pool in a live table. */
export function VolumesTable({ pool, connection }: VolumesTableProps): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const volumes = useStorageVolumes(pool.connectionId, pool.id);
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const close = useCallback(() => setDialog(null), []);
  const isOnline = connection.phase === 'online';
  const columns = useMemo(() => volumeColumns(t, i18n), [t, i18n]);
  const facet = useMemo(
    (): Facet<StorageVolume> => ({
      label: t('useFilter'),
      valueOf: ({ usedBy }) => (usedBy === null ? 'unknown' : usedBy.length > 0 ? 'used' : 'unused'),
      options: uses.map((id) => ({ id, label: t(`uses.${id}`) })),
    }),
    [t],
  );
  const staleTextOf = useCallback(() => (isOnline ? null : t('machines:staleNoReason')), [isOnline, t]);
  const isLoading = volumes.freshness === 'loading' && volumes.items.length === 0 && volumes.error === null && isOnline;
  const isCreatable = creatableFormats(pool.type) !== null;
  const actions = useMemo(() => volumeActionDefs(isOnline, isCreatable), [isOnline, isCreatable]);
  const names = useMemo(() => new Set(volumes.items.map(({ name }) => name)), [volumes.items]);
  const run = (action: VolumeAction, targets: readonly StorageVolume[]): void => {
    const def = actions.find(({ id }) => id === action);
    const able = targets.filter((volume) => def?.canRun(volume) === true);
    const [volume] = able;
    if (volume === undefined) return;
    if (action === 'delete') setDialog({ kind: 'delete', volumes: able });
    else if (able.length > 1) enqueueSnackbar(t('oneAtATime'), { variant: 'warning' });
    else setDialog({ kind: action, volume });
  };
  const whyNoNew = !isOnline
    ? 'disconnected'
    : !isCreatable
      ? 'notCreatable'
      : pool.state === 'inactive'
        ? 'notStarted'
        : null;
  const empty = pool.state === 'inactive' ? 'notStarted' : 'noVolumes';

  return (
    <>
      <ResourceTable
        label={t('volumes')}
        viewKey="volumes"
        items={volumes.items}
        keyOf={nameOf}
        nameOf={nameOf}
        textOf={volumeText}
        staleTextOf={staleTextOf}
        columns={columns}
        defaultSort="name"
        facet={facet}
        group={null}
        actions={actions}
        onRun={(action, targets) => run(action.id as VolumeAction, targets)}
        onOpen={({ id }) => setDialog({ kind: 'details', id })}
        menuBefore={([volume, ...others]) =>
          volume === undefined || others.length > 0
            ? []
            : [
                {
                  id: 'details',
                  icon: mdiInformationOutline,
                  label: 'storage:details',
                  run: () => setDialog({ kind: 'details', id: volume.id }),
                },
                {
                  id: 'xml',
                  icon: mdiXml,
                  label: 'documents:storage.volumeAction',
                  run: () => setDialog({ kind: 'xml', volume }),
                },
              ]
        }
        menuAfter={copies}
        isLoading={isLoading}
        empty={
          <TableMessage
            icon={mdiDatabaseOffOutline}
            title={t(`empty.${empty}.title`)}
            text={t(`empty.${empty}.text`)}
          />
        }
        filterHint={t('volumeFilterHint')}
        start={<TableTitle level={2} title={t('volumes')} count={isLoading ? null : volumes.items.length} />}
        end={
          <>
            <Box sx={{ flex: 1 }} />
            {(['upload', 'create'] as const).map((kind) => (
              <Tooltip key={kind} title={whyNoNew === null ? '' : t(`reasons.${whyNoNew}`)}>
                <Box component="span">
                  <Button
                    size="small"
                    variant={kind === 'create' ? 'contained' : 'outlined'}
                    startIcon={<Icon path={kind === 'create' ? mdiPlus : mdiUpload} />}
                    disabled={whyNoNew !== null}
                    onClick={() => setDialog({ kind })}
                    sx={{ whiteSpace: 'nowrap' }}
                  >
                    {t(kind === 'create' ? 'newVolume' : 'upload')}
                  </Button>
                </Box>
              </Tooltip>
            ))}
          </>
        }
        notice={<StorageProblem error={volumes.error} connection={connection} />}
      />
      {dialog !== null && <VolumeDialogs dialog={dialog} pool={pool} volumes={volumes} names={names} onClose={close} />}
    </>
  );
}

type OpenDialog =
  | { kind: 'details'; id: string }
  | { kind: 'create' | 'upload' }
  | { kind: 'xml'; volume: StorageVolume }
  | { kind: Exclude<VolumeAction, 'delete'>; volume: StorageVolume }
  | { kind: 'delete'; volumes: readonly StorageVolume[] };

interface VolumeDialogsProps {
  dialog: OpenDialog;
  pool: StoragePool;
  volumes: FeedState<StorageVolume>;
  names: ReadonlySet<string>;
  onClose: () => void;
}

function VolumeDialogs({ dialog, pool, volumes, names, onClose }: VolumeDialogsProps): ReactNode {
  switch (dialog.kind) {
    case 'details': {
      const volume = volumes.byId.get(dialog.id);
      return volume === undefined ? null : <VolumeDialog volume={volume} onClose={onClose} />;
    }
    case 'create':
      return <CreateVolumeDialog pool={pool} volumes={volumes.items} onClose={onClose} />;
    case 'upload':
      return <UploadVolumeDialog pool={pool} names={names} onClose={onClose} />;
    case 'xml':
      return <VolumeXmlDialog volume={dialog.volume} onClose={onClose} />;
    case 'resize':
      return <ResizeVolumeDialog volume={dialog.volume} pool={pool} onClose={onClose} />;
    case 'clone':
      return <CopyVolumeDialog volume={dialog.volume} pool={pool} onClose={onClose} />;
    case 'move':
      return <MoveVolumeDialog volume={dialog.volume} onClose={onClose} />;
    case 'download':
      return <DownloadVolumeDialog volume={dialog.volume} onClose={onClose} />;
    case 'checksum':
      return <ChecksumDialog volume={dialog.volume} onClose={onClose} />;
    case 'wipe':
      return <WipeVolumeDialog volume={dialog.volume} onClose={onClose} />;
    case 'delete':
      return <DeleteVolumesDialog volumes={dialog.volumes} others={volumes.items} onClose={onClose} />;
  }
}

/** Moves it as the disk of the one machine that has it. */
function MoveVolumeDialog({ volume, onClose }: { volume: StorageVolume; onClose: () => void }): ReactNode {
  const { connectionId, path, usedBy } = volume;
  const [user] = usedBy ?? [];
  if (user === undefined || path === null) return null;
  return <MoveDiskDialog machine={{ connectionId, ...user }} disk={{ path }} onClose={onClose} />;
}

const nameOf = ({ name }: StorageVolume): string => name;

function copies(volumes: readonly StorageVolume[]): MenuEntry[] {
  return copyEntries('storage', [
    { id: 'copyName', lines: volumes.map(({ name }) => name) },
    { id: 'copyPath', lines: volumes.flatMap(({ path }) => path ?? []) },
  ]);
}
