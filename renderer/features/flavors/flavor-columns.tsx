import { mdiCloudOutline, mdiTuneVariant } from '@mdi/js';
import type { i18n, TFunction } from 'i18next';
import { formatBytes } from '../../ui/format.ts';
import type { ResourceColumn } from '../../ui/resource-table/column.ts';
import { NameCell, PlaceCell, TextCell } from '../machines/machine-cells.tsx';
import type { FlavorKind, FlavorRow } from './flavor-rows.ts';

/** The mark of each kind. */
export const kindIcons: Record<FlavorKind, string> = { preset: mdiTuneVariant, nova: mdiCloudOutline };

/** Sockets, cores and threads in words; empty where they are left open. */
export function topologyText(topology: FlavorRow['topology'], t: TFunction): string {
  if (topology === null) return '';
  const { sockets, cores, threads } = topology;
  return [
    t('flavors:sockets', { count: sockets }),
    t('flavors:cores', { count: cores }),
    t('flavors:threads', { count: threads }),
  ].join(' · ');
}

/** vCPUs, memory and disk in one short text, for a picker. */
export function sizeText(
  { vcpus, memoryBytes, diskBytes }: Pick<FlavorRow, 'vcpus' | 'memoryBytes' | 'diskBytes'>,
  t: TFunction,
  language: string,
): string {
  const disk = diskBytes === null || diskBytes === 0 ? [] : [formatBytes(diskBytes, language)];
  return [t('flavors:vcpus', { count: vcpus }), formatBytes(memoryBytes, language), ...disk].join(' · ');
}

function placeText({ connection }: FlavorRow, t: TFunction): string {
  return connection?.name ?? t('flavors:here');
}

/** The columns of the Flavors table in the person's language. */
export function flavorColumns(t: TFunction, { language }: i18n): ResourceColumn<FlavorRow>[] {
  const bytes = (size: number | null): string => (size === null || size === 0 ? '' : formatBytes(size, language));
  const columns: (ResourceColumn<FlavorRow> & { id: keyof typeof widths })[] = [
    {
      ...column('name'),
      isFlexible: true,
      isRequired: true,
      sortValue: ({ name }) => name,
      render: ({ name }) => <NameCell name={name} locked="" ownedByNova="" transient="" managedSave="" />,
    },
    {
      ...column('kind'),
      sortValue: ({ kind }) => kind,
      render: ({ kind }) => <TextCell text={t(`flavors:kinds.${kind}`)} />,
    },
    {
      ...column('vcpus'),
      isNumeric: true,
      sortValue: ({ vcpus }) => vcpus,
      render: ({ vcpus }) => <TextCell text={String(vcpus)} />,
    },
    {
      ...column('memory'),
      isNumeric: true,
      sortValue: ({ memoryBytes }) => memoryBytes,
      render: ({ memoryBytes }) => <TextCell text={bytes(memoryBytes)} />,
    },
    {
      ...column('disk'),
      isNumeric: true,
      sortValue: ({ diskBytes }) => diskBytes,
      render: ({ diskBytes }) => <TextCell text={bytes(diskBytes)} />,
    },
    {
      ...column('topology'),
      sortValue: ({ topology }) => topology?.sockets ?? null,
      render: ({ topology }) => <TextCell text={topologyText(topology, t)} />,
    },
    {
      ...column('cpuMode'),
      sortValue: ({ cpuMode }) => cpuMode,
      render: ({ cpuMode }) => <TextCell text={cpuMode === null ? '' : t(`flavors:cpuModes.${cpuMode}`)} />,
    },
    {
      ...column('place'),
      isFlexible: true,
      sortValue: (row) => placeText(row, t),
      render: (row) =>
        row.connection === undefined ? (
          <TextCell text={t('flavors:here')} />
        ) : (
          <PlaceCell isCloud connection={row.connection.name} host="" />
        ),
    },
    {
      ...column('notes'),
      isFlexible: true,
      sortValue: ({ notes }) => (notes === '' ? null : notes),
      render: ({ notes }) => <TextCell text={notes} />,
    },
    {
      ...column('ephemeral'),
      isNumeric: true,
      isHidden: true,
      sortValue: ({ ephemeralBytes }) => ephemeralBytes,
      render: ({ ephemeralBytes }) => <TextCell text={bytes(ephemeralBytes)} />,
    },
    {
      ...column('swap'),
      isNumeric: true,
      isHidden: true,
      sortValue: ({ swapBytes }) => swapBytes,
      render: ({ swapBytes }) => <TextCell text={bytes(swapBytes)} />,
    },
    {
      ...column('access'),
      isHidden: true,
      sortValue: ({ isPublic }) => (isPublic === null ? null : Number(isPublic)),
      render: ({ isPublic }) => (
        <TextCell text={isPublic === null ? '' : t(`flavors:access.${isPublic ? 'public' : 'private'}`)} />
      ),
    },
    {
      ...column('id'),
      isHidden: true,
      sortValue: ({ id }) => id,
      render: ({ id }) => <TextCell text={id} isMonospace />,
    },
  ];
  return columns;
}

const widths = {
  name: 120,
  kind: 96,
  vcpus: 92,
  memory: 104,
  disk: 76,
  topology: 180,
  cpuMode: 104,
  place: 110,
  notes: 110,
  ephemeral: 110,
  swap: 90,
  access: 90,
  id: 290,
};

function column<Id extends keyof typeof widths>(id: Id): { id: Id; label: string; widthPx: number } {
  return { id, label: `flavors:columns.${id}`, widthPx: widths[id] };
}

/** What the filter searches in. */
export function flavorText(t: TFunction): (row: FlavorRow) => string {
  return (row) => [row.name, row.id, t(`flavors:kinds.${row.kind}`), placeText(row, t), row.notes].join('\n');
}
