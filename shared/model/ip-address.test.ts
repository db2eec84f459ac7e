import fc from 'fast-check';
import { isIPv4, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { formatIp, isInSubnet, overlaps, parseCidr, parseIp, usableRange, type CidrAddress } from './ip-address.ts';

const cidr = (text: string): CidrAddress => {
  const parsed = parseCidr(text);
  if (parsed === null) throw new Error(`no CIDR: ${text}`);
  return parsed;
};

describe('addresses', () => {
  it('are those that Node takes for some', () => {
    const part = fc.constantFrom('', ':', '::', '.', '0', '1', '01', '255', '256', 'a', 'ffff', 'fffff', 'g', '/');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
          fc.ipV4(),
          fc.ipV6(),
        ),
        (text) => {
          expect(parseIp(text) !== null, text).toBe(isIPv4(text) || isIPv6(text));
        },
      ),
    );
  });

  it('are read back as they are written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const ip = parseIp(text);
        expect(ip === null ? null : parseIp(formatIp(ip))).toEqual(ip);
      }),
    );
  });

  it.each([
    ['FD00:0:0:1:0:0:0:1', 'fd00:0:0:1::1'],
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:2:0:3:0:4:0', '1:0:2:0:3:0:4:0'],
    ['fe80:0:0:0:0:0:0:0', 'fe80::'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['10.0.0.255', '10.0.0.255'],
  ])('%s is written as %s', (text, written) => {
    const ip = parseIp(text);
    expect(ip === null ? null : formatIp(ip)).toBe(written);
  });
});

describe('subnets', () => {
  it.each(['10.0.0.1', '10.0.0.1/', '10.0.0.1/33', '10.0.0.1/24/1', 'fd00::1/129', '/24', '10.0.0.1/-1', '10.0.0.1/x'])(
    'are not %s',
    (text) => expect(parseCidr(text)).toBeNull(),
  );

  it.each([
    ['192.168.122.1/24', '192.168.122.200/25', true],
    ['192.168.122.1/24', '192.168.123.1/24', false],
    ['10.0.0.0/8', '10.200.0.1/16', true],
    ['0.0.0.0/0', '192.0.2.1/32', true],
    ['fd00::1/64', 'fd00:0:0:1::1/64', false],
    ['fd00::1/48', 'fd00:0:0:1::1/64', true],
    ['::/0', '10.0.0.1/8', false],
  ])('%s and %s have addresses in common: %s', (one, other, answer) => {
    expect(overlaps(cidr(one), cidr(other))).toBe(answer);
    expect(overlaps(cidr(other), cidr(one))).toBe(answer);
  });

  it('tell what is in them, and what machines can have', () => {
    const subnet = cidr('198.18.0.1/30');
    expect(isInSubnet(subnet, { family: 4, value: subnet.value + 2n })).toBe(true);
    expect(isInSubnet(subnet, { family: 4, value: subnet.value + 3n })).toBe(false);
    const { first, last } = usableRange(subnet);
    expect([formatIp(first), formatIp(last)]).toEqual(['198.18.0.1', '198.18.0.2']);
    const range6 = usableRange(cidr('fd00:7::1/64'));
    expect([formatIp(range6.first), formatIp(range6.last)]).toEqual(['fd00:7::1', 'fd00:7::ffff:ffff:ffff:ffff']);
  });
});
