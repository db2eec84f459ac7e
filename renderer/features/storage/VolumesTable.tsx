import { mdiContentCopy, mdiDatabaseOffOutline, mdiInformationOutline } from '@mdi/js';
import { Stack, Typography } from '@mui/material';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { StoragePool, StorageVolume } from '../../../shared/contract/storage.ts';
import { useStorageVolumes } from '../../core-client/feeds.tsx';
import type { MenuEntry } from '../../ui/action.tsx';
import { formatCount } from '../../ui/format.ts';
import type { Facet } from '../../ui/resource-table/column.ts';
import { ResourceTable } from '../../ui/resource-table/ResourceTable.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { StorageProblem } from './StorageProblems.tsx';
import { volumeColumns, volumeText } from './volume-columns.tsx';
import { VolumeDialog } from './VolumeDialog.tsx';

interface VolumesTableProps {
  pool: StoragePool;
  connection: Connection;
}

const uses = ['used', 'unused', 'unknown'] as const;

/** The volumes of one pool in a live table. */
export function VolumesTable({ pool, connection }: VolumesTableProps): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const volumes = useStorageVolumes(pool.connectionId, pool.id);
  const [shownId, setShownId] = useState<string | null>(null);
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
  const shown = shownId === null ? undefined : volumes.byId.get(shownId);
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
        actions={[]}
        onRun={() => undefined}
        onOpen={({ id }) => setShownId(id)}
        menuBefore={([volume, ...others]) =>
          volume === undefined || others.length > 0
            ? []
            : [
                {
                  id: 'details',
                  icon: mdiInformationOutline,
                  label: 'storage:details',
                  run: () => setShownId(volume.id),
                },
              ]
        }
        menuAfter={copyEntries}
        isLoading={isLoading}
        empty={
          <TableMessage
            icon={mdiDatabaseOffOutline}
            title={t(`empty.${empty}.title`)}
            text={t(`empty.${empty}.text`)}
          />
        }
        filterHint={t('volumeFilterHint')}
        start={
          <Stack direction="row" spacing={1} sx={{ alignItems: 'baseline', flexShrink: 0, pr: 1 }}>
            <Typography variant="subtitle1" component="h2">
              {t('volumes')}
            </Typography>
            <Typography variant="body2" color="text.secondary" sx={{ fontVariantNumeric: 'tabular-nums' }}>
              {isLoading ? '' : formatCount(volumes.items.length, i18n.language)}
            </Typography>
          </Stack>
        }
        end={null}
        notice={<StorageProblem error={volumes.error} connection={connection} />}
      />
      {shown !== undefined && <VolumeDialog volume={shown} onClose={() => setShownId(null)} />}
    </>
  );
}

const nameOf = ({ name }: StorageVolume): string => name;

function copyEntries(volumes: readonly StorageVolume[]): MenuEntry[] {
  return [
    { id: 'copyName', lines: volumes.map(({ name }) => name) },
    { id: 'copyPath', lines: volumes.flatMap(({ path }) => path ?? []) },
  ]
    .filter(({ lines }) => lines.length > 0)
    .map(({ id, lines }) => ({
      id,
      icon: mdiContentCopy,
      label: `storage:${id}`,
      run: () => void navigator.clipboard.writeText(lines.join('\n')),
    }));
}
