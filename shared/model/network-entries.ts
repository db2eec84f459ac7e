import { isInSubnet, parseCidr, parseIp } from './ip-address.ts';
import { macFault } from './mac-address.ts';
import { isDomainName, rangeFaults } from './new-network.ts';

/** Lists of a network that are changed entry by entry while it runs, with the fields of their entries. */
export const networkEntryFields = {
  dhcpRange: ['start', 'end'],
  dhcpHost: ['mac', 'duid', 'name', 'address'],
  dnsHost: ['address', 'names'],
  dnsService: ['service', 'protocol', 'domain', 'target', 'port', 'priority', 'weight'],
  dnsText: ['name', 'value'],
  portGroup: [
    'name',
    'default',
    'vlans',
    'inboundAverage',
    'inboundPeak',
    'inboundBurst',
    'outboundAverage',
    'outboundPeak',
    'outboundBurst',
  ],
} as const;
export type NetworkSection = keyof typeof networkEntryFields;
export const networkSections = Object.keys(networkEntryFields) as NetworkSection[];

/** The fields of an entry as text; one that is not there, or empty, is not set. */
export type EntryValues = Record<string, string>;

/** An entry of a network. */
export interface NetworkEntryInit {
  section: NetworkSection;
  /** The host's address, with prefix, in the subnet that it belongs to; null outside of DHCP. */
  subnet: string | null;
  values: EntryValues;
}

export type EntryFaultCode =
  | 'fieldEmpty'
  | 'mac'
  | 'macGroup'
  | 'macTaken'
  | 'macOrName'
  | 'duidOrName'
  | 'duidShape'
  | 'hostNameShape'
  | 'ipShape'
  | 'rangeIncomplete'
  | 'rangeOutside'
  | 'rangeOrder'
  | 'rangeOverlaps'
  | 'addressTaken'
  | 'ownAddress'
  | 'namesEmpty'
  | 'domainShape'
  | 'wordShape'
  | 'number16'
  | 'needsTarget'
  | 'entryTaken'
  | 'textShape'
  | 'vlansShape'
  | 'rateShape'
  | 'needsAverage';

/** True for a section whose entries belong to a subnet. */
export function isOfSubnet(section: NetworkSection): boolean {
  return section === 'dhcpRange' || section === 'dhcpHost';
}

/** The fields that an entry can have: a reservation goes by MAC address in IPv4 and by DUID in IPv6. */
export function entryFieldsFor(section: NetworkSection, subnet: string | null): readonly string[] {
  if (section !== 'dhcpHost') return networkEntryFields[section];
  const isIpv6 = subnet !== null && parseCidr(subnet)?.family === 6;
  return networkEntryFields.dhcpHost.filter((field) => field !== (isIpv6 ? 'mac' : 'duid'));
}

/** What is wrong with an entry, by field. `others` are the entries of the network without the one that it replaces. */
export function entryFaults(
  entry: NetworkEntryInit,
  others: readonly NetworkEntryInit[],
): Record<string, EntryFaultCode> {
  const like = others.filter(({ section, subnet }) => section === entry.section && subnet === entry.subnet);
  const found = judges[entry.section](entry, like);
  for (const field of entryFieldsFor(entry.section, entry.subnet)) {
    if (/\p{Cc}/u.test(entry.values[field] ?? '')) found[field] = 'textShape';
  }
  return Object.fromEntries(Object.entries(found).filter(([, fault]) => fault !== null)) as Record<
    string,
    EntryFaultCode
  >;
}

type Found = Record<string, EntryFaultCode | null>;
type Judge = (entry: NetworkEntryInit, like: readonly NetworkEntryInit[]) => Found;

const judges: Record<NetworkSection, Judge> = {
  dhcpRange: judgeRange,
  dhcpHost: judgeReservation,
  dnsHost: ({ values }, like) => {
    const { address = '', names = '' } = values;
    const isTaken = like.some((each) => each.values['address'] === address);
    return {
      address: address === '' ? 'fieldEmpty' : parseIp(address) === null ? 'ipShape' : isTaken ? 'entryTaken' : null,
      names: names.trim() === '' ? 'namesEmpty' : wordsOf(names).every(isDomainName) ? null : 'domainShape',
    };
  },
  dnsService: judgeService,
  dnsText: ({ values }, like) => {
    const { name = '' } = values;
    const isTaken = like.some((each) => each.values['name'] === name);
    return {
      name: name === '' ? 'fieldEmpty' : /[\s,]/.test(name) ? 'wordShape' : isTaken ? 'entryTaken' : null,
      value: values['value'] === undefined || values['value'] === '' ? 'fieldEmpty' : null,
    };
  },
  portGroup: judgePortGroup,
};

