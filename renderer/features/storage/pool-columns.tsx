import type { i18n, TFunction } from 'i18next';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { poolStates } from '../../../shared/model/storage.ts';
import { formatBytes, formatPercent } from '../../ui/format.ts';
import type { ResourceColumn } from '../../ui/resource-table/column.ts';
import { NameCell, PlaceCell, TextCell } from '../machines/machine-cells.tsx';
import { PoolStateText, ShareCell, sharePercent } from './storage-cells.tsx';
import type { PoolRow } from './storage-rows.ts';

/** What a kind of pool is called; one that we do not know keeps libvirt's word. */
export function poolTypeText(type: string | null, t: TFunction, i18n: i18n): string {
  if (type === null) return '';
  return i18n.exists(`storage:types.${type}`) ? t(`storage:types.${type}`) : type;
}

/** The columns of the Storage table in the person's language. */
export function poolColumns(t: TFunction, i18n: i18n): ResourceColumn<PoolRow>[] {
  const language = i18n.language;
  const bytes = (value: number | null): string => (value === null ? '' : formatBytes(value, language));
  const columns: (ResourceColumn<PoolRow> & { id: keyof typeof widths })[] = [
    {
      ...column('name'),
      isFlexible: true,
      isRequired: true,
      sortValue: ({ pool }) => pool.name,
      render: ({ pool }) => (
        <NameCell
          name={pool.name}
          locked=""
          ownedByNova=""
          transient={pool.persistent ? '' : t('storage:transient')}
          managedSave=""
        />
      ),
    },
    {
      ...column('state'),
      sortValue: ({ pool }) => poolStates.indexOf(pool.state),
      render: ({ pool, isOnline }) => (
        <PoolStateText state={pool.state} text={t(`storage:states.${pool.state}`)} isStale={!isOnline} />
      ),
    },
    {
      ...column('type'),
      sortValue: ({ pool }) => poolTypeText(pool.type, t, i18n),
      render: ({ pool }) => <TextCell text={poolTypeText(pool.type, t, i18n)} />,
    },
    {
      ...column('used'),
      isNumeric: true,
      sortValue: ({ pool }) => sharePercent(pool.allocationBytes, pool.capacityBytes),
      render: ({ pool }) => {
        const percent = sharePercent(pool.allocationBytes, pool.capacityBytes);
        return (
          <ShareCell
            percent={percent}
            text={percent === null ? '' : formatPercent(percent, language)}
            title={usageText(pool, t, language)}
            warns
          />
        );
      },
    },
    {
      ...column('available'),
      isNumeric: true,
      sortValue: ({ pool }) => pool.availableBytes,
      render: ({ pool }) => <TextCell text={bytes(pool.availableBytes)} />,
    },
    {
      ...column('capacity'),
      isNumeric: true,
      sortValue: ({ pool }) => pool.capacityBytes,
      render: ({ pool }) => <TextCell text={bytes(pool.capacityBytes)} />,
    },
    {
      ...column('host'),
      isFlexible: true,
      sortValue: ({ connection }) => connection?.name ?? '',
      render: ({ connection }) => <PlaceCell isCloud={false} connection={connection?.name ?? ''} host="" />,
    },
    {
      ...column('path'),
      isFlexible: true,
      sortValue: ({ pool }) => pool.targetPath ?? pool.source,
      render: ({ pool }) => <TextCell text={pool.targetPath ?? pool.source ?? ''} isMonospace />,
    },
    {
      ...column('autostart'),
      sortValue: ({ pool }) => (pool.autostart ? 0 : 1),
      render: ({ pool }) => <TextCell text={t(pool.autostart ? 'storage:autostart.on' : 'storage:autostart.off')} />,
    },
    {
      ...column('id'),
      isHidden: true,
      sortValue: ({ pool }) => pool.id,
      render: ({ pool }) => <TextCell text={pool.id} isMonospace />,
    },
  ];
  return columns;
}

const widths = {
  name: 170,
  state: 110,
  type: 110,
  used: 96,
  available: 84,
  capacity: 84,
  host: 110,
  path: 120,
  autostart: 82,
  id: 290,
};

function column<Id extends keyof typeof widths>(id: Id): { id: Id; label: string; widthPx: number } {
  return { id, label: `storage:columns.${id}`, widthPx: widths[id] };
}

/** How much of a pool is taken, in words; empty where it does not tell. */
export function usageText({ allocationBytes, capacityBytes }: StoragePool, t: TFunction, language: string): string {
  if (allocationBytes === null || capacityBytes === null) return '';
  return t('storage:usage', {
    used: formatBytes(allocationBytes, language),
    total: formatBytes(capacityBytes, language),
  });
}

/** What the filter searches in: everything a row shows in words, and the id. */
export function poolText(t: TFunction, i18n: i18n): (row: PoolRow) => string {
  return ({ pool, connection }) =>
    [
      pool.name,
      pool.id,
      t(`storage:states.${pool.state}`),
      poolTypeText(pool.type, t, i18n),
      pool.targetPath,
      pool.source,
      connection?.name,
    ]
      .filter((part) => part !== null && part !== undefined)
      .join('\n');
}
