import { parseIp } from './ip-address.ts';

/** What becomes of a packet; from libvirt's nwfilter schema. */
export const filterRuleActions = ['accept', 'drop', 'reject', 'return', 'continue'] as const;

/** Seen from the machine: `in` goes to it. */
export const filterDirections = ['in', 'out', 'inout'] as const;

/** Protocols that a rule looks at; of those that are not here a rule is shown, and kept as it is. */
export const filterProtocols = [
  ...['all', 'tcp', 'udp', 'icmp', 'igmp', 'sctp', 'esp', 'ah', 'udplite'],
  ...['all-ipv6', 'tcp-ipv6', 'udp-ipv6', 'icmpv6', 'sctp-ipv6', 'esp-ipv6', 'ah-ipv6', 'udplite-ipv6'],
  ...['mac', 'vlan', 'arp', 'rarp', 'ip', 'ipv6'],
] as const;

/** A rule of a filter. */
export interface FilterRule {
  kind: 'rule';
  action: string;
  direction: string;
  /** From -1000, the first, to 1000; null for libvirt's own, 500. */
  priority: number | null;
  /** Answers to what was let through are let through, too. */
  isStateful: boolean;
  /** Name of the element that tells what the rule is for; empty for everything. */
  protocol: string;
  /** The rule is for what does not match. */
  isInverted: boolean;
  /** The attributes of that element. */
  values: Record<string, string>;
}

/** Rules of another filter, which stand here, too. */
export interface FilterReference {
  kind: 'reference';
  filter: string;
  /** Values for its variables, e.g. IP; a variable with several has several entries. */
  parameters: { name: string; value: string }[];
}

export type FilterEntry = FilterRule | FilterReference;

/** What a field of a rule holds. */
type FieldKind =
  | 'ipv4'
  | 'ipv6'
  | 'mac'
  | 'port'
  | 'byte'
  | 'dscp'
  | 'count'
  | 'vlan'
  | 'etherType'
  | 'opcode'
  | 'ipProtocol'
  | 'text';

interface RuleField {
  id: string;
  /** The second attribute follows in the same line after `separator`: a mask, or the end of a range. */
  attributes: readonly [string] | readonly [string, string];
  separator?: '/' | '-';
  kind: FieldKind;
}

const macs: RuleField[] = [
  { id: 'sourceMac', attributes: ['srcmacaddr', 'srcmacmask'], separator: '/', kind: 'mac' },
  { id: 'destinationMac', attributes: ['dstmacaddr', 'dstmacmask'], separator: '/', kind: 'mac' },
];
const sourceMac: RuleField = { id: 'sourceMac', attributes: ['srcmacaddr'], kind: 'mac' };
const ports: RuleField[] = [
  { id: 'sourcePort', attributes: ['srcportstart', 'srcportend'], separator: '-', kind: 'port' },
  { id: 'destinationPort', attributes: ['dstportstart', 'dstportend'], separator: '-', kind: 'port' },
];
const addresses = (kind: 'ipv4' | 'ipv6'): RuleField[] => [
  { id: 'source', attributes: ['srcipaddr', 'srcipmask'], separator: '/', kind },
  { id: 'destination', attributes: ['dstipaddr', 'dstipmask'], separator: '/', kind },
];
const ranges = (kind: 'ipv4' | 'ipv6'): RuleField[] => [
  { id: 'sourceRange', attributes: ['srcipfrom', 'srcipto'], separator: '-', kind },
  { id: 'destinationRange', attributes: ['dstipfrom', 'dstipto'], separator: '-', kind },
];
const dscp: RuleField = { id: 'dscp', attributes: ['dscp'], kind: 'dscp' };
const state: RuleField = { id: 'state', attributes: ['state'], kind: 'text' };
const connections: RuleField = { id: 'connections', attributes: ['connlimit-above'], kind: 'count' };
const icmp: RuleField[] = [
  { id: 'icmpType', attributes: ['type'], kind: 'byte' },
  { id: 'icmpCode', attributes: ['code'], kind: 'byte' },
];
const icmpRanges: RuleField[] = [
  { id: 'icmpType', attributes: ['type', 'typeend'], separator: '-', kind: 'byte' },
  { id: 'icmpCode', attributes: ['code', 'codeend'], separator: '-', kind: 'byte' },
];
const ipProtocol: RuleField = { id: 'ipProtocol', attributes: ['protocol'], kind: 'ipProtocol' };
const arp: RuleField[] = [
  { id: 'arpSourceMac', attributes: ['arpsrcmacaddr'], kind: 'mac' },
  { id: 'arpSource', attributes: ['arpsrcipaddr'], kind: 'ipv4' },
  { id: 'arpDestinationMac', attributes: ['arpdstmacaddr'], kind: 'mac' },
  { id: 'arpDestination', attributes: ['arpdstipaddr'], kind: 'ipv4' },
  { id: 'opcode', attributes: ['opcode'], kind: 'opcode' },
];

