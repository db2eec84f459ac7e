import type { i18n, TFunction } from 'i18next';
import type { StorageVolume } from '../../../shared/contract/storage.ts';
import { formatBytes } from '../../ui/format.ts';
import type { ResourceColumn } from '../../ui/resource-table/column.ts';
import { NameCell, TextCell } from '../machines/machine-cells.tsx';
import { ShareCell, sharePercent } from './storage-cells.tsx';

/** The columns of the table of a pool's volumes in the person's language. */
export function volumeColumns(t: TFunction, i18n: i18n): ResourceColumn<StorageVolume>[] {
  const language = i18n.language;
  const bytes = (value: number | null): string => (value === null ? '' : formatBytes(value, language));
  const columns: (ResourceColumn<StorageVolume> & { id: keyof typeof widths })[] = [
    {
      ...column('name'),
      isFlexible: true,
      isRequired: true,
      sortValue: ({ name }) => name,
      render: ({ name }) => <NameCell name={name} locked="" ownedByNova="" transient="" managedSave="" />,
    },
    {
      ...column('format'),
      sortValue: ({ format, type }) => format ?? type,
      render: ({ format, type }) => <TextCell text={format ?? type ?? ''} />,
    },
    {
      ...column('capacity'),
      isNumeric: true,
      sortValue: ({ capacityBytes }) => capacityBytes,
      render: ({ capacityBytes }) => <TextCell text={bytes(capacityBytes)} />,
    },
    {
      ...column('allocation'),
      isNumeric: true,
      sortValue: ({ allocationBytes }) => allocationBytes,
      render: ({ allocationBytes, capacityBytes }) => (
        <ShareCell
          percent={sharePercent(allocationBytes, capacityBytes)}
          // A preallocated volume is full by intention.
          warns={false}
          text={bytes(allocationBytes)}
          title=""
        />
      ),
    },
    {
      ...column('usedBy'),
      isFlexible: true,
      sortValue: ({ usedBy }) => usedBy?.map(({ name }) => name).join(', ') ?? null,
      render: ({ usedBy }) => (
        <TextCell text={usedBy === null ? t('storage:unknownUsers') : usedBy.map(({ name }) => name).join(', ')} />
      ),
    },
    {
      ...column('path'),
      isFlexible: true,
      sortValue: ({ path }) => path,
      render: ({ path }) => <TextCell text={path ?? ''} isMonospace />,
    },
    {
      ...column('backing'),
      isHidden: true,
      sortValue: ({ backingPath }) => backingPath,
      render: ({ backingPath }) => <TextCell text={backingPath ?? ''} isMonospace />,
    },
  ];
  return columns;
}

const widths = { name: 220, format: 84, capacity: 96, allocation: 128, usedBy: 170, path: 260, backing: 240 };

function column<Id extends keyof typeof widths>(id: Id): { id: Id; label: string; widthPx: number } {
  return { id, label: `storage:volumeColumns.${id}`, widthPx: widths[id] };
}

/** What the filter searches in. */
export function volumeText({ name, format, path, usedBy }: StorageVolume): string {
  return [name, format, path, ...(usedBy ?? []).map((user) => user.name)].filter((part) => part !== null).join('\n');
}
