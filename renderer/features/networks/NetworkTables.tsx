import { mdiIpOutline, mdiMonitorOff } from '@mdi/js';
import { Link, Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { DhcpLease, VirtualNetwork } from '../../../shared/contract/networks.ts';
import { monospace } from '../../app/theme.ts';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { machinePath } from '../machines/palette-items.ts';

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

/** The addresses that the network's DHCP server has given away. */
export function LeasesTable({ network, leases }: NetworkTableProps): ReactNode {
  const { t, i18n } = useTranslation('networks');
  if (leases === null || leases.length === 0) {
    const kind = network.state === 'inactive' ? 'leasesOff' : leases === null ? 'unknownLeases' : 'noLeases';
    return <TableMessage icon={mdiIpOutline} title={t(`empty.${kind}.title`)} text={t(`empty.${kind}.text`)} />;
  }
  const time = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  const nameOf = (mac: string): string => network.usedBy?.find(({ macs }) => macs.includes(mac))?.name ?? '';
  return (
    <Table size="small" aria-label={t('tabs.leases')}>
      <TableHead>
        <TableRow>
          <TableCell>{t('columns.leased')}</TableCell>
          <TableCell>{t('columns.mac')}</TableCell>
          <TableCell>{t('columns.hostName')}</TableCell>
          <TableCell>{t('columns.machine')}</TableCell>
          <TableCell>{t('columns.expires')}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {leases.slice(0, MAX_ROWS).map(({ address, mac, hostName, expiresAt }) => (
          <TableRow key={`${address} ${mac}`}>
            <TableCell component="th" scope="row" sx={{ fontFamily: monospace }}>
              {address}
            </TableCell>
            <TableCell sx={{ fontFamily: monospace }}>{mac}</TableCell>
            <TableCell sx={{ overflowWrap: 'anywhere' }}>{hostName ?? ''}</TableCell>
            <TableCell sx={{ overflowWrap: 'anywhere' }}>{nameOf(mac)}</TableCell>
            <TableCell>{expiresAt === null ? t('never') : time.format(expiresAt)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
