import { mdiDeleteOutline, mdiFolderMoveOutline, mdiHarddisk, mdiOpenInNew, mdiRefresh } from '@mdi/js';
import { Alert, Box, Button, Stack, Typography } from '@mui/material';
import { enqueueSnackbar } from 'notistack';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { HostDisk } from '../../../shared/contract/disks.ts';
import { Loading } from '../../app/Loading.tsx';
import { useScope } from '../../app/scope.tsx';
import { useConnections } from '../../core-client/feeds.tsx';
import { defineAction, type Action, type MenuEntry } from '../../ui/action.tsx';
import { copyEntries } from '../../ui/copy-entries.ts';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { formatTime } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import type { Facet } from '../../ui/resource-table/column.ts';
import { ResourceTable } from '../../ui/resource-table/ResourceTable.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { TableTitle } from '../../ui/resource-table/TableTitle.tsx';
import { NoHosts } from '../connections/NoHosts.tsx';
import { useHosts } from '../connections/use-hosts.ts';
import { ConnectionProblems, isDown, useStaleText } from '../machines/ConnectionProblems.tsx';
import { machinePath } from '../machines/machine-path.ts';
import { MoveDiskDialog } from '../snapshots/MoveDiskDialog.tsx';
import { poolPath } from '../storage/storage-rows.ts';
import { DeleteDisksDialog } from './DeleteDisksDialog.tsx';
import { diskColumns, diskText, UseDot } from './disk-columns.tsx';
import { diskRows, diskUses, type DiskRow } from './disk-rows.ts';
import { useDisks } from './use-disks.ts';

/** Every disk of every host, or of one, with what uses it. */
export function DisksPage(): ReactNode {
  const { t } = useTranslation('disks');
  const { connectionId } = useScope();
  const { byId, freshness } = useConnections();
  // A cloud need not be asked; until the connections are known it might be one.
  if (freshness === 'loading') return <Loading />;
  if (connectionId !== null && byId.get(connectionId)?.target.kind === 'openstack') {
    return <TableMessage icon={mdiHarddisk} title={t('empty.cloud.title')} text={t('empty.cloud.text')} />;
  }
  return <DisksTable connectionId={connectionId} />;
}

function DisksTable({ connectionId }: { connectionId: string | null }): ReactNode {
  const { t, i18n } = useTranslation('disks');
  const navigate = useNavigate();
  const { byId } = useConnections();
  const { hosts } = useHosts(connectionId);
  const disks = useDisks(hosts);
  const [chosen, setChosen] = useState<readonly HostDisk[] | null>(null);
  const [moved, setMoved] = useState<HostDisk | null>(null);
  const { refresh, look } = disks;
  const rows = useMemo(() => diskRows(disks.disks, disks.read, byId), [disks.disks, disks.read, byId]);
  const columns = useMemo(() => diskColumns(t, i18n), [t, i18n]);
  const facet = useMemo(
    (): Facet<DiskRow> => ({
      label: t('useFilter'),
      valueOf: ({ use }) => use,
      options: diskUses.map((use) => ({ id: use, label: t(`uses.${use}`), mark: <UseDot use={use} /> })),
    }),
    [t],
  );
  const staleTextOf = useStaleText();
  const open = ({ disk }: DiskRow): void => {
    const [machine] = disk.usedBy ?? [];
    if (disk.pool !== null) void navigate(poolPath({ connectionId: disk.connectionId, id: disk.pool.id }));
    else if (machine !== undefined) void navigate(machinePath({ connectionId: disk.connectionId, id: machine.id }));
  };
  const onVisible = useCallback((visible: readonly DiskRow[]) => look(visible.map(({ disk }) => disk)), [look]);

  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <ResourceTable
        label={t('title')}
        viewKey="disks"
        items={rows}
        keyOf={keyOf}
        nameOf={nameOf}
        textOf={diskText}
        staleTextOf={staleTextOf}
        columns={columns}
        defaultSort="name"
        facet={facet}
        group={null}
        actions={actions}
        onRun={({ id, canRun }, targets) => {
          const able = targets.filter((row) => canRun(row) === true).map(({ disk }) => disk);
          if (id === 'delete') setChosen(able);
          else if (able.length > 1) enqueueSnackbar(t('storage:oneAtATime'), { variant: 'warning' });
          else setMoved(able[0] ?? null);
        }}
        onOpen={open}
        onVisible={onVisible}
        menuBefore={([row, ...others]) =>
          row === undefined || others.length > 0 ? [] : openEntries(row, (path) => void navigate(path))
        }
        menuAfter={copies}
        isLoading={disks.isLoading && rows.length === 0}
        empty={<Empty hosts={hosts} />}
        filterHint={t('filterHint')}
        start={<TableTitle level={1} title={t('title')} count={disks.isLoading ? null : rows.length} />}
        end={
          <>
            <Box sx={{ flex: 1 }} />
            {disks.readAt !== null && (
              <Typography variant="caption" color="text.secondary" noWrap>
                {t('asOf', { time: formatTime(disks.readAt, i18n.language) })}
              </Typography>
            )}
            <Button
              size="small"
              variant="outlined"
              startIcon={<Icon path={mdiRefresh} />}
              loading={disks.isFetching}
              disabled={hosts.every(({ phase }) => phase !== 'online')}
              onClick={refresh}
              sx={{ whiteSpace: 'nowrap' }}
            >
              {t('refresh')}
            </Button>
          </>
        }
        notice={
          <>
            {disks.errors.map(({ connection, error }) => (
              <Alert key={connection.id} role="none" severity="error" icon={false} sx={{ mx: 2, mb: 1 }}>
                <ErrorDetails error={error} context={{ connectionName: connection.name, target: connection.target }} />
              </Alert>
            ))}
            {disks.closedPools.length > 0 && (
              <Alert severity="info" variant="outlined" sx={{ mx: 2, mb: 1 }}>
                {t('closedPools', { pools: disks.closedPools.join(', ') })}
              </Alert>
            )}
            <ConnectionProblems connections={hosts.filter(isDown)} />
          </>
        }
      />
      {moved !== null && (
        <MoveDialog
          disk={moved}
          onClose={() => {
            setMoved(null);
            refresh();
          }}
        />
      )}
      {chosen !== null && (
        <DeleteDisksDialog
          chosen={chosen}
          disks={disks}
          onClose={() => {
            setChosen(null);
            refresh();
          }}
        />
      )}
    </Stack>
  );
}

