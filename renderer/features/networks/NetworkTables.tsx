import { mdiIpOutline, mdiMonitorOff } from '@mdi/js';
import { Button, Link, Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { DhcpLease, NetworkEntry, VirtualNetwork } from '../../../shared/contract/networks.ts';
import { isInSubnet, parseCidr } from '../../../shared/model/ip-address.ts';
import type { NetworkEntryInit } from '../../../shared/model/network-entries.ts';
import { monospace } from '../../app/theme.ts';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { machinePath } from '../machines/machine-path.ts';
import { EntryDialog } from './EntryDialog.tsx';

/** As many rows as a page shows without a grid; a /22 full of machines fits. */
const MAX_ROWS = 1_000;

interface NetworkTableProps {
  network: VirtualNetwork;
  /** Null where they are not known. */
  leases: readonly DhcpLease[] | null;
}

/** The machines with a card on a network, with the addresses that DHCP has given them. */
export function NetworkMachines({ network, leases }: NetworkTableProps): ReactNode {
  const { t } = useTranslation('networks');
  const { usedBy } = network;
  if (usedBy === null || usedBy.length === 0) {
    const kind = usedBy === null ? 'unknownMachines' : 'noMachines';
    return <TableMessage icon={mdiMonitorOff} title={t(`empty.${kind}.title`)} text={t(`empty.${kind}.text`)} />;
  }
  const cards = usedBy.flatMap((machine) => machine.macs.map((mac, index) => ({ machine, mac, index })));
  return (
    <Table size="small" aria-label={t('tabs.machines')}>
      <TableHead>
        <TableRow>
          <TableCell>{t('columns.name')}</TableCell>
          <TableCell>{t('columns.state')}</TableCell>
          <TableCell>{t('columns.mac')}</TableCell>
          <TableCell>{t('columns.leased')}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {cards.slice(0, MAX_ROWS).map(({ machine, mac, index }) => (
          <TableRow key={`${machine.id}/${index}`}>
            <TableCell component="th" scope="row" sx={{ overflowWrap: 'anywhere' }}>
              <Link component={RouterLink} to={machinePath({ connectionId: network.connectionId, id: machine.id })}>
                {machine.name}
              </Link>
            </TableCell>
            <TableCell>{t(machine.isRunning ? 'machineStates.running' : 'machineStates.off')}</TableCell>
            <TableCell sx={{ fontFamily: monospace }}>{mac}</TableCell>
            <TableCell sx={{ fontFamily: monospace }}>
              {(leases ?? [])
                .filter((lease) => lease.mac === mac)
                .map(({ address }) => address)
                .join(', ')}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

interface LeasesTableProps extends NetworkTableProps {
  entries: readonly NetworkEntry[];
  /** False while nothing can be changed. */
  isOnline: boolean;
  /** Called when an address may have been reserved. */
  onChanged: () => void;
}

/** The addresses that the network's DHCP server has given away, each to be kept for its machine. */
export function LeasesTable({ network, leases, entries, isOnline, onChanged }: LeasesTableProps): ReactNode {
  const { t, i18n } = useTranslation('networks');
  const [reserved, setReserved] = useState<NetworkEntryInit | null>(null);
  if (leases === null || leases.length === 0) {
    const kind = network.state === 'inactive' ? 'leasesOff' : leases === null ? 'unknownLeases' : 'noLeases';
    return <TableMessage icon={mdiIpOutline} title={t(`empty.${kind}.title`)} text={t(`empty.${kind}.text`)} />;
  }
  const time = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  const nameOf = (mac: string): string => network.usedBy?.find(({ macs }) => macs.includes(mac))?.name ?? '';
  return (
    <>
      <Table size="small" aria-label={t('tabs.leases')}>
        <TableHead>
          <TableRow>
            <TableCell>{t('columns.leased')}</TableCell>
            <TableCell>{t('columns.mac')}</TableCell>
            <TableCell>{t('columns.hostName')}</TableCell>
            <TableCell>{t('columns.machine')}</TableCell>
            <TableCell>{t('columns.expires')}</TableCell>
            <TableCell />
          </TableRow>
        </TableHead>
        <TableBody>
          {leases.slice(0, MAX_ROWS).map((lease) => {
            const { address, mac, hostName, expiresAt } = lease;
            const reservation = reservationOf(network, lease, entries);
            return (
              <TableRow key={`${address} ${mac}`}>
                <TableCell component="th" scope="row" sx={{ fontFamily: monospace }}>
                  {address}
                </TableCell>
                <TableCell sx={{ fontFamily: monospace }}>{mac}</TableCell>
                <TableCell sx={{ overflowWrap: 'anywhere' }}>{hostName ?? ''}</TableCell>
                <TableCell sx={{ overflowWrap: 'anywhere' }}>{nameOf(mac)}</TableCell>
                <TableCell>{expiresAt === null ? t('never') : time.format(expiresAt)}</TableCell>
                <TableCell align="right" sx={{ py: 0 }}>
                  {reservation === 'reserved' && t('entries.reserved')}
                  {typeof reservation === 'object' && reservation !== null && (
                    <Button
                      size="small"
                      disabled={!isOnline}
                      aria-label={t('entries.reserveNamed', { address })}
                      onClick={() => setReserved(reservation)}
                    >
                      {t('entries.reserve')}
                    </Button>
                  )}
                </TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
      {reserved !== null && (
        <EntryDialog
          network={network}
          entry={reserved}
          isNew
          entries={entries}
          onClose={() => {
            setReserved(null);
            onChanged();
          }}
        />
      )}
    </>
  );
}

/** What would reserve the address of a lease for its card: null where none can be made, `reserved` where it is. */
function reservationOf(
  network: VirtualNetwork,
  { mac, address, hostName }: DhcpLease,
  entries: readonly NetworkEntry[],
): NetworkEntryInit | 'reserved' | null {
  const ip = parseCidr(address);
  // In IPv6 cards go by DUID, which the host does not tell.
  if (ip?.family !== 4 || mac === '') return null;
  const isKept = entries.some(
    ({ section, values }) => section === 'dhcpHost' && values['mac']?.toLowerCase() === mac && values['address'] !== '',
  );
  if (isKept) return 'reserved';
  const subnet = network.subnets.find((each) => {
    const own = parseCidr(each.address);
    return own !== null && isInSubnet(own, ip);
  });
  if (subnet === undefined) return null;
  const [plain = ''] = address.split('/');
  return {
    section: 'dhcpHost',
    subnet: subnet.address,
    values: { mac, name: hostName ?? '', address: plain },
  };
}
