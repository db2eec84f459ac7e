import { describe, expect, it } from 'vitest';
import {
  newNetworkFaults,
  newNetworkFields,
  newNetworkKinds,
  proposedRange,
  proposedSubnet,
  type NetworkSurroundings,
  type NewNetworkKind,
  type NewNetworkValues,
} from './new-network.ts';

const empty = Object.fromEntries(newNetworkFields.map((field) => [field, ''])) as NewNetworkValues;
const surroundings: NetworkSurroundings = {
  networks: [
    { name: 'default', bridge: 'virbr0', subnets: [{ address: '192.168.122.1/24' }, { address: 'fd00:7::1/64' }] },
  ],
  interfaces: [
    { name: 'eth0', isBridge: false, addresses: ['192.168.100.9/23'] },
    { name: 'br0', isBridge: true, addresses: [] },
  ],
};

function codes(kind: NewNetworkKind, values: Partial<NewNetworkValues>, around = surroundings): Record<string, string> {
  const faults = newNetworkFaults(kind, { ...empty, name: 'new', ...values }, around);
  return Object.fromEntries(Object.entries(faults).map(([field, fault]) => [field, fault.code]));
}

describe('newNetworkFaults', () => {
  it.each([
    ['', 'nameEmpty'],
    ['a/b', 'nameCharacters'],
    [' a', 'nameCharacters'],
    ['a\nb', 'nameCharacters'],
    ['..', 'nameCharacters'],
    ['default', 'nameTaken'],
    ['odd <name> & "x"', undefined],
  ])('of the name %j', (name, code) => expect(codes('isolated', { name })['name']).toBe(code));

  it.each([
    ['nat', 'virbr0', 'bridgeTaken'],
    ['nat', 'eth0', 'bridgeTaken'],
    ['nat', 'a-name-of-16-chs', 'interfaceTooLong'],
    ['nat', 'a b', 'interfaceCharacters'],
    ['nat', 'virbr9', undefined],
    ['nat', '', undefined],
    ['bridge', '', 'bridgeEmpty'],
    ['bridge', 'br1', 'bridgeUnknown'],
    ['bridge', 'eth0', 'notABridge'],
    ['bridge', 'br0', undefined],
    ['openvswitch', 'ovsbr0', undefined],
    ['openvswitch', '', 'bridgeEmpty'],
    ['macvtap', 'a name that is not used for it', undefined],
  ] as const)('of the bridge of kind %s: %j', (kind, bridge, code) => {
    expect(codes(kind, { bridge, device: 'eth0', ipv4: '10.1.0.1/24' })['bridge']).toBe(code);
  });

  it.each([
    ['macvtap', '', 'deviceEmpty'],
    ['hostdev', '', 'deviceEmpty'],
    ['macvtap', 'eth9', 'deviceUnknown'],
    ['nat', 'eth9', 'deviceUnknown'],
    ['nat', '', undefined],
    ['hostdev', 'eth0', undefined],
  ] as const)('of the device of kind %s: %j', (kind, device, code) => {
    expect(codes(kind, { device, ipv4: '10.1.0.1/24' })['device']).toBe(code);
  });

  it('takes every name of an interface where the host tells of none', () => {
    const unknown = { ...surroundings, interfaces: null };
    expect(codes('bridge', { bridge: 'br9' }, unknown)).toEqual({});
    expect(codes('macvtap', { device: 'eth9' }, unknown)).toEqual({});
  });

  it.each([
    [{}, { ipv4: 'addressEmpty' }],
    [{ ipv6: 'fd00:8::1/64' }, {}],
    [{ ipv4: '10.1.0.1' }, { ipv4: 'addressShape4' }],
    [{ ipv4: 'fd00:8::1/64' }, { ipv4: 'addressShape4' }],
    [{ ipv4: '10.1.0.0/24' }, { ipv4: 'notAHostAddress' }],
    [{ ipv4: '10.1.0.255/24' }, { ipv4: 'notAHostAddress' }],
    [{ ipv4: '192.168.122.77/25' }, { ipv4: 'overlapsNetwork' }],
    [{ ipv4: '192.168.101.1/24' }, { ipv4: 'overlapsInterface' }],
    [{ ipv6: 'fd00:7::2/64' }, { ipv6: 'overlapsNetwork' }],
    [{ ipv6: '10.1.0.1/24' }, { ipv6: 'addressShape6' }],
    [{ ipv4: '10.1.0.1/24', ipv4Start: '10.1.0.2' }, { ipv4End: 'rangeIncomplete' }],
    [{ ipv4: '10.1.0.1/24', ipv4Start: '10.1.0.2', ipv4End: '10.1.1.2' }, { ipv4End: 'rangeOutside' }],
    [
      { ipv4: '10.1.0.1/24', ipv4Start: 'x', ipv4End: 'fd00::1' },
      { ipv4Start: 'ipShape', ipv4End: 'ipShape' },
    ],
    [{ ipv4: '10.1.0.1/24', ipv4Start: '10.1.0.9', ipv4End: '10.1.0.8' }, { ipv4End: 'rangeOrder' }],
    [{ ipv4: '10.1.0.1/24', ipv4Start: '10.1.0.8', ipv4End: '10.1.0.8' }, {}],
    [{ ipv6: 'fd00:8::1/80', ipv6Start: 'fd00:8::2', ipv6End: 'fd00:8::9' }, { ipv6: 'dhcpPrefix6' }],
    [{ ipv4: '10.1.0.1/24', domainName: 'lab..example' }, { domainName: 'domainShape' }],
    [{ ipv4: '10.1.0.1/24', domainName: 'lab.example' }, {}],
  ])('of the addresses %j', (values, faults) => expect(codes('nat', values)).toEqual(faults));

  it('names what an address clashes with', () => {
    const faults = newNetworkFaults('nat', { ...empty, name: 'new', ipv4: '192.168.122.77/25' }, surroundings);
    expect(faults.ipv4?.params).toEqual({ name: 'default', address: '192.168.122.1/24' });
  });

  it.each(newNetworkKinds)('tells nothing of fields that %s does not have', (kind) => {
    const bad = { ...empty, name: 'new', bridge: 'br0', device: 'eth0', ipv4: 'x', ipv6: 'x', domainName: '-' };
    const own = ['nat', 'route', 'open', 'isolated'].includes(kind);
    expect('ipv4' in newNetworkFaults(kind, bad, surroundings)).toBe(own);
    expect('domainName' in newNetworkFaults(kind, bad, surroundings)).toBe(own);
  });
});

describe('proposals', () => {
  it('are subnets that nothing uses', () => {
    expect(proposedSubnet({ networks: [], interfaces: null })).toBe('192.168.100.1/24');
    expect(proposedSubnet(surroundings)).toBe('192.168.102.1/24');
    const all = [{ name: 'wide', bridge: null, subnets: [{ address: '192.168.0.1/16' }] }];
    expect(proposedSubnet({ networks: all, interfaces: null })).toBe('');
  });

  it.each([
    ['10.1.0.1/24', { start: '10.1.0.2', end: '10.1.0.254' }],
    ['10.1.0.254/24', { start: '10.1.0.1', end: '10.1.0.254' }],
    ['fd00:8::1/64', { start: 'fd00:8::2', end: 'fd00:8::ffff' }],
    ['10.1.0.1/32', null],
    ['nonsense', null],
  ])('are ranges within the subnet: %s', (subnet, range) => expect(proposedRange(subnet)).toEqual(range));
});