/** What a rule of a protocol can look at, in the order of its form. None for a protocol that has no form. */
export function ruleFieldsOf(protocol: string): readonly RuleField[] {
  const [base = '', version] = protocol.split('-');
  switch (base) {
    case 'mac':
      return [...macs, { id: 'etherType', attributes: ['protocolid'], kind: 'etherType' }];
    case 'vlan':
      return [
        ...macs,
        { id: 'vlan', attributes: ['vlanid'], kind: 'vlan' },
        { id: 'encapsulated', attributes: ['encap-protocol'], kind: 'etherType' },
      ];
    case 'arp':
    case 'rarp':
      return [...arp, ...macs];
    case 'ip':
      return [...addresses('ipv4'), ipProtocol, ...ports, dscp, ...macs];
    case 'ipv6':
      return [...addresses('ipv6'), ipProtocol, ...ports, ...icmpRanges, ...macs];
    case 'icmpv6':
      return [...icmp, ...addresses('ipv6'), ...ranges('ipv6'), sourceMac, dscp];
  }
  if (!filterProtocols.some((each) => each === protocol)) return [];
  const kind = version === 'ipv6' ? 'ipv6' : 'ipv4';
  return [
    ...(base === 'tcp' || base === 'udp' || base === 'sctp' ? ports : []),
    ...(base === 'icmp' ? icmp : []),
    ...addresses(kind),
    ...(kind === 'ipv4' ? [state] : []),
    ...(base === 'tcp' ? [{ id: 'tcpFlags', attributes: ['flags'], kind: 'text' } as const] : []),
    ...ranges(kind),
    sourceMac,
    ...(kind === 'ipv4' ? [connections] : []),
    dscp,
  ];
}

/** What stands in a field, as a person types it, e.g. `10.0.0.0/8` or `8000-8100`. */
export function fieldText({ attributes, separator }: RuleField, values: Record<string, string>): string {
  const [first, second] = attributes;
  const end = second === undefined ? '' : (values[second] ?? '');
  return `${values[first] ?? ''}${end === '' ? '' : `${separator ?? ''}${end}`}`;
}

/** The values with what a person has typed into a field. */
export function withFieldText(field: RuleField, values: Record<string, string>, text: string): Record<string, string> {
  const { attributes, separator } = field;
  const [first, second] = attributes;
  const at = separator === undefined || second === undefined ? -1 : text.indexOf(separator);
  const parts = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  const typed = [first, second].map((name, index) => [name ?? '', (parts[index] ?? '').trim()] as const);
  const kept = Object.entries(values).filter(([name]) => name !== first && name !== second);
  return Object.fromEntries([...kept, ...typed.filter(([name, value]) => name !== '' && value !== '')]);
}

/** Names a text (networkFilters:faults.<fault>). */
export type FilterFault =
  | FieldKind
  | 'state'
  | 'tcpFlags'
  | 'priority'
  | 'range'
  | 'filterName'
  | 'filterEmpty'
  | 'parameter'
  | 'chain'
  | 'taken';

/** What libvirt takes in place of any value: a variable, which each network card fills. */
const variable = /^\$ *[a-zA-Z0-9_]+(\[ *@?\d+ *\])? *$/;
const opcode =
  /^([Rr]eply|[Rr]equest|[Rr]equest_[Rr]everse|[Rr]eply_[Rr]everse|DRARP_[Rr]equest|DRARP_[Rr]eply|DRARP_[Ee]rror|InARP_[Rr]equest|ARP_NAK)$/;
const flag = '(SYN|ACK|URG|PSH|FIN|RST)';
const flags = `(${flag}(,${flag})*|ALL|NONE)`;
const tcpFlags = new RegExp(`^${flags}/${flags}$`);
const stateNames = '(NEW|ESTABLISHED|RELATED|INVALID)';
const states = new RegExp(`^(${stateNames}(,${stateNames})*|NONE)$`);

