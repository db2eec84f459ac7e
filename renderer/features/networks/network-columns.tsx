import type { TFunction } from 'i18next';
import { memo } from 'react';
import type { NetworkMachine, VirtualNetwork } from '../../../shared/contract/networks.ts';
import type { NetworkState } from '../../../shared/model/networks.ts';
import { ColorDot } from '../../ui/color-dot.tsx';
import type { ResourceColumn } from '../../ui/resource-table/column.ts';
import { NameCell, PlaceCell, TextCell } from '../machines/machine-cells.tsx';
import type { NetworkRow } from './network-rows.ts';

/** The state of a network as a coloured dot; hollow where it is not started. */
export function NetworkDot({ state, isStale = false }: { state: NetworkState; isStale?: boolean }) {
  const color = isStale || state === 'inactive' ? 'text-disabled' : 'success-main';
  return <ColorDot color={`var(--mui-palette-${color})`} isHollow={state === 'inactive'} />;
}

interface NetworkStateTextProps {
  state: NetworkState;
  text: string;
  isStale: boolean;
}

/** Dot and word of a network's state. */
export const NetworkStateText = memo(function NetworkStateText({ state, text, isStale }: NetworkStateTextProps) {
  return (
    <span style={{ display: 'flex', alignItems: 'center', gap: 8, minWidth: 0 }}>
      <NetworkDot state={state} isStale={isStale} />
      <span style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{text}</span>
    </span>
  );
});

/** What DHCP gives away, in words; empty where there is no DHCP. */
export function dhcpText({ subnets }: VirtualNetwork): string {
  return subnets.flatMap(({ dhcpRanges }) => dhcpRanges.map(({ start, end }) => `${start} – ${end}`)).join(', ');
}

/** Its way to the outside: the kind, and through which device. */
export function modeText({ mode, forwardDevices }: VirtualNetwork, t: TFunction): string {
  const word = t(`networks:modes.${mode}`);
  return forwardDevices.length === 0 ? word : t('networks:via', { mode: word, devices: forwardDevices.join(', ') });
}

function usersText(usedBy: readonly NetworkMachine[] | null, t: TFunction): string {
  return usedBy === null ? t('networks:unknown') : usedBy.map(({ name }) => name).join(', ');
}

/** The columns of the Networks table in the person's language. */
export function networkColumns(t: TFunction): ResourceColumn<NetworkRow>[] {
  const addresses = ({ subnets }: VirtualNetwork): string => subnets.map(({ address }) => address).join(', ');
  const columns: (ResourceColumn<NetworkRow> & { id: keyof typeof widths })[] = [
    {
      ...column('name'),
      isFlexible: true,
      isRequired: true,
      sortValue: ({ network }) => network.name,
      render: ({ network }) => (
        <NameCell
          name={network.name}
          locked=""
          ownedByNova=""
          transient={network.persistent ? '' : t('networks:transient')}
          managedSave=""
        />
      ),
    },
    {
      ...column('state'),
      sortValue: ({ network }) => (network.state === 'active' ? 0 : 1),
      render: ({ network, isOnline }) => (
        <NetworkStateText state={network.state} text={t(`networks:states.${network.state}`)} isStale={!isOnline} />
      ),
    },
    {
      ...column('mode'),
      sortValue: ({ network }) => modeText(network, t),
      render: ({ network }) => <TextCell text={modeText(network, t)} />,
    },
    {
      ...column('addresses'),
      isFlexible: true,
      sortValue: ({ network }) => (network.subnets.length === 0 ? null : addresses(network)),
      render: ({ network }) => <TextCell text={addresses(network)} isMonospace />,
    },
    {
      ...column('dhcp'),
      isFlexible: true,
      sortValue: ({ network }) => (dhcpText(network) === '' ? null : dhcpText(network)),
      render: ({ network }) => <TextCell text={dhcpText(network)} isMonospace />,
    },
    {
      ...column('bridge'),
      sortValue: ({ network }) => network.bridge,
      render: ({ network }) => <TextCell text={network.bridge ?? ''} isMonospace />,
    },
    {
      ...column('usedBy'),
      isFlexible: true,
      sortValue: ({ network }) => network.usedBy?.length ?? null,
      render: ({ network }) => <TextCell text={usersText(network.usedBy, t)} />,
    },
    {
      ...column('host'),
      isFlexible: true,
      sortValue: ({ connection }) => connection?.name ?? '',
      render: ({ connection }) => <PlaceCell isCloud={false} connection={connection?.name ?? ''} host="" />,
    },
    {
      ...column('autostart'),
      sortValue: ({ network }) => (network.autostart ? 0 : 1),
      render: ({ network }) => (
        <TextCell text={t(network.autostart ? 'networks:autostart.on' : 'networks:autostart.off')} />
      ),
    },
    {
      ...column('domainName'),
      isHidden: true,
      sortValue: ({ network }) => network.domainName,
      render: ({ network }) => <TextCell text={network.domainName ?? ''} />,
    },
    {
      ...column('id'),
      isHidden: true,
      sortValue: ({ network }) => network.id,
      render: ({ network }) => <TextCell text={network.id} isMonospace />,
    },
  ];
  return columns;
}

const widths = {
  name: 130,
  state: 116,
  mode: 90,
  addresses: 130,
  dhcp: 224,
  bridge: 78,
  usedBy: 120,
  host: 96,
  autostart: 82,
  domainName: 120,
  id: 290,
};

function column<Id extends keyof typeof widths>(id: Id): { id: Id; label: string; widthPx: number } {
  return { id, label: `networks:columns.${id}`, widthPx: widths[id] };
}

/** What the filter searches in: everything a row shows in words, the id, and MAC addresses. */
export function networkText(t: TFunction): (row: NetworkRow) => string {
  return ({ network, connection }) =>
    [
      network.name,
      network.id,
      t(`networks:states.${network.state}`),
      modeText(network, t),
      network.bridge ?? '',
      network.domainName ?? '',
      ...network.subnets.map(({ address }) => address),
      dhcpText(network),
      ...(network.usedBy ?? []).flatMap(({ name, macs }) => [name, ...macs]),
      connection?.name ?? '',
    ].join('\n');
}
