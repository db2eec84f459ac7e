/** An IPv4 or IPv6 address as a number of 32 or 128 bits. */
export interface IpAddress {
  family: 4 | 6;
  value: bigint;
}

/** An address with the length of the prefix of its subnet, e.g. `192.168.122.1/24`. */
export interface CidrAddress extends IpAddress {
  prefix: number;
}

/** Null for text that is no address. */
export function parseIp(text: string): IpAddress | null {
  const value = text.includes(':') ? valueOf6(text) : valueOf4(text);
  return value === null ? null : { family: text.includes(':') ? 6 : 4, value };
}

/** Null for text that is no address with a prefix. */
export function parseCidr(text: string): CidrAddress | null {
  const [address = '', prefixText = '', ...rest] = text.split('/');
  const ip = parseIp(address);
  if (ip === null || rest.length > 0 || !/^\d{1,3}$/.test(prefixText)) return null;
  const prefix = Number(prefixText);
  return prefix > bitsOf(ip) ? null : { ...ip, prefix };
}

/** True where two subnets have addresses in common. */
export function overlaps(one: CidrAddress, other: CidrAddress): boolean {
  if (one.family !== other.family) return false;
  const prefix = Math.min(one.prefix, other.prefix);
  return subnetStart({ ...one, prefix }) === subnetStart({ ...other, prefix });
}

export function isInSubnet(subnet: CidrAddress, ip: IpAddress): boolean {
  return overlaps(subnet, { ...ip, prefix: bitsOf(ip) });
}

/** The addresses of a subnet that machines can have: for IPv4 without the first and the last, for IPv6 without the first. */
export function usableRange(subnet: CidrAddress): { first: IpAddress; last: IpAddress } {
  const { family } = subnet;
  const start = subnetStart(subnet);
  const end = start + (1n << BigInt(bitsOf(subnet) - subnet.prefix)) - 1n;
  return { first: { family, value: start + 1n }, last: { family, value: family === 4 ? end - 1n : end } };
}

/** The usual writing; IPv6 as RFC 5952 wants it. */
export function formatIp({ family, value }: IpAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  let longest = { at: -1, length: 1 };
  for (let at = 0; at < groups.length; at++) {
    const end = groups.findIndex((group, index) => index >= at && group !== '0');
    const length = (end === -1 ? groups.length : end) - at;
    if (length > longest.length) longest = { at, length };
  }
  if (longest.at === -1) return groups.join(':');
  return `${groups.slice(0, longest.at).join(':')}::${groups.slice(longest.at + longest.length).join(':')}`;
}

function bitsOf({ family }: IpAddress): number {
  return family === 4 ? 32 : 128;
}

function subnetStart(subnet: CidrAddress): bigint {
  const hostBits = BigInt(bitsOf(subnet) - subnet.prefix);
  return (subnet.value >> hostBits) << hostBits;
}

function valueOf4(text: string): bigint | null {
  const parts = text.split('.');
  // Leading zeros are octal to some and decimal to others.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function valueOf6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map(groupsOf);
  if (head === null || head === undefined || tail === null) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** The groups of one side of `::`; the last may be an IPv4 address, which is two. */
function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const embedded = index === parts.length - 1 ? valueOf4(part) : null;
    if (embedded === null) return null;
    groups.push(Number(embedded >> 16n), Number(embedded & 0xffffn));
  }
  return groups;
}