/** What is wrong with a field's value; null where nothing is, or nothing is entered. */
export function fieldFault(field: RuleField, values: Record<string, string>): FilterFault | null {
  const [first, second] = field.attributes;
  const value = values[first] ?? '';
  const end = second === undefined ? '' : (values[second] ?? '');
  if (value === '') return end === '' ? null : field.kind === 'text' ? 'state' : field.kind;
  if (field.id === 'state') return states.test(value) ? null : 'state';
  if (field.id === 'tcpFlags') return tcpFlags.test(value) ? null : 'tcpFlags';
  if (!isValid(field.kind, value)) return field.kind;
  if (end === '') return null;
  if (field.separator === '/') return isMask(field.kind, end) ? null : field.kind;
  if (!isValid(field.kind, end)) return field.kind;
  const isNumbers = /^\d+$/.test(value) && /^\d+$/.test(end);
  return isNumbers && Number(value) > Number(end) ? 'range' : null;
}

function isValid(kind: FieldKind, value: string): boolean {
  if (variable.test(value)) return true;
  switch (kind) {
    case 'ipv4':
    case 'ipv6':
      return parseIp(value)?.family === (kind === 'ipv4' ? 4 : 6);
    case 'mac':
      return /^([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i.test(value);
    case 'port':
    case 'count':
      return isNumber(value, 0, 65_535);
    case 'byte':
      return isNumber(value, 0, 255);
    case 'dscp':
      return isNumber(value, 0, 63);
    case 'vlan':
      return isNumber(value, 0, 4_095);
    case 'etherType':
      return ['arp', 'rarp', 'ipv4', 'ipv6', 'vlan'].includes(value) || isNumber(value, 1_536, 65_535);
    case 'opcode':
      return opcode.test(value) || isNumber(value, 0, 65_535);
    case 'ipProtocol':
      return /^(tcp|udp|udplite|esp|ah|icmp|igmp|sctp|icmpv6)$/.test(value) || isNumber(value, 0, 255);
    case 'text':
      return true;
  }
}

function isMask(kind: FieldKind, value: string): boolean {
  if (kind === 'mac') return isValid('mac', value);
  return isNumber(value, 0, kind === 'ipv4' ? 32 : 128) || isValid(kind, value);
}

function isNumber(value: string, least: number, most: number): boolean {
  const number = /^(\d{1,5}|0x[0-9a-f]{1,4})$/i.test(value) ? Number(value) : Number.NaN;
  return number >= least && number <= most;
}

/** What is wrong with an entry, by field; empty where nothing is. */
export function entryFaults(entry: FilterEntry): Record<string, FilterFault> {
  const faults: Record<string, FilterFault> = {};
  if (entry.kind === 'reference') {
    if (entry.filter === '') faults['filter'] = 'filterEmpty';
    if (!entry.parameters.every(isParameter)) faults['parameters'] = 'parameter';
    return faults;
  }
  if (!isPriority(entry.priority)) faults['priority'] = 'priority';
  for (const field of ruleFieldsOf(entry.protocol)) {
    const fault = fieldFault(field, entry.values);
    if (fault !== null) faults[field.id] = fault;
  }
  return faults;
}

/** Whether libvirt takes it as the value of a variable. */
export function isParameter({ name, value }: { name: string; value: string }): boolean {
  return /^[a-zA-Z0-9_]{1,64}$/.test(name) && /^[a-zA-Z0-9_.:]{1,255}$/.test(value);
}

/** Whether it is a priority that libvirt takes; null is its own. */
export function isPriority(priority: number | null): boolean {
  return priority === null || (Number.isInteger(priority) && priority >= -1_000 && priority <= 1_000);
}

/** The chains that libvirt knows; a name may go on behind all but the first, e.g. `arp-mine`. */
export const filterChains = ['root', 'mac', 'vlan', 'stp', 'arp', 'rarp', 'ipv4', 'ipv6'] as const;

/** What is wrong with the name of a chain; null where nothing is. */
export function chainFault(chain: string): 'chain' | null {
  const isKnown = chain === 'root' || /^(mac|stp|vlan|arp|rarp|ipv4|ipv6)[a-zA-Z0-9_.:-]{0,9}$/.test(chain);
  return isKnown && chain.length <= 12 ? null : 'chain';
}

/** What is wrong with the name of a new filter; null where nothing is. */
export function filterNameFault(name: string, taken: readonly string[]): 'filterName' | 'taken' | null {
  if (!/^[\p{L}_][\p{L}\p{N}._-]{0,254}$/u.test(name)) return 'filterName';
  return taken.includes(name) ? 'taken' : null;
}
