import { describe, expect, it } from 'vitest';
import { entryFaults, entryFieldsFor, type EntryValues, type NetworkSection } from './network-entries.ts';

const SUBNET = '192.0.2.1/24';
const SUBNET6 = 'fd00:7::1/64';
const others = (
  [
    ['dhcpRange', SUBNET, { start: '192.0.2.100', end: '192.0.2.200' }],
    ['dhcpHost', SUBNET, { mac: '52:54:00:00:00:01', duid: '', name: 'one', address: '192.0.2.11' }],
    ['dnsHost', null, { address: '192.0.2.5', names: 'five' }],
    ['dnsText', null, { name: 'note', value: 'x' }],
    ['dnsService', null, { service: 'ldap', protocol: 'tcp' }],
    ['portGroup', null, { name: 'dev' }],
  ] as const
).map(([section, subnet, values]) => ({ section, subnet, values: { ...values } }));

const faults = (section: NetworkSection, values: EntryValues, subnet: string | null = null): Record<string, string> =>
  entryFaults({ section, subnet, values }, others);

describe('entryFaults', () => {
  it.each([
    [
      { start: '', end: '' },
      { start: 'fieldEmpty', end: 'fieldEmpty' },
    ],
    [{ start: '192.0.2.2', end: '' }, { end: 'rangeIncomplete' }],
    [{ start: '192.0.2.2', end: '192.0.3.2' }, { end: 'rangeOutside' }],
    [{ start: '192.0.2.9', end: '192.0.2.2' }, { end: 'rangeOrder' }],
    [{ start: '192.0.2.2', end: '192.0.2.100' }, { start: 'rangeOverlaps' }],
    [{ start: '192.0.2.150', end: '192.0.2.160' }, { start: 'rangeOverlaps' }],
    [{ start: '192.0.2.2', end: '192.0.2.99' }, {}],
  ])('of a range %j', (values, found) => expect(faults('dhcpRange', values, SUBNET)).toEqual(found));

  it.each([
    [{ address: '192.0.2.12' }, { mac: 'macOrName' }],
    [{ name: 'two', address: '192.0.2.12' }, {}],
    [{ mac: '52:54:00:00:00', address: '192.0.2.12' }, { mac: 'mac' }],
    [{ mac: '53:54:00:00:00:02', address: '192.0.2.12' }, { mac: 'macGroup' }],
    [{ mac: '52:54:00:00:00:01', address: '192.0.2.12' }, { mac: 'macTaken' }],
    [{ mac: '52:54:00:00:00:02' }, { address: 'fieldEmpty' }],
    [{ mac: '52:54:00:00:00:02', address: 'fd00:7::2' }, { address: 'ipShape' }],
    [{ mac: '52:54:00:00:00:02', address: '192.0.3.2' }, { address: 'rangeOutside' }],
    [{ mac: '52:54:00:00:00:02', address: '192.0.2.1' }, { address: 'ownAddress' }],
    [{ mac: '52:54:00:00:00:02', address: '192.0.2.11' }, { address: 'addressTaken' }],
    [{ mac: '52:54:00:00:00:02', address: '192.0.2.12', name: 'a b' }, { name: 'hostNameShape' }],
  ])('of a reservation %j', (values, found) => expect(faults('dhcpHost', values, SUBNET)).toEqual(found));

  it.each([
    [{ address: 'fd00:7::6' }, { duid: 'duidOrName' }],
    [{ duid: '0:3:0:1', address: 'fd00:7::6' }, {}],
    [{ duid: 'xyz', address: 'fd00:7::6' }, { duid: 'duidShape' }],
  ])('of a reservation in IPv6 %j', (values, found) => expect(faults('dhcpHost', values, SUBNET6)).toEqual(found));

  it.each([
    ['dnsHost', { address: 'x', names: '' }, { address: 'ipShape', names: 'namesEmpty' }],
    ['dnsHost', { address: '192.0.2.5', names: 'a' }, { address: 'entryTaken' }],
    ['dnsHost', { address: '192.0.2.6', names: 'a, -b' }, { names: 'domainShape' }],
    ['dnsHost', { address: 'fd00::1', names: 'a b.example' }, {}],
    ['dnsText', { name: 'note', value: '' }, { name: 'entryTaken', value: 'fieldEmpty' }],
    ['dnsText', { name: 'a b', value: 'x\u0000' }, { name: 'wordShape', value: 'textShape' }],
    ['dnsText', { name: 'b', value: 'a "b" <c>' }, {}],
    ['dnsService', { service: '', protocol: 't p' }, { service: 'fieldEmpty', protocol: 'wordShape' }],
    ['dnsService', { service: 'ldap', protocol: 'tcp' }, { service: 'entryTaken' }],
    ['dnsService', { service: 'sip', protocol: 'udp', port: '5060' }, { port: 'needsTarget' }],
    ['dnsService', { service: 'sip', protocol: 'udp', target: 'a', port: '99999' }, { port: 'number16' }],
    ['dnsService', { service: 'sip', protocol: 'udp', target: '.', domain: 'lab.example' }, {}],
    ['portGroup', { name: 'dev' }, { name: 'entryTaken' }],
    ['portGroup', { name: 'ops', vlans: '42, 4096' }, { vlans: 'vlansShape' }],
    ['portGroup', { name: 'ops', vlans: '42, 4095', inboundAverage: '10', inboundPeak: '20' }, {}],
    [
      'portGroup',
      { name: 'ops', outboundPeak: '20', inboundAverage: '0' },
      {
        outboundAverage: 'needsAverage',
        inboundAverage: 'rateShape',
      },
    ],
  ] as const)('of %s %j', (section, values, found) => expect(faults(section, values)).toEqual(found));

  it('takes the fields of its family for a reservation', () => {
    expect(entryFieldsFor('dhcpHost', SUBNET)).toEqual(['mac', 'name', 'address']);
    expect(entryFieldsFor('dhcpHost', SUBNET6)).toEqual(['duid', 'name', 'address']);
  });
});
