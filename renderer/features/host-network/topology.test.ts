import { expect, it } from 'vitest';
import type { HostLink } from '../../../shared/contract/host-links.ts';
import type { NetworkMachine, VirtualNetwork } from '../../../shared/contract/networks.ts';
import { topologyOf, type Topology } from './topology.ts';

const link = (id: string, init: Partial<HostLink> = {}): HostLink => ({
  ...{ id, connectionId: 'c', kind: 'ethernet', isUp: true, mac: null, mtu: null, speedMbps: null },
  ...{ addresses: [], parts: [], vlanTag: null, usedBy: [], toldBy: 'interface' },
  ...init,
});
const network = (id: string, init: Partial<VirtualNetwork> = {}): VirtualNetwork => ({
  ...{ id, connectionId: 'c', name: id, state: 'active', mode: 'nat', bridge: null, forwardDevices: [] },
  ...{ subnets: [], domainName: null, autostart: false, persistent: true, usedBy: [] },
  ...init,
});
const machine = (id: string, isRunning = true): NetworkMachine => ({ id, name: id, isRunning, macs: ['m'] });
const farm = (count: number): NetworkMachine[] =>
  Array.from({ length: count }, (_, index) => machine(`vm${index}`, index % 10 === 0));

function cells({ nodes }: Topology): Record<string, [number, number]> {
  return Object.fromEntries(nodes.map(({ key, column, row }) => [key, [column, row]]));
}

it('draws cards, bridges, networks and machines from left to right', () => {
  const drawn = topologyOf(
    {
      links: [
        link('lo'),
        link('eth0'),
        link('br0', { kind: 'bridge', parts: ['eth0'], usedBy: [machine('plain'), machine('off', false)] }),
        link('virbr0', { kind: 'bridge' }),
      ],
      networks: [
        network('nat', { bridge: 'virbr0', forwardDevices: ['eth0'], usedBy: [machine('a'), machine('both')] }),
        network('lan', { mode: 'bridge', bridge: 'br0', usedBy: [machine('both'), machine('off', false)] }),
      ],
    },
    new Set(),
  );
  const at = cells(drawn);
  expect(Object.keys(at).sort()).toEqual(
    ['link/br0', 'link/eth0', 'link/virbr0', 'machine/a', 'machine/both', 'machine/off', 'machine/plain'].concat([
      'network/lan',
      'network/nat',
    ]),
  );
  expect(drawn.columns).toBe(4);
  expect(['link/eth0', 'link/br0', 'network/lan', 'machine/off'].map((key) => at[key]?.[0])).toEqual([0, 1, 2, 3]);
  const lines = drawn.edges.map(
    ({ from, to, isLive, isRouted }) => `${from} ${to} ${isLive ? 1 : 0}${isRouted ? 1 : 0}`,
  );
  expect(lines.sort()).toEqual([
    'link/br0 machine/plain 10',
    'link/br0 network/lan 10',
    'link/eth0 link/br0 10',
    'link/eth0 network/nat 11',
    'link/virbr0 network/nat 10',
    'network/lan machine/both 10',
    'network/lan machine/off 00',
    'network/nat machine/a 10',
    'network/nat machine/both 10',
  ]);
});

it('lets nothing stand on another, however much there is', () => {
  const networks = Array.from({ length: 12 }, (_, index) =>
    network(`n${index}`, { bridge: `virbr${index}`, usedBy: index % 3 === 0 ? farm(3) : [] }),
  );
  const links = [...networks.map(({ bridge }) => link(bridge ?? '', { kind: 'bridge' })), link('eth0'), link('eth1')];
  const drawn = topologyOf({ links, networks }, new Set());
  for (const column of new Set(drawn.nodes.map((node) => node.column))) {
    const nodes = drawn.nodes.filter((node) => node.column === column);
    const rows = nodes.map(({ row }) => row).sort((one, other) => one - other);
    for (const [index, row] of rows.entries()) expect(row - (rows[index - 1] ?? -1)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...rows)).toBeLessThan(drawn.rows);
  }
});

it('folds the machines of a large network, those that run first, until it is asked for all', () => {
  const host = { links: [], networks: [network('big', { usedBy: farm(50) })] };
  const folded = topologyOf(host, new Set());
  expect(folded.nodes.filter(({ kind }) => kind === 'machine').map(({ key }) => key)).toEqual(
    ['vm0', 'vm10', 'vm20', 'vm30', 'vm40', 'vm1', 'vm2', 'vm3'].map((id) => `machine/${id}`),
  );
  expect(folded.nodes).toContainEqual(expect.objectContaining({ kind: 'more', hidden: 42, what: 'machines' }));
  const all = topologyOf(host, new Set(['network/big']));
  expect(all.nodes.filter(({ kind }) => kind === 'machine')).toHaveLength(50);
  expect(all.nodes).toContainEqual(expect.objectContaining({ kind: 'more', hidden: 0 }));
});

it('folds links that nothing is on, and ends where bridges are parts of each other', () => {
  const idle = Array.from({ length: 9 }, (_, index) => link(`tap${index}`));
  const circle = [link('a', { kind: 'bridge', parts: ['b'] }), link('b', { kind: 'bridge', parts: ['a'] })];
  const { nodes } = topologyOf({ links: [...idle, ...circle], networks: [] }, new Set());
  expect(nodes).toContainEqual(expect.objectContaining({ kind: 'more', hidden: 6, what: 'links' }));
  expect(nodes.filter(({ kind }) => kind === 'link')).toHaveLength(5);
});
