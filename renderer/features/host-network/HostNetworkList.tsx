import { mdiConsole } from '@mdi/js';
import {
  Alert,
  Box,
  IconButton,
  Link,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { HostLink } from '../../../shared/contract/host-links.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { NetworkMachine, VirtualNetwork } from '../../../shared/contract/networks.ts';
import { monospace } from '../../app/theme.ts';
import { Icon } from '../../ui/icon.tsx';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';
import { useOpenConsoles } from '../consoles/use-open-consoles.ts';
import { machinePath } from '../machines/machine-path.ts';
import { StateText } from '../machines/machine-state.tsx';
import { networkPath } from '../networks/network-rows.ts';
import { directMachines } from './topology.ts';
import { linkKindText, linkStateText, speedText } from './link-text.ts';

/** As many rows as a page shows without a grid. */
const MAX_ROWS = 1_000;

interface HostNetworkListProps {
  links: readonly HostLink[];
  networks: readonly VirtualNetwork[];
  /** By id. */
  machines: ReadonlyMap<string, Machine>;
}

/** The interfaces of a host, and who is on which network, as tables. */
export function HostNetworkList({ links, networks, machines }: HostNetworkListProps): ReactNode {
  const { t } = useTranslation('hostNetwork');
  return (
    // What scrolls must be reachable by the keyboard.
    <Box
      sx={{ flex: 1, minHeight: 0, overflow: 'auto', px: 2, py: 1.5 }}
      tabIndex={0}
      role="region"
      aria-label={t('list')}
    >
      {links.some(({ toldBy }) => toldBy === 'device') && (
        <Alert severity="info" variant="outlined" sx={{ mb: 2 }}>
          {t('noDriver')}
        </Alert>
      )}
      <Typography component="h2" variant="subtitle1" sx={{ fontWeight: 600 }}>
        {t('interfaces')}
      </Typography>
      <LinkTable links={links} networks={networks} />
      <Typography component="h2" variant="subtitle1" sx={{ fontWeight: 600, mt: 3 }}>
        {t('whoIsWhere')}
      </Typography>
      <MachineTable links={links} networks={networks} machines={machines} />
    </Box>
  );
}

function LinkTable({ links, networks }: Omit<HostNetworkListProps, 'machines'>): ReactNode {
  const { t, i18n } = useTranslation('hostNetwork');
  const columns = ['name', 'kind', 'state', 'addresses', 'mac', 'mtu', 'speed', 'parts', 'usedBy'] as const;
  const shown = links.toSorted((one, other) => one.id.localeCompare(other.id, undefined, { numeric: true }));
  return (
    <Table size="small" aria-label={t('interfaces')}>
      <TableHead>
        <TableRow>
          {columns.map((id) => (
            <TableCell key={id}>{t(`link.${id}`)}</TableCell>
          ))}
        </TableRow>
      </TableHead>
      <TableBody>
        {shown.slice(0, MAX_ROWS).map((link) => (
          <TableRow key={link.id} hover>
            <TableCell component="th" scope="row" sx={{ fontFamily: monospace, whiteSpace: 'nowrap' }}>
              {link.id}
            </TableCell>
            <TableCell>{linkKindText(link, t)}</TableCell>
            <TableCell>{linkStateText(link, t)}</TableCell>
            <TableCell sx={{ fontFamily: monospace }}>{addressesOf(link, networks).join(', ')}</TableCell>
            <TableCell sx={{ fontFamily: monospace, whiteSpace: 'nowrap' }}>{link.mac ?? ''}</TableCell>
            <TableCell>{link.mtu ?? ''}</TableCell>
            <TableCell sx={{ whiteSpace: 'nowrap' }}>{speedText(link, t, i18n.language)}</TableCell>
            <TableCell sx={{ fontFamily: monospace }}>{link.parts.join(', ')}</TableCell>
            <TableCell>
              {networksOn(link, networks).map((network, index) => (
                <span key={network.id}>
                  {index > 0 && ', '}
                  <Link component={RouterLink} to={networkPath(network)}>
                    {network.name}
                  </Link>
                </span>
              ))}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function networksOn({ id }: HostLink, networks: readonly VirtualNetwork[]): VirtualNetwork[] {
  return networks.filter(({ bridge, forwardDevices }) => bridge === id || forwardDevices.includes(id));
}

/** Of a bridge that libvirt has made, the network knows them where the host does not tell. */
function addressesOf(link: HostLink, networks: readonly VirtualNetwork[]): string[] {
  if (link.addresses.length > 0) return link.addresses;
  const own = networks.filter(({ bridge, state }) => bridge === link.id && state === 'active');
  return own.flatMap(({ subnets }) => subnets.map(({ address }) => address));
}

function MachineTable({ links, networks, machines }: HostNetworkListProps): ReactNode {
  const { t } = useTranslation('hostNetwork');
  const openConsoles = useOpenConsoles();
  const places = [
    ...networks.map((network) => ({ network, name: network.name, usedBy: network.usedBy ?? [] })),
    ...links.map((link) => ({ network: null, name: link.id, usedBy: directMachines(link, networks) })),
  ].filter(({ network, usedBy }) => network !== null || usedBy.length > 0);
  return (
    <Table size="small" aria-label={t('whoIsWhere')}>
      <TableHead>
        <TableRow>
          <TableCell>{t('place')}</TableCell>
          <TableCell>{t('machine')}</TableCell>
          <TableCell>{t('link.state')}</TableCell>
          <TableCell>{t('link.addresses')}</TableCell>
          <TableCell>{t('link.mac')}</TableCell>
          <TableCell sx={{ width: 48 }}>
            <VisuallyHidden>{t('actions')}</VisuallyHidden>
          </TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {places
          .flatMap(({ network, name, usedBy }) =>
            (usedBy.length === 0 ? [null] : usedBy).map((card) => ({ network, name, card })),
          )
          .slice(0, MAX_ROWS)
          .map(({ network, name, card }) => (
            <TableRow key={`${network?.id ?? name} ${card?.id ?? ''}`} hover>
              <TableCell component="th" scope="row">
                {network === null ? (
                  name
                ) : (
                  <Link component={RouterLink} to={networkPath(network)}>
                    {name}
                  </Link>
                )}
              </TableCell>
              {card === null ? (
                <TableCell colSpan={5} sx={{ color: 'text.secondary' }}>
                  {t('nobody')}
                </TableCell>
              ) : (
                <MachineCells
                  card={card}
                  machine={machines.get(card.id)}
                  connectionId={(network ?? links[0])?.connectionId ?? ''}
                  onConsole={openConsoles}
                />
              )}
            </TableRow>
          ))}
      </TableBody>
    </Table>
  );
}

interface MachineCellsProps {
  card: NetworkMachine;
  machine: Machine | undefined;
  connectionId: string;
  onConsole: ReturnType<typeof useOpenConsoles>;
}

function MachineCells({ card, machine, connectionId, onConsole }: MachineCellsProps): ReactNode {
  const { t } = useTranslation('hostNetwork');
  const name = machine?.name ?? card.name;
  const state = machine?.state ?? (card.isRunning ? 'running' : 'stopped');
  return (
    <>
      <TableCell sx={{ overflowWrap: 'anywhere' }}>
        <Link component={RouterLink} to={machinePath({ connectionId, id: card.id })}>
          {name}
        </Link>
      </TableCell>
      <TableCell>
        <StateText state={state} text={t(`machines:states.${state}`)} hint="" isChanging={false} isStale={false} />
      </TableCell>
      <TableCell sx={{ fontFamily: monospace }}>{machine?.addresses.join(', ') ?? ''}</TableCell>
      <TableCell sx={{ fontFamily: monospace }}>{card.macs.join(', ')}</TableCell>
      <TableCell align="right" sx={{ py: 0 }}>
        {card.isRunning && (
          <IconButton
            size="small"
            aria-label={t('nodes.console', { name })}
            title={t('nodes.console', { name })}
            onClick={() => onConsole([{ connectionId, id: card.id }])}
          >
            <Icon path={mdiConsole} />
          </IconButton>
        )}
      </TableCell>
    </>
  );
}
