import {
  formatIp,
  isInSubnet,
  overlaps,
  parseCidr,
  parseIp,
  usableRange,
  type CidrAddress,
  type IpAddress,
} from './ip-address.ts';

/** Kinds of networks that can be created, in the order in which forms show them. */
export const newNetworkKinds = [
  'nat',
  'route',
  'open',
  'isolated',
  'bridge',
  'openvswitch',
  'macvtap',
  'hostdev',
] as const;
export type NewNetworkKind = (typeof newNetworkKinds)[number];

/** Fields of a new network that are text, in the order in which forms show them. */
export const newNetworkFields = [
  'name',
  'bridge',
  'device',
  'ipv4',
  'ipv4Start',
  'ipv4End',
  'ipv6',
  'ipv6Start',
  'ipv6End',
  'domainName',
] as const;
export type NewNetworkField = (typeof newNetworkFields)[number];

/**
 * What a new network is made from. `bridge` is the one that the host makes (empty: libvirt picks a name) or, for
 * `bridge` and `openvswitch`, has; `device` is the way out; `ipv4` and `ipv6` are the host's own addresses with prefix,
 * empty for none; `Start` and `End` are what DHCP gives away, both empty for no DHCP.
 */
export type NewNetworkValues = Record<NewNetworkField, string>;

/** What the values must not clash with. */
export interface NetworkSurroundings {
  networks: readonly { name: string; bridge: string | null; subnets: readonly { address: string }[] }[];
  /** Null where the host does not tell of its interfaces. */
  interfaces: readonly { name: string; isBridge: boolean; addresses: readonly string[] }[] | null;
}

/** What is wrong with a field; `params` are for its text (networks:faults.<code>). */
export interface NetworkFault {
  code: NetworkFaultCode;
  params?: { name: string; address: string };
}

export type NetworkFaultCode =
  | 'nameEmpty'
  | 'nameCharacters'
  | 'nameTaken'
  | 'bridgeEmpty'
  | 'deviceEmpty'
  | 'interfaceCharacters'
  | 'interfaceTooLong'
  | 'bridgeTaken'
  | 'bridgeUnknown'
  | 'notABridge'
  | 'deviceUnknown'
  | 'addressEmpty'
  | 'addressShape4'
  | 'addressShape6'
  | 'notAHostAddress'
  | 'overlapsNetwork'
  | 'overlapsInterface'
  | 'dhcpPrefix6'
  | 'rangeIncomplete'
  | 'ipShape'
  | 'rangeOutside'
  | 'rangeOrder'
  | 'domainShape';

type Faults = Partial<Record<NewNetworkField, NetworkFault>>;

/** The kernel's limit, without its closing NUL. */
const MAX_INTERFACE_NAME = 15;
/** dnsmasq serves no longer prefix by DHCPv6. */
const MAX_DHCP_PREFIX6 = 64;
const MAX_NAME_LENGTH = 200;
const kindsOnOwnBridge: ReadonlySet<NewNetworkKind> = new Set(['nat', 'route', 'open', 'isolated']);

/** True where the host makes a bridge for the network, with addresses, DHCP and DNS. */
export function hasOwnBridge(kind: NewNetworkKind): boolean {
  return kindsOnOwnBridge.has(kind);
}

/** Whether a kind can have a field at all. */
export function networkFieldIsFor(kind: NewNetworkKind, field: NewNetworkField): boolean {
  if (field === 'name') return true;
  if (field === 'device') return kind === 'nat' || kind === 'route' || kind === 'macvtap' || kind === 'hostdev';
  if (field === 'bridge') return kind !== 'macvtap' && kind !== 'hostdev';
  return hasOwnBridge(kind);
}

/** What is wrong with the values of a new network, by field. */
export function newNetworkFaults(
  kind: NewNetworkKind,
  values: NewNetworkValues,
  surroundings: NetworkSurroundings,
): Faults {
  const faults: Partial<Record<NewNetworkField, NetworkFault | null>> = {
    name: nameFault(values.name, surroundings),
    bridge: bridgeFault(kind, values.bridge, surroundings),
    device: deviceFault(kind, values.device, surroundings),
    ...subnetFaults(kind, 4, values, surroundings),
    ...subnetFaults(kind, 6, values, surroundings),
    domainName: isDomainName(values.domainName) ? null : { code: 'domainShape' },
  };
  if ((kind === 'nat' || kind === 'route') && values.ipv4 === '' && values.ipv6 === '') {
    faults.ipv4 = { code: 'addressEmpty' };
  }
  return Object.fromEntries(
    newNetworkFields.flatMap((field) => {
      const fault = faults[field] ?? null;
      return fault === null || !networkFieldIsFor(kind, field) ? [] : [[field, fault]];
    }),
  );
}

function nameFault(name: string, { networks }: NetworkSurroundings): NetworkFault | null {
  if (name === '') return { code: 'nameEmpty' };
  // libvirt keeps it in a file of this name.
  if (/[/\p{Cc}]/u.test(name) || name !== name.trim() || name.length > MAX_NAME_LENGTH || /^\.+$/.test(name)) {
    return { code: 'nameCharacters' };
  }
  return networks.some((network) => network.name === name) ? { code: 'nameTaken' } : null;
}

function interfaceNameFault(name: string): NetworkFault | null {
  if (/[\s/:%\p{Cc}]/u.test(name) || name === '.' || name === '..') return { code: 'interfaceCharacters' };
  return new TextEncoder().encode(name).length > MAX_INTERFACE_NAME ? { code: 'interfaceTooLong' } : null;
}

