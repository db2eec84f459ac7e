import { describe, expect, it } from 'vitest';
import { readInterfacesXml, readInterfaceXml, readNetDeviceXml } from './interface-xml.ts';

const nothing = {
  kind: 'other',
  isUp: null,
  mac: null,
  mtu: null,
  speedMbps: null,
  addresses: [],
  parts: [],
  vlanTag: null,
};

describe('interfaces of a host', () => {
  it.each([
    [
      `<interface type='bridge' name='br0'><mtu size='9000'/>
        <protocol family='ipv4'><dhcp/><ip address='192.0.2.7' prefix='24'/></protocol>
        <protocol family='ipv6'><ip address='2001:db8::7' prefix='64'/></protocol>
        <bridge stp='off'><interface type='bond' name='bond0'><bond mode='802.3ad'/></interface></bridge></interface>`,
      { kind: 'bridge', mtu: 9000, addresses: ['192.0.2.7/24', '2001:db8::7/64'], parts: ['bond0'] },
    ],
    [
      `<interface type='ethernet' name='eth0'><link speed='1000' state='up'/><mac address='52:54:00:AA:BB:CC'/></interface>`,
      { kind: 'ethernet', isUp: true, speedMbps: 1000, mac: '52:54:00:aa:bb:cc' },
    ],
    [
      `<interface type='ethernet' name='eth1'><link speed='4294967295' state='lowerlayerdown'/></interface>`,
      { kind: 'ethernet', isUp: false },
    ],
    [
      `<interface type='vlan' name='eth0.42'><vlan tag='42'><interface name='eth0'/></vlan></interface>`,
      { kind: 'vlan', vlanTag: 42, parts: ['eth0'] },
    ],
    [`<interface type='new' name='x'><mtu size='many'/></interface>`, {}],
  ])('%s', (text, told) => {
    expect(readInterfaceXml(text)).toEqual({ ...nothing, ...told });
  });

  it('are told with those that they are made of', () => {
    const text = `<interface type='bridge' name='br0'><bridge><interface type='bond' name='bond0'><bond>
      <interface type='ethernet' name='eth0'><mac address='52:54:00:aa:bb:cc'/></interface></bond></interface>
      <interface name='eth9'/></bridge></interface>`;
    const told = readInterfacesXml(text).map(({ name, kind, parts, mac }) => [name, kind, parts, mac]);
    expect(told).toEqual([
      ['br0', 'bridge', ['bond0', 'eth9'], null],
      ['bond0', 'bond', ['eth0'], null],
      ['eth0', 'ethernet', [], '52:54:00:aa:bb:cc'],
    ]);
  });

  it('are told less by the list of devices', () => {
    const text = (path: string): string =>
      `<device><name>n</name><path>${path}</path><capability type='net'><interface>eth0</interface>
        <address>52:54:00:AA:BB:CC</address><link speed='10000' state='up'/></capability></device>`;
    const told = { ...nothing, name: 'eth0', isUp: true, speedMbps: 10_000, mac: '52:54:00:aa:bb:cc' };
    expect(readNetDeviceXml(text('/sys/devices/pci0/net/eth0'))).toEqual({ ...told, kind: 'ethernet' });
    expect(readNetDeviceXml(text('/sys/devices/virtual/net/eth0'))).toEqual(told);
    expect(readNetDeviceXml(`<device><name>n</name><capability type='pci'/></device>`)).toBeNull();
  });
});