function judgeRange({ subnet, values }: NetworkEntryInit, like: readonly NetworkEntryInit[]): Found {
  const own = subnet === null ? null : parseCidr(subnet);
  const { start = '', end = '' } = values;
  if (own === null) return {};
  if (start === '' && end === '') return { start: 'fieldEmpty', end: 'fieldEmpty' };
  const faults = rangeFaults(own, start, end);
  const codes = { start: codeOf(faults.start?.code), end: codeOf(faults.end?.code) };
  if (codes.start !== null || codes.end !== null) return codes;
  const [first, last] = [valueOf(start), valueOf(end)];
  const isOverlapping = like.some(
    (each) => valueOf(each.values['start'] ?? '') <= last && valueOf(each.values['end'] ?? '') >= first,
  );
  return { start: isOverlapping ? 'rangeOverlaps' : null };
}

/** The faults of a range that an entry can have, too. */
function codeOf(code: string | undefined): EntryFaultCode | null {
  const known = (['ipShape', 'rangeIncomplete', 'rangeOutside', 'rangeOrder'] as const).find((each) => each === code);
  return known ?? null;
}

function judgeReservation({ subnet, values }: NetworkEntryInit, like: readonly NetworkEntryInit[]): Found {
  const own = subnet === null ? null : parseCidr(subnet);
  if (own === null) return {};
  const { mac = '', duid = '', name = '', address = '' } = values;
  const ip = parseIp(address);
  const has = (field: string, value: string): boolean =>
    like.some((each) => (each.values[field] ?? '').toLowerCase() === value.toLowerCase());
  const found: Found = {
    name: name === '' || isDomainName(name) ? null : 'hostNameShape',
    address:
      address === ''
        ? 'fieldEmpty'
        : ip?.family !== own.family
          ? 'ipShape'
          : !isInSubnet(own, ip)
            ? 'rangeOutside'
            : ip.value === own.value
              ? 'ownAddress'
              : has('address', address)
                ? 'addressTaken'
                : null,
  };
  if (own.family === 6) {
    const isDuid = /^[0-9a-f]{1,2}(:[0-9a-f]{1,2})+$/i.test(duid);
    found['duid'] = duid === '' ? (name === '' ? 'duidOrName' : null) : isDuid ? null : 'duidShape';
  } else if (mac === '') found['mac'] = name === '' ? 'macOrName' : null;
  else found['mac'] = macFault(mac) ?? (has('mac', mac) ? 'macTaken' : null);
  return found;
}

function judgeService({ values }: NetworkEntryInit, like: readonly NetworkEntryInit[]): Found {
  const { service = '', protocol = '', domain = '', target = '' } = values;
  const isWord = (text: string): boolean => /^[\w-]+$/.test(text);
  const number = (field: string): EntryFaultCode | null => {
    const text = values[field] ?? '';
    if (text === '') return null;
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) return 'number16';
    return target === '' ? 'needsTarget' : null;
  };
  const isTaken = like.some((each) => fieldsEqual('dnsService', each.values, values));
  return {
    service: service === '' ? 'fieldEmpty' : !isWord(service) ? 'wordShape' : isTaken ? 'entryTaken' : null,
    protocol: protocol === '' ? 'fieldEmpty' : isWord(protocol) ? null : 'wordShape',
    domain: isDomainName(domain) ? null : 'domainShape',
    target: target === '.' || isDomainName(target) ? null : 'domainShape',
    port: number('port'),
    priority: number('priority'),
    weight: number('weight'),
  };
}

function judgePortGroup({ values }: NetworkEntryInit, like: readonly NetworkEntryInit[]): Found {
  const { name = '', vlans = '' } = values;
  const isTaken = like.some((each) => each.values['name'] === name);
  const isVlan = (text: string): boolean => /^\d{1,4}$/.test(text) && Number(text) < 4_096;
  const found: Found = {
    name: name === '' ? 'fieldEmpty' : isTaken ? 'entryTaken' : name === name.trim() ? null : 'textShape',
    vlans: wordsOf(vlans).every(isVlan) ? null : 'vlansShape',
  };
  return { ...found, ...rateFaults(values) };
}

/** What is wrong with the limits of both directions, by field: `inboundAverage` to `outboundBurst`. */
export function rateFaults(values: EntryValues): Record<string, 'rateShape' | 'needsAverage' | null> {
  const found: Record<string, 'rateShape' | 'needsAverage' | null> = {};
  for (const way of ['inbound', 'outbound']) {
    const fields = [`${way}Average`, `${way}Peak`, `${way}Burst`];
    for (const field of fields) found[field] = isRate(values[field] ?? '') ? null : 'rateShape';
    const [average = '', ...rest] = fields;
    const isNeeded = (values[average] ?? '') === '' && rest.some((field) => (values[field] ?? '') !== '');
    if (isNeeded) found[average] = 'needsAverage';
  }
  return found;
}

/** Kilobytes, or kilobytes in a second, as libvirt counts them. */
function isRate(text: string): boolean {
  return text === '' || (/^[1-9]\d*$/.test(text) && Number(text) <= 0xffff_ffff);
}

/** Names or numbers that are parted by spaces or commas. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

/** True where two entries of a section say the same. */
export function fieldsEqual(section: NetworkSection, one: EntryValues, other: EntryValues): boolean {
  return networkEntryFields[section].every((field) => (one[field] ?? '') === (other[field] ?? ''));
}

function valueOf(address: string): bigint {
  return parseIp(address)?.value ?? -1n;
}
