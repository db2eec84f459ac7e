import { describe, expect, it } from 'vitest';
import { readNetworkXml } from './network-xml.ts';

const network = (content: string): string => `<network><name>n</name>${content}</network>`;

describe('readNetworkXml', () => {
  it('reads a NAT network as libvirt writes it', () => {
    const xml = network(`
      <forward mode='nat' dev='eth0'><nat><port start='1024' end='65535'/></nat><interface dev='eth0'/></forward>
      <bridge name='virbr0' stp='on' delay='0'/>
      <domain name='lab.example' localOnly='yes'/>
      <ip address='192.168.122.1' netmask='255.255.255.0'>
        <dhcp><range start='192.168.122.2' end='192.168.122.254'/><host mac='52:54:00:00:00:01' ip='192.168.122.9'/></dhcp>
      </ip>
      <ip family='ipv6' address='fd00:7::1' prefix='64'/>`);
    expect(readNetworkXml(xml)).toEqual({
      mode: 'nat',
      bridge: 'virbr0',
      forwardDevices: ['eth0'],
      subnets: [
        { address: '192.168.122.1/24', dhcpRanges: [{ start: '192.168.122.2', end: '192.168.122.254' }] },
        { address: 'fd00:7::1/64', dhcpRanges: [] },
      ],
      domainName: 'lab.example',
    });
  });

  it.each([
    ['', 'isolated'],
    ['<forward/>', 'nat'],
    [`<forward mode='route'/>`, 'route'],
    [`<forward mode='open'/>`, 'open'],
    [`<forward mode='bridge'/><bridge name='br0'/>`, 'bridge'],
    [`<forward mode='bridge'/><bridge name='ovsbr'/><virtualport type='openvswitch'/>`, 'openvswitch'],
    [`<forward mode='bridge'><interface dev='eth1'/></forward>`, 'macvtap'],
    [`<forward mode='passthrough'><interface dev='eth1'/></forward>`, 'macvtap'],
    [`<forward mode='hostdev'><pf dev='eth2'/></forward>`, 'hostdev'],
    [`<forward mode='teleport'/>`, 'other'],
  ])('takes %s for %s', (content, mode) => {
    expect(readNetworkXml(network(content)).mode).toBe(mode);
  });

  it.each([
    ['255.255.255.255', '/32'],
    ['255.240.0.0', '/12'],
    ['0.0.0.0', '/0'],
    ['255.0.255.0', ''],
    ['no mask', ''],
  ])('takes the netmask %s for "%s"', (netmask, suffix) => {
    const [subnet] = readNetworkXml(network(`<ip address='10.0.0.1' netmask='${netmask}'/>`)).subnets;
    expect(subnet?.address).toBe(`10.0.0.1${suffix}`);
  });

  it('refuses what is no network', () => {
    expect(() => readNetworkXml('<pool/>')).toThrow('no <network>');
  });
});
