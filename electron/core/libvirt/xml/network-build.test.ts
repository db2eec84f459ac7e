import { describe, expect, it } from 'vitest';
import { newNetworkFields, newNetworkKinds, type NewNetworkValues } from '../../../../shared/model/new-network.ts';
import { parseRoot, textOf, child } from './elements.ts';
import { newNetworkCommands, newNetworkXml } from './network-build.ts';
import { readNetworkXml } from './network-xml.ts';

const values: NewNetworkValues = {
  ...(Object.fromEntries(newNetworkFields.map((field) => [field, ''])) as NewNetworkValues),
  name: `odd <name> & "x" 'y'`,
  bridge: 'br7',
  device: 'eth7',
  ipv4: '10.7.0.1/24',
  ipv4Start: '10.7.0.2',
  ipv4End: '10.7.0.254',
  ipv6: 'fd00:7::1/64',
  domainName: 'lab.example',
};
const id = '7e57ab1e-0000-4000-8000-000000000007';
const build = (more: Partial<Parameters<typeof newNetworkXml>[0]> = {}): string =>
  newNetworkXml({ id, kind: 'nat', values, dns: true, ...more });

describe('newNetworkXml', () => {
  it('is laid out as libvirt has it', () => {
    expect(build({ values: { ...values, name: 'seven' } })).toBe(`<network>
  <name>seven</name>
  <uuid>${id}</uuid>
  <forward mode="nat" dev="eth7"/>
  <bridge name="br7" stp="on" delay="0"/>
  <domain name="lab.example"/>
  <ip family="ipv4" address="10.7.0.1" prefix="24">
    <dhcp>
      <range start="10.7.0.2" end="10.7.0.254"/>
    </dhcp>
  </ip>
  <ip family="ipv6" address="fd00:7::1" prefix="64"/>
</network>`);
  });

  it.each(newNetworkKinds)('makes a network of the kind %s', (kind) => {
    const text = build({ kind });
    const read = readNetworkXml(text);
    const isOwn = ['nat', 'route', 'open', 'isolated'].includes(kind);
    expect(read.mode).toBe(kind);
    expect(textOf(child(parseRoot(text, 'network'), 'name'))).toBe(values.name);
    expect(read.bridge).toBe(kind === 'macvtap' || kind === 'hostdev' ? null : 'br7');
    expect(read.subnets).toHaveLength(isOwn ? 2 : 0);
    expect(text.includes('eth7')).toBe(['nat', 'route', 'macvtap', 'hostdev'].includes(kind));
  });

  it('leaves the bridge and the addresses to libvirt where they are empty', () => {
    const text = build({ kind: 'isolated', dns: false, values: { ...values, bridge: '', ipv4: '', ipv6: '' } });
    expect(text).toContain('<bridge stp="on" delay="0"/>');
    expect(text).toContain('<dns enable="no"/>');
    expect(readNetworkXml(text).subnets).toEqual([]);
  });
});

describe('newNetworkCommands', () => {
  const options = { uri: 'qemu:///system', name: `-a 'b'`, start: true, autostart: true };
  it('are quoted for a shell', () => {
    expect(newNetworkCommands('<network/>', options)).toBe(
      [
        `virsh -c qemu:///system net-define /dev/stdin <<'EOF'`,
        '<network/>',
        'EOF',
        `virsh -c qemu:///system net-start -- '-a '\\''b'\\'''`,
        `virsh -c qemu:///system net-autostart -- '-a '\\''b'\\'''`,
      ].join('\n'),
    );
  });

  it('do only what is asked', () => {
    const text = newNetworkCommands('<network/>', { ...options, start: false, autostart: false });
    expect(text.split('\n')).toHaveLength(3);
  });
});