function bridgeFault(kind: NewNetworkKind, name: string, surroundings: NetworkSurroundings): NetworkFault | null {
  const { networks, interfaces } = surroundings;
  if (name === '') return hasOwnBridge(kind) ? null : { code: 'bridgeEmpty' };
  const fault = interfaceNameFault(name);
  if (fault !== null) return fault;
  const present = interfaces?.find((each) => each.name === name);
  if (hasOwnBridge(kind)) {
    const isTaken = present !== undefined || networks.some(({ bridge }) => bridge === name);
    return isTaken ? { code: 'bridgeTaken' } : null;
  }
  // Open vSwitch's own bridges are no bridges to others, and may not be listed.
  if (kind === 'openvswitch' || interfaces === null) return null;
  if (present === undefined) return { code: 'bridgeUnknown' };
  return present.isBridge ? null : { code: 'notABridge' };
}

function deviceFault(kind: NewNetworkKind, name: string, { interfaces }: NetworkSurroundings): NetworkFault | null {
  if (name === '') return kind === 'macvtap' || kind === 'hostdev' ? { code: 'deviceEmpty' } : null;
  const fault = interfaceNameFault(name);
  if (fault !== null) return fault;
  return interfaces === null || interfaces.some((each) => each.name === name) ? null : { code: 'deviceUnknown' };
}

function subnetFaults(
  kind: NewNetworkKind,
  family: 4 | 6,
  values: NewNetworkValues,
  surroundings: NetworkSurroundings,
): Partial<Record<NewNetworkField, NetworkFault | null>> {
  const [field, startField, endField] =
    family === 4 ? (['ipv4', 'ipv4Start', 'ipv4End'] as const) : (['ipv6', 'ipv6Start', 'ipv6End'] as const);
  const text = values[field];
  if (text === '' || !hasOwnBridge(kind)) return {};
  const subnet = parseCidr(text);
  if (subnet?.family !== family) return { [field]: { code: family === 4 ? 'addressShape4' : 'addressShape6' } };
  const [start, end] = [values[startField], values[endField]];
  const range = rangeFaults(subnet, start, end);
  const hasDhcp = start !== '' || end !== '';
  const fault = addressFault(subnet) ?? clash(subnet, surroundings);
  const prefix: NetworkFault | null =
    family === 6 && hasDhcp && subnet.prefix > MAX_DHCP_PREFIX6 ? { code: 'dhcpPrefix6' } : null;
  return { [field]: fault ?? prefix, [startField]: range.start, [endField]: range.end };
}

/** The host itself needs an address that a machine could have. */
function addressFault(subnet: CidrAddress): NetworkFault | null {
  const { first, last } = usableRange(subnet);
  return subnet.value < first.value || subnet.value > last.value ? { code: 'notAHostAddress' } : null;
}

function clash(subnet: CidrAddress, { networks, interfaces }: NetworkSurroundings): NetworkFault | null {
  const isSame = (address: string): boolean => {
    const other = parseCidr(address);
    return other !== null && overlaps(subnet, other);
  };
  for (const { name, subnets } of networks) {
    const found = subnets.find(({ address }) => isSame(address));
    if (found !== undefined) return { code: 'overlapsNetwork', params: { name, address: found.address } };
  }
  for (const { name, addresses } of interfaces ?? []) {
    const address = addresses.find(isSame);
    if (address !== undefined) return { code: 'overlapsInterface', params: { name, address } };
  }
  return null;
}

/** What is wrong with the range that DHCP gives away in a subnet; both ends empty are no range. */
export function rangeFaults(
  subnet: CidrAddress,
  startText: string,
  endText: string,
): { start: NetworkFault | null; end: NetworkFault | null } {
  if (startText === '' && endText === '') return { start: null, end: null };
  const [start, end] = [parseIp(startText), parseIp(endText)];
  const faultOf = (text: string, ip: IpAddress | null): NetworkFault | null => {
    if (text === '') return { code: 'rangeIncomplete' };
    if (ip?.family !== subnet.family) return { code: 'ipShape' };
    return isInSubnet(subnet, ip) ? null : { code: 'rangeOutside' };
  };
  const faults = { start: faultOf(startText, start), end: faultOf(endText, end) };
  const isTurned = start !== null && end !== null && start.value > end.value;
  return faults.start === null && faults.end === null && isTurned
    ? { start: null, end: { code: 'rangeOrder' } }
    : faults;
}

/** The range that is proposed for a subnet: all but the host's own address, which is mostly the first. */
export function proposedRange(text: string): { start: string; end: string } | null {
  const subnet = parseCidr(text);
  if (subnet === null) return null;
  const { first, last } = usableRange(subnet);
  const { family } = subnet;
  if (first.value >= last.value) return null;
  // Of an IPv6 subnet a few are enough.
  const end = family === 4 ? last.value : first.value + 0xfffen;
  const start = subnet.value === first.value ? first.value + 1n : first.value;
  return start > end ? null : { start: formatIp({ family, value: start }), end: formatIp({ family, value: end }) };
}

/** The first of the subnets 192.168.100.0/24 to 192.168.254.0/24 that nothing known uses; empty where all are used. */
export function proposedSubnet(surroundings: NetworkSurroundings): string {
  for (let third = 100; third < 255; third++) {
    const text = `192.168.${third}.1/24`;
    const subnet = parseCidr(text);
    if (subnet !== null && clash(subnet, surroundings) === null) return text;
  }
  return '';
}

/** A DNS name, or none. */
export function isDomainName(text: string): boolean {
  const label = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?';
  return text === '' || (text.length <= 253 && new RegExp(`^${label}(\\.${label})*$`, 'i').test(text));
}
