import type { i18n, TFunction } from 'i18next';
import { ColorDot } from '../../ui/color-dot.tsx';
import { formatBytes } from '../../ui/format.ts';
import type { ResourceColumn } from '../../ui/resource-table/column.ts';
import { NameCell, PlaceCell, TextCell } from '../machines/machine-cells.tsx';
import { ShareCell, sharePercent } from '../storage/storage-cells.tsx';
import { diskUses, type DiskRow, type DiskUse } from './disk-rows.ts';

const colors: Record<DiskUse, string> = {
  used: 'success-main',
  base: 'info-main',
  unused: 'warning-main',
  unknown: 'text-disabled',
};

/** A disk's use as a coloured dot. */
export function UseDot({ use }: { use: DiskUse }) {
  return <ColorDot color={`var(--mui-palette-${colors[use]})`} isHollow={use === 'unknown'} />;
}

/** The columns of the Disks table in the person's language. */
export function diskColumns(t: TFunction, i18n: i18n): ResourceColumn<DiskRow>[] {
  const language = i18n.language;
  const bytes = (value: number | null): string => (value === null ? '' : formatBytes(value, language));
  const columns: (ResourceColumn<DiskRow> & { id: keyof typeof widths })[] = [
    {
      ...column('name'),
      isFlexible: true,
      isRequired: true,
      sortValue: ({ disk }) => disk.name,
      render: ({ disk }) => <NameCell name={disk.name} locked="" ownedByNova="" transient="" managedSave="" />,
    },
    {
      ...column('use'),
      sortValue: ({ use }) => diskUses.indexOf(use),
      render: ({ use }) => (
        <span style={{ display: 'flex', alignItems: 'center', gap: 8, minWidth: 0 }}>
          <UseDot use={use} />
          <TextCell text={t(`disks:uses.${use}`)} />
        </span>
      ),
    },
    {
      ...column('usedBy'),
      isFlexible: true,
      sortValue: ({ disk }) => disk.usedBy?.map(({ name }) => name).join(', ') ?? null,
      render: ({ disk }) => <TextCell text={(disk.usedBy ?? []).map(({ name }) => name).join(', ')} />,
    },
    {
      ...column('pool'),
      sortValue: ({ disk }) => disk.pool?.name ?? null,
      render: ({ disk }) => <TextCell text={disk.pool?.name ?? t('disks:noPool')} />,
    },
    {
      ...column('capacity'),
      isNumeric: true,
      sortValue: ({ disk }) => disk.capacityBytes,
      render: ({ disk }) => <TextCell text={bytes(disk.capacityBytes)} />,
    },
    {
      ...column('allocation'),
      isNumeric: true,
      sortValue: ({ disk }) => disk.allocationBytes,
      render: ({ disk }) => (
        <ShareCell
          percent={sharePercent(disk.allocationBytes, disk.capacityBytes)}
          // A preallocated disk is full by intention.
          warns={false}
          text={bytes(disk.allocationBytes)}
          title=""
        />
      ),
    },
    {
      ...column('format'),
      sortValue: ({ disk }) => disk.format,
      render: ({ disk }) => <TextCell text={disk.format ?? ''} />,
    },
    {
      ...column('host'),
      sortValue: ({ connection }) => connection?.name ?? null,
      render: ({ connection }) => <PlaceCell isCloud={false} connection={connection?.name ?? ''} host="" />,
    },
    {
      ...column('path'),
      isFlexible: true,
      isHidden: true,
      sortValue: ({ disk }) => disk.path,
      render: ({ disk }) => <TextCell text={disk.path ?? ''} isMonospace />,
    },
    {
      ...column('backing'),
      isFlexible: true,
      isHidden: true,
      sortValue: ({ disk }) => disk.backingPath,
      render: ({ disk }) => <TextCell text={disk.backingPath ?? ''} isMonospace />,
    },
  ];
  return columns;
}

const widths = {
  name: 200,
  use: 130,
  usedBy: 150,
  pool: 120,
  capacity: 92,
  allocation: 120,
  format: 76,
  host: 120,
  path: 260,
  backing: 240,
};

function column<Id extends keyof typeof widths>(id: Id): { id: Id; label: string; widthPx: number } {
  return { id, label: `disks:columns.${id}`, widthPx: widths[id] };
}

/** What the filter searches in. */
export function diskText({ disk, connection }: DiskRow): string {
  const { name, path, pool, format, usedBy } = disk;
  return [name, path, pool?.name, format, connection?.name, ...(usedBy ?? []).map((machine) => machine.name)]
    .filter((part) => part != null)
    .join('\n');
}
