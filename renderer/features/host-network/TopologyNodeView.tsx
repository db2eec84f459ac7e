import {
  mdiBridge,
  mdiChevronDown,
  mdiChevronUp,
  mdiConsole,
  mdiExpansionCardVariant,
  mdiIpNetworkOutline,
  mdiLinkVariant,
} from '@mdi/js';
import { Box, ButtonBase, IconButton, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { HostLink, HostLinkKind } from '../../../shared/contract/host-links.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { NetworkMachine, VirtualNetwork } from '../../../shared/contract/networks.ts';
import { Icon } from '../../ui/icon.tsx';
import { useOpenConsoles } from '../consoles/use-open-consoles.ts';
import { machinePath } from '../machines/machine-path.ts';
import { StateDot } from '../machines/machine-state.tsx';
import { modeText, NetworkDot } from '../networks/network-columns.tsx';
import { networkPath } from '../networks/network-rows.ts';
import { linkKindText, linkStateText } from './link-text.ts';
import type { TopologyNode } from './topology.ts';

interface TopologyNodeViewProps {
  node: TopologyNode;
  /** Of a machine that the live list has. */
  machine: Machine | undefined;
  connectionId: string;
  onToggle: (key: string) => void;
}

/** A part of the picture: what it is, and the way to its page. */
export function TopologyNodeView({ node, machine, connectionId, onToggle }: TopologyNodeViewProps): ReactNode {
  switch (node.kind) {
    case 'link':
      return <LinkNode link={node.link} />;
    case 'network':
      return <NetworkNode network={node.network} />;
    case 'machine':
      return <MachineNode card={node.machine} machine={machine} connectionId={connectionId} />;
    case 'more':
      return <MoreNode what={node.what} hidden={node.hidden} onToggle={() => onToggle(node.of)} />;
  }
}

const frame = {
  width: '100%',
  height: '100%',
  display: 'flex',
  alignItems: 'center',
  justifyContent: 'flex-start',
  gap: 1,
  px: 1.25,
  border: 1,
  borderColor: 'divider',
  borderRadius: 1,
  bgcolor: 'background.paper',
  color: 'text.primary',
  textAlign: 'left',
  textDecoration: 'none',
  boxSizing: 'border-box',
} as const;
const reachable = {
  ...frame,
  '&:hover': { borderColor: 'primary.main' },
  '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: 1 },
} as const;

function Words({ title, text }: { title: string; text: string }): ReactNode {
  return (
    <Box sx={{ minWidth: 0, flex: 1 }}>
      <Typography variant="body2" noWrap title={title} sx={{ fontWeight: 550, lineHeight: 1.3 }}>
        {title}
      </Typography>
      <Typography
        variant="caption"
        noWrap
        title={text}
        color="text.secondary"
        sx={{ display: 'block', lineHeight: 1.3 }}
      >
        {text}
      </Typography>
    </Box>
  );
}

const linkIcons: Record<HostLinkKind, string> = {
  ethernet: mdiExpansionCardVariant,
  bridge: mdiBridge,
  bond: mdiLinkVariant,
  vlan: mdiLinkVariant,
  other: mdiExpansionCardVariant,
};

function LinkNode({ link }: { link: HostLink }): ReactNode {
  const { t } = useTranslation('hostNetwork');
  const words = [link.addresses[0] ?? '', linkKindText(link, t), linkStateText(link, t)];
  return (
    <Box sx={{ ...frame, ...(link.isUp === false && { borderStyle: 'dashed' }) }}>
      <Box sx={{ display: 'flex', color: link.isUp === false ? 'text.disabled' : 'text.secondary' }}>
        <Icon path={linkIcons[link.kind]} />
      </Box>
      <Words title={link.id} text={words.filter((word) => word !== '').join(' · ')} />
    </Box>
  );
}

function NetworkNode({ network }: { network: VirtualNetwork }): ReactNode {
  const { t } = useTranslation('networks');
  const [subnet] = network.subnets;
  const words = [modeText(network, t), subnet?.address ?? ''].filter((word) => word !== '');
  const state = t(`states.${network.state}`);
  return (
    <Box
      component={RouterLink}
      to={networkPath(network)}
      sx={reachable}
      aria-label={[t('hostNetwork:nodes.network', { name: network.name }), state, ...words].join(
        t('hostNetwork:separator'),
      )}
    >
      <Box sx={{ display: 'flex', color: 'text.secondary' }}>
        <Icon path={mdiIpNetworkOutline} />
      </Box>
      <Words title={network.name} text={words.join(' · ')} />
      <NetworkDot state={network.state} />
    </Box>
  );
}

interface MachineNodeProps {
  card: NetworkMachine;
  machine: Machine | undefined;
  connectionId: string;
}

function MachineNode({ card, machine, connectionId }: MachineNodeProps): ReactNode {
  const { t } = useTranslation('hostNetwork');
  const openConsoles = useOpenConsoles();
  const { id } = card;
  const state = machine?.state ?? (card.isRunning ? 'running' : 'stopped');
  const word = t(`machines:states.${state}`);
  const name = machine?.name ?? card.name;
  const addresses = machine?.addresses.join(', ') ?? '';
  return (
    <Box sx={{ position: 'relative', width: '100%', height: '100%' }}>
      <Box
        component={RouterLink}
        to={machinePath({ connectionId, id })}
        sx={{ ...reachable, ...(card.isRunning && { pr: 4.5 }) }}
        aria-label={[t('nodes.machine', { name }), word, addresses]
          .filter((part) => part !== '')
          .join(t('hostNetwork:separator'))}
      >
        <StateDot state={state} />
        <Words title={name} text={addresses === '' ? word : addresses} />
      </Box>
      {card.isRunning && (
        <IconButton
          size="small"
          aria-label={t('nodes.console', { name })}
          title={t('nodes.console', { name })}
          onClick={() => openConsoles([{ connectionId, id }])}
          sx={{ position: 'absolute', right: 4, top: 8 }}
        >
          <Icon path={mdiConsole} />
        </IconButton>
      )}
    </Box>
  );
}

interface MoreNodeProps {
  what: 'machines' | 'links';
  hidden: number;
  onToggle: () => void;
}

function MoreNode({ what, hidden, onToggle }: MoreNodeProps): ReactNode {
  const { t } = useTranslation('hostNetwork');
  return (
    <ButtonBase onClick={onToggle} aria-expanded={hidden === 0} sx={{ ...reachable, borderStyle: 'dashed' }}>
      <Icon path={hidden === 0 ? mdiChevronUp : mdiChevronDown} />
      <Typography variant="body2" noWrap>
        {hidden === 0 ? t('nodes.fewer') : t(`nodes.more.${what}`, { count: hidden })}
      </Typography>
    </ButtonBase>
  );
}
