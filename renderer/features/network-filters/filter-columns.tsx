import type { TFunction } from 'i18next';
import type { ResourceColumn } from '../../ui/resource-table/column.ts';
import { NameCell, PlaceCell, TextCell } from '../machines/machine-cells.tsx';
import { countsOf, type FilterRow } from './filter-rows.ts';

const widths = {
  name: 170,
  kind: 112,
  chain: 88,
  rules: 68,
  references: 100,
  referredBy: 140,
  usedBy: 140,
  host: 100,
  id: 290,
};

function column<Id extends keyof typeof widths>(id: Id): { id: Id; label: string; widthPx: number } {
  return { id, label: `networkFilters:columns.${id}`, widthPx: widths[id] };
}

/** The columns of the Security groups table in the person's language. */
export function filterColumns(t: TFunction): ResourceColumn<FilterRow>[] {
  return [
    {
      ...column('name'),
      isFlexible: true,
      isRequired: true,
      sortValue: ({ filter }) => filter.name,
      render: ({ filter }) => <NameCell name={filter.name} locked="" ownedByNova="" transient="" managedSave="" />,
    },
    {
      ...column('kind'),
      sortValue: () => t('networkFilters:kind'),
      render: () => <TextCell text={t('networkFilters:kind')} />,
    },
    {
      ...column('chain'),
      sortValue: ({ filter }) => filter.chain,
      render: ({ filter }) => <TextCell text={filter.chain} isMonospace />,
    },
    {
      ...column('rules'),
      sortValue: ({ filter }) => countsOf(filter).rules,
      render: ({ filter }) => <TextCell text={String(countsOf(filter).rules)} />,
    },
    {
      ...column('references'),
      sortValue: ({ filter }) => countsOf(filter).references,
      render: ({ filter }) => <TextCell text={String(countsOf(filter).references)} />,
    },
    {
      ...column('referredBy'),
      isFlexible: true,
      sortValue: ({ filter }) => filter.referredBy.length,
      render: ({ filter }) => <TextCell text={filter.referredBy.join(', ')} />,
    },
    {
      ...column('usedBy'),
      isFlexible: true,
      sortValue: ({ filter }) => filter.usedBy?.length ?? null,
      render: ({ filter }) => <TextCell text={usersText(filter.usedBy, t)} />,
    },
    {
      ...column('host'),
      isFlexible: true,
      sortValue: ({ connection }) => connection?.name ?? '',
      render: ({ connection }) => <PlaceCell isCloud={false} connection={connection?.name ?? ''} host="" />,
    },
    {
      ...column('id'),
      isHidden: true,
      sortValue: ({ filter }) => filter.id,
      render: ({ filter }) => <TextCell text={filter.id} isMonospace />,
    },
  ];
}

function usersText(usedBy: FilterRow['filter']['usedBy'], t: TFunction): string {
  return usedBy === null ? t('networkFilters:unknown') : usedBy.map(({ name }) => name).join(', ');
}

/** What the filter box searches in: everything a row shows in words, the id, and MAC addresses. */
export function filterText(t: TFunction): (row: FilterRow) => string {
  return ({ filter, connection }) =>
    [
      filter.name,
      filter.id,
      filter.chain,
      t('networkFilters:kind'),
      ...filter.referredBy,
      ...(filter.usedBy ?? []).flatMap(({ name, macs }) => [name, ...macs]),
      connection?.name ?? '',
    ].join('\n');
}
