import type { TFunction } from 'i18next';
import type { ResourceColumn } from '../../ui/resource-table/column.ts';
import { PlaceCell, TextCell } from '../machines/machine-cells.tsx';
import type { KeyPairRow } from './key-pair-rows.ts';

/** The columns of the key pairs' table. */
export const keyPairColumns: ResourceColumn<KeyPairRow>[] = [
  {
    ...column('name', 200),
    isFlexible: true,
    isRequired: true,
    sortValue: ({ keyPair }) => keyPair.name,
    render: ({ keyPair }) => <TextCell text={keyPair.name} />,
  },
  {
    ...column('algorithm', 150),
    sortValue: ({ algorithm }) => algorithm,
    render: ({ algorithm }) => <TextCell text={algorithm} />,
  },
  {
    ...column('fingerprint', 390),
    sortValue: ({ keyPair }) => keyPair.fingerprint,
    render: ({ keyPair }) => <TextCell text={keyPair.fingerprint} isMonospace />,
  },
  {
    ...column('cloud', 160),
    isFlexible: true,
    sortValue: ({ connection }) => connection?.name ?? null,
    render: ({ connection }) => <PlaceCell isCloud connection={connection?.name ?? ''} host="" />,
  },
  {
    ...column('publicKey', 300),
    isHidden: true,
    isFlexible: true,
    sortValue: ({ keyPair }) => keyPair.publicKey,
    render: ({ keyPair }) => <TextCell text={keyPair.publicKey} isMonospace />,
  },
];

function column(id: string, widthPx: number): { id: string; label: string; widthPx: number } {
  return { id, label: `keyPairs:columns.${id}`, widthPx };
}

/** What the filter searches in. */
export function keyPairText({ keyPair, algorithm, connection }: KeyPairRow): string {
  return [keyPair.name, algorithm, keyPair.fingerprint, keyPair.publicKey, connection?.name ?? ''].join('\n');
}

/** How many there are, or which one. */
export function titleOf(t: TFunction, action: string, names: readonly string[]): string {
  return names.length === 1
    ? t(`keyPairs:${action}.titleOne`, { name: names[0] })
    : t(`keyPairs:${action}.titleMany`, { count: names.length });
}
