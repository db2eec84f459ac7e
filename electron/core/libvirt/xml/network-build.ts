import { parseCidr } from '../../../../shared/model/ip-address.ts';
import {
  hasOwnBridge,
  networkFieldIsFor,
  type NewNetworkField,
  type NewNetworkKind,
  type NewNetworkValues,
} from '../../../../shared/model/new-network.ts';
import { quoteCommand } from '../../ssh/quote.ts';
import { renderXml, type XmlNode } from './render-xml.ts';

/** All that a new network is made from. */
interface NetworkPlan {
  id: string;
  kind: NewNetworkKind;
  values: NewNetworkValues;
  dns: boolean;
}

/** The XML by which a network is defined (https://libvirt.org/formatnetwork.html); fields of other kinds are left out. */
export function newNetworkXml({ id, kind, values, dns }: NetworkPlan): string {
  const value = (field: NewNetworkField): string | null =>
    networkFieldIsFor(kind, field) && values[field] !== '' ? values[field] : null;
  const name = value('bridge');
  const domain = value('domainName');
  return renderXml([
    'network',
    {},
    ['name', {}, values.name],
    ['uuid', {}, id],
    forwardNode(kind, value('device')),
    hasOwnBridge(kind) ? ['bridge', { name, stp: 'on', delay: 0 }] : name === null ? null : ['bridge', { name }],
    kind === 'openvswitch' ? ['virtualport', { type: 'openvswitch' }] : null,
    domain === null ? null : ['domain', { name: domain }],
    hasOwnBridge(kind) && !dns ? ['dns', { enable: 'no' }] : null,
    ipNode('ipv4', value('ipv4'), value('ipv4Start'), value('ipv4End')),
    ipNode('ipv6', value('ipv6'), value('ipv6Start'), value('ipv6End')),
  ]);
}

function forwardNode(kind: NewNetworkKind, device: string | null): XmlNode | null {
  switch (kind) {
    case 'isolated':
      return null;
    case 'nat':
    case 'route':
      return ['forward', { mode: kind, dev: device }];
    case 'open':
      return ['forward', { mode: kind }];
    case 'bridge':
    case 'openvswitch':
      return ['forward', { mode: 'bridge' }];
    case 'macvtap':
      return ['forward', { mode: 'bridge' }, ['interface', { dev: device }]];
    case 'hostdev':
      return ['forward', { mode: 'hostdev', managed: 'yes' }, ['pf', { dev: device }]];
  }
}

function ipNode(family: string, text: string | null, start: string | null, end: string | null): XmlNode | null {
  const prefix = text === null ? null : parseCidr(text)?.prefix;
  if (text === null || prefix === null || prefix === undefined) return null;
  const [address = ''] = text.split('/');
  const dhcp: XmlNode | null = start === null || end === null ? null : ['dhcp', {}, ['range', { start, end }]];
  return ['ip', { family, address, prefix }, dhcp];
}

/** The virsh commands, for a POSIX shell, that do with this XML what `create` does. `uri` as the host names its libvirt. */
export function newNetworkCommands(
  xml: string,
  { uri, name, start, autostart }: { uri: string; name: string; start: boolean; autostart: boolean },
): string {
  const virsh = (...argv: string[]): string => quoteCommand(['virsh', '-c', uri, ...argv]);
  return [
    `${virsh('net-define', '/dev/stdin')} <<'EOF'`,
    xml,
    'EOF',
    ...(start ? [virsh('net-start', '--', name)] : []),
    ...(autostart ? [virsh('net-autostart', '--', name)] : []),
  ].join('\n');
}
