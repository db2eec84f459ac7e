import { describe, expect, it } from 'vitest';
import type { NetworkSettings } from '../../../../shared/model/network-settings.ts';
import type { NewNetworkValues } from '../../../../shared/model/new-network.ts';
import { editNetworkXml, layOutNetworkXml, readNetworkSettings } from './network-settings.ts';

/** As libvirt 9 tells a network that others have made, with what no form of ours knows. */
const text = `<network>
  <name>lan</name>
  <uuid>e2e00000-0000-4000-8a08-00000000000a</uuid>
  <metadata>
    <other:note xmlns:other='urn:other'>kept   <b/> as it is</other:note>
  </metadata>
  <forward dev='eth0' mode='nat'>
    <nat>
      <port start='1024' end='65535'/>
    </nat>
    <interface dev='eth0'/>
  </forward>
  <bridge name='virbr7' zone='trusted' stp='off' delay='3'/>
  <mtu size='9000'/>
  <mac address='52:54:00:3b:df:01'/>
  <domain name='lan.example' localOnly='yes'/>
  <dns forwardPlainNames='no'>
    <host ip='192.168.7.9'>
      <hostname>nas</hostname>
    </host>
  </dns>
  <bandwidth>
    <inbound average='1000' peak='2000' floor='5'/>
  </bandwidth>
  <ip address='192.168.7.1' netmask='255.255.255.0' localPtr='yes'>
    <tftp root='/srv/tftp'/>
    <dhcp>
      <range start='192.168.7.10' end='192.168.7.99'>
        <lease expiry='1' unit='hours'/>
      </range>
      <host mac='52:54:00:00:00:01' ip='192.168.7.5'/>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
  <ip address='192.168.8.1' prefix='24'/>
  <route address='10.1.0.0' prefix='16' gateway='192.168.7.2' metric='3'/>
</network>
`;

const settings = (from = text): NetworkSettings => {
  const read = readNetworkSettings(from);
  if (read === null) throw new Error('an unknown mode');
  return read;
};
const edited = (change: Partial<NetworkSettings>, values: Partial<NewNetworkValues> = {}): string => {
  const before = settings();
  return editNetworkXml(text, { ...before, ...change, values: { ...before.values, ...values } });
};
/** Lines that only one of both has. */
const differences = (after: string): string[] => {
  const [old, now] = [layOutNetworkXml(text), after].map((each) => each.split('\n').map((line) => line.trim()));
  return [
    ...(old ?? []).filter((line) => !now?.includes(line)).map((line) => `- ${line}`),
    ...(now ?? []).filter((line) => !old?.includes(line)).map((line) => `+ ${line}`),
  ];
};

it('reads what a form shows', () => {
  expect(settings()).toEqual({
    kind: 'nat',
    values: {
      name: 'lan',
      bridge: 'virbr7',
      device: 'eth0',
      ipv4: '192.168.7.1/24',
      ipv4Start: '192.168.7.10',
      ipv4End: '192.168.7.99',
      ipv6: '',
      ipv6Start: '',
      ipv6End: '',
      domainName: 'lan.example',
    },
    dns: true,
    mtu: '9000',
    rates: {
      inboundAverage: '1000',
      inboundPeak: '2000',
      inboundBurst: '',
      outboundAverage: '',
      outboundPeak: '',
      outboundBurst: '',
    },
    routes: [{ subnet: '10.1.0.0/16', gateway: '192.168.7.2', metric: '3' }],
  });
});

it('knows the modes that it has no form for', () => {
  expect(readNetworkSettings(`<network><forward mode='later'/></network>`)).toBeNull();
});

it('changes nothing where nothing is changed, the words of others included', () => {
  const same = editNetworkXml(text, settings());
  expect(same).toBe(layOutNetworkXml(text));
  expect(same).toContain('kept   <b/> as it is');
  expect(layOutNetworkXml(text).replaceAll('"', "'")).toBe(text.trim());
});

