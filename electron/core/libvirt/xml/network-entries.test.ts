import { describe, expect, it } from 'vitest';
import type { EntryValues, NetworkEntryInit, NetworkSection } from '../../../../shared/model/network-entries.ts';
import { NetworkEntries } from './network-entries.ts';

const SUBNET = '192.0.2.1/24';
const text = `<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>n</name>
  <dns>
    <forwarder addr='198.51.100.1'/>
    <txt name='note' value='a &lt; b &amp; "c"'/>
    <host ip='192.0.2.5'><hostname>five</hostname><hostname>cinq.example</hostname></host>
    <srv service='ldap' protocol='tcp' domain='lab.example' target='five' port='389' priority='0' weight='10'/>
  </dns>
  <ip address='192.0.2.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='192.0.2.100' end='192.0.2.200'><lease expiry='1' unit='hours'/></range>
      <host mac='52:54:00:00:00:01' name='one' ip='192.0.2.11'><lease expiry='0'/><!-- mine --></host>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:7::1' prefix='64'>
    <dhcp><host id='0:3:0:1:0:16:3e' name='six' ip='fd00:7::6'/></dhcp>
  </ip>
  <portgroup name='dev' default='yes'>
    <vlan trunk='yes'><tag id='42' nativeMode='untagged'/><tag id='47'/></vlan>
    <bandwidth><inbound average='1000' peak='5000' burst='5120' floor='200'/></bandwidth>
    <virtualport><parameters profileid='dev'/></virtualport>
  </portgroup>
  <dnsmasq:options><dnsmasq:option value='foo=bar'/></dnsmasq:options>
</network>`;
const entries = new NetworkEntries(text);
const entry = (section: NetworkSection, values: EntryValues, subnet: string | null = null): NetworkEntryInit => ({
  section,
  subnet,
  values,
});
const of = (section: NetworkSection): EntryValues[] =>
  entries
    .all()
    .filter((each) => each.section === section)
    .map(({ values }) => values);
const one = { mac: '52:54:00:00:00:01', duid: '', name: 'one', address: '192.0.2.11' };

describe('the entries of a network', () => {
  it('are read with all that forms show', () => {
    expect(of('dhcpRange')).toEqual([{ start: '192.0.2.100', end: '192.0.2.200' }]);
    expect(of('dhcpHost')).toEqual([one, { mac: '', duid: '0:3:0:1:0:16:3e', name: 'six', address: 'fd00:7::6' }]);
    expect(of('dnsHost')).toEqual([{ address: '192.0.2.5', names: 'five cinq.example' }]);
    expect(of('dnsText')).toEqual([{ name: 'note', value: 'a < b & "c"' }]);
    expect(of('dnsService')).toMatchObject([{ service: 'ldap', target: 'five', port: '389', weight: '10' }]);
    expect(of('portGroup')).toEqual([
      {
        name: 'dev',
        default: 'yes',
        vlans: '42 47',
        inboundAverage: '1000',
        inboundPeak: '5000',
        inboundBurst: '5120',
        outboundAverage: '',
        outboundPeak: '',
        outboundBurst: '',
      },
    ]);
    expect(entries.all().map(({ section, subnet }) => [section, subnet])).toContainEqual(['dhcpHost', 'fd00:7::1/64']);
  });

  it('are found by all their values only', () => {
    expect(entries.find(entry('dhcpHost', one, SUBNET))).toContain('name="one"');
    expect(entries.find(entry('dhcpHost', { ...one, name: 'two' }, SUBNET))).toBeNull();
    expect(entries.find(entry('dhcpHost', one, 'fd00:7::1/64'))).toBeNull();
    expect(entries.indexOf('fd00:7::1/64')).toBe(1);
    expect(entries.indexOf('10.0.0.1/8')).toBe(-1);
  });

  it.each([
    ['dhcpRange', { start: '192.0.2.2', end: '192.0.2.9' }, '<range start="192.0.2.2" end="192.0.2.9"/>'],
    [
      'dhcpHost',
      { mac: '52:54:00:00:00:02', address: '192.0.2.12' },
      '<host mac="52:54:00:00:00:02" ip="192.0.2.12"/>',
    ],
    [
      'dnsHost',
      { address: '192.0.2.6', names: 'six, sechs' },
      '<host ip="192.0.2.6"><hostname>six</hostname><hostname>sechs</hostname></host>',
    ],
    ['dnsText', { name: 'a', value: '"<&\'' }, `<txt name="a" value="&quot;&lt;&amp;'"/>`],
    [
      'dnsService',
      { service: 'sip', protocol: 'udp', target: 'six', port: '5060' },
      '<srv service="sip" protocol="udp" target="six" port="5060"/>',
    ],
    [
      'portGroup',
      { name: 'ops', vlans: '7', outboundAverage: '100' },
      '<portgroup name="ops"><vlan><tag id="7"/></vlan><bandwidth><outbound average="100"/></bandwidth></portgroup>',
    ],
    [
      'portGroup',
      { name: 'all', default: 'yes', vlans: '7 8' },
      '<portgroup name="all" default="yes"><vlan trunk="yes"><tag id="7"/><tag id="8"/></vlan></portgroup>',
    ],
  ] as const)('are written anew: %s', (section, values, xml) => {
    expect(entries.write(entry(section, values, SUBNET), null)).toBe(xml);
  });

  it('keep what we do not know when they are changed', () => {
    const before = entry('dhcpHost', one, SUBNET);
    expect(entries.write({ ...before, values: { ...one, name: '', address: '192.0.2.99' } }, before)).toBe(
      '<host mac="52:54:00:00:00:01" ip="192.0.2.99"><lease expiry="0"/><!-- mine --></host>',
    );
    const group = entry('portGroup', of('portGroup')[0] ?? {});
    const changed = { ...group.values, vlans: '42 99', inboundPeak: '', outboundAverage: '7', default: '' };
    const xml = entries.write({ ...group, values: changed }, group);
    for (const kept of ['nativeMode="untagged"', 'floor="200"', 'profileid="dev"']) expect(xml).toContain(kept);
    for (const gone of ['47', 'peak', 'default']) expect(xml).not.toContain(gone);
    expect(xml).toContain('<outbound average="7"/>');
    const bare = entries.write({ ...group, values: { name: 'dev' } }, group);
    expect(bare).not.toMatch(/vlan|bandwidth/);
    expect(bare).toContain('virtualport');
    // The network itself is not touched by any of this.
    expect(entries.find(group)).toContain('id="47"');
  });
});