const keyOf = ({ key }: DiskRow): string => key;
const nameOf = ({ disk }: DiskRow): string => disk.name;

/** True, or why the disk is not deleted from here. */
function canDelete({ disk, use, isOnline }: DiskRow): true | string {
  if (!isOnline) return 'disks:reasons.disconnected';
  if (disk.pool === null) return 'disks:reasons.noPool';
  return use === 'unused' ? true : `disks:reasons.${use}`;
}

/** True, or why the disk is not moved from here. */
function canMove({ disk, isOnline }: DiskRow): true | string {
  if (!isOnline) return 'disks:reasons.disconnected';
  if (disk.usedBy === null) return 'disks:reasons.unknown';
  if (disk.usedBy.length === 0) return 'storage:reasons.moveUnused';
  return disk.usedBy.length > 1 ? 'storage:reasons.moveSeveral' : true;
}

/** Moves it as the disk of the one machine that has it. */
function MoveDialog({ disk, onClose }: { disk: HostDisk; onClose: () => void }): ReactNode {
  const { connectionId, path, usedBy } = disk;
  const [user] = usedBy ?? [];
  if (user === undefined || path === null) return null;
  return <MoveDiskDialog machine={{ connectionId, ...user }} disk={{ path }} onClose={onClose} />;
}

const actions: readonly Action<DiskRow>[] = [
  defineAction<DiskRow>({
    id: 'move',
    icon: mdiFolderMoveOutline,
    group: 'change',
    isDangerous: false,
    isPrimary: false,
    label: () => 'storage:actions.move',
    isFor: () => true,
    canRun: canMove,
  }),
  defineAction<DiskRow>({
    id: 'delete',
    icon: mdiDeleteOutline,
    group: 'delete',
    isDangerous: true,
    isPrimary: true,
    shortcut: 'Delete',
    label: () => 'storage:actions.delete',
    isFor: () => true,
    canRun: canDelete,
  }),
];

function openEntries({ disk }: DiskRow, go: (path: string) => void): MenuEntry[] {
  const { connectionId, pool } = disk;
  const [machine] = disk.usedBy ?? [];
  return [
    ...(pool === null
      ? []
      : [
          {
            id: 'pool',
            icon: mdiOpenInNew,
            label: 'disks:openPool',
            run: () => go(poolPath({ connectionId, id: pool.id })),
          },
        ]),
    ...(machine === undefined
      ? []
      : [
          {
            id: 'machine',
            icon: mdiOpenInNew,
            label: 'disks:openMachine',
            run: () => go(machinePath({ connectionId, id: machine.id })),
          },
        ]),
  ];
}

function copies(rows: readonly DiskRow[]): MenuEntry[] {
  return copyEntries('disks', [
    { id: 'copyName', lines: rows.map(({ disk }) => disk.name) },
    { id: 'copyPath', lines: rows.flatMap(({ disk }) => disk.path ?? []) },
  ]);
}

function Empty({ hosts }: { hosts: readonly Connection[] }): ReactNode {
  const { t } = useTranslation('disks');
  if (hosts.length === 0) {
    return (
      <NoHosts title={t('empty.noHosts.title')} text={t('empty.noHosts.text')} action={t('empty.noHosts.action')} />
    );
  }
  const kind = hosts.some(({ phase }) => phase === 'online') ? 'noDisks' : 'noneReachable';
  return <TableMessage icon={mdiHarddisk} title={t(`empty.${kind}.title`)} text={t(`empty.${kind}.text`)} />;
}