describe('a change', () => {
  it.each<[string, Partial<NetworkSettings>, Partial<NewNetworkValues>, string[]]>([
    [
      'of the address keeps what else is in the subnet',
      {},
      { ipv4: '192.168.9.1/25', ipv4Start: '192.168.9.10', ipv4End: '192.168.9.20' },
      [
        '- <ip address="192.168.7.1" netmask="255.255.255.0" localPtr="yes">',
        '- <range start="192.168.7.10" end="192.168.7.99">',
        '+ <ip address="192.168.9.1" localPtr="yes" prefix="25">',
        '+ <range start="192.168.9.10" end="192.168.9.20">',
      ],
    ],
    [
      'of the range to none keeps reservations',
      {},
      { ipv4Start: '', ipv4End: '' },
      ['- <range start="192.168.7.10" end="192.168.7.99">', '- <lease expiry="1" unit="hours"/>', '- </range>'],
    ],
    [
      'adds IPv6',
      {},
      { ipv6: 'fd00:7::1/64', ipv6Start: 'fd00:7::10', ipv6End: 'fd00:7::20' },
      ['+ <ip family="ipv6" address="fd00:7::1" prefix="64">', '+ <range start="fd00:7::10" end="fd00:7::20"/>'],
    ],
    ['of the domain', {}, { domainName: '' }, ['- <domain name="lan.example" localOnly="yes"/>']],
    [
      'of the way out',
      {},
      { device: '' },
      ['- <forward dev="eth0" mode="nat">', '- <interface dev="eth0"/>', '+ <forward mode="nat">'],
    ],
    ['of the MTU', { mtu: '' }, {}, ['- <mtu size="9000"/>']],
    ['of DNS', { dns: false }, {}, ['- <dns forwardPlainNames="no">', '+ <dns forwardPlainNames="no" enable="no">']],
    [
      'of the limits keeps what is promised',
      { rates: { ...settings().rates, inboundAverage: '500', inboundPeak: '', outboundAverage: '7' } },
      {},
      [
        '- <inbound average="1000" peak="2000" floor="5"/>',
        '+ <inbound average="500" floor="5"/>',
        '+ <outbound average="7"/>',
      ],
    ],
    [
      'of the routes',
      { routes: [{ subnet: 'fd01::/48', gateway: 'fd00:7::2', metric: '' }] },
      {},
      [
        '- <route address="10.1.0.0" prefix="16" gateway="192.168.7.2" metric="3"/>',
        '+ <route family="ipv6" address="fd01::" prefix="48" gateway="fd00:7::2"/>',
      ],
    ],
    [
      'of the mode',
      { kind: 'route' },
      {},
      [
        '- <forward dev="eth0" mode="nat">',
        '- <nat>',
        '- <port start="1024" end="65535"/>',
        '- </nat>',
        '+ <forward dev="eth0" mode="route">',
      ],
    ],
  ])('%s', (_name, change, values, lines) => {
    expect(differences(edited(change, values))).toEqual(lines);
  });

  it.each([
    ['isolated', {}, [], ['<forward']],
    ['bridge', { bridge: 'br0' }, ['<forward mode="bridge"/>', '<bridge name="br0"/>'], ['<ip', '<dns', '<mtu']],
    ['openvswitch', { bridge: 'ovs0' }, ['<virtualport type="openvswitch"/>'], ['<ip', '<mac ', '<route']],
    ['macvtap', { bridge: '', device: 'eth1' }, ['<interface dev="eth1"/>'], ['<bridge ', '<ip', '<bandwidth']],
    ['hostdev', { bridge: '', device: 'eth1' }, ['managed="yes"', '<pf dev="eth1"/>'], ['<bridge ', '<nat>']],
  ] as const)('makes it %s and back', (kind, values, there, gone) => {
    const other = edited({ kind }, { device: '', ...values });
    for (const part of there) expect(other).toContain(part);
    for (const part of gone) expect(other).not.toContain(part);
    expect(settings(other).kind).toBe(kind);
    const back = settings(other);
    const again = editNetworkXml(other, {
      ...back,
      kind: 'nat',
      values: { ...back.values, bridge: '', device: '', ipv4: '192.168.7.1/24' },
    });
    expect(settings(again)).toMatchObject({ kind: 'nat', values: { bridge: '', ipv4: '192.168.7.1/24' } });
    expect(again).toContain('kept   <b/> as it is');
    if (kind !== 'isolated') expect(again).toMatch(/<bridge stp="on" delay="0"\/>/);
    expect(again).not.toMatch(/virtualport|<pf/);
  });
});
