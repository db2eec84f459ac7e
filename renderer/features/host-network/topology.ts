import type { HostLink } from '../../../shared/contract/host-links.ts';
import type { NetworkMachine, VirtualNetwork } from '../../../shared/contract/networks.ts';

/** What hangs together on a host, from its cards to its machines. */
interface HostNet {
  links: readonly HostLink[];
  networks: readonly VirtualNetwork[];
}

interface PlacedNode {
  key: string;
  /** Whole columns from the left. */
  column: number;
  /** Whole rows from the top; halves where it stands beside several. */
  row: number;
}

export type TopologyNode = PlacedNode &
  (
    | { kind: 'link'; link: HostLink }
    | { kind: 'network'; network: VirtualNetwork }
    | { kind: 'machine'; machine: NetworkMachine }
    /** Machines of one network, or links that nothing is on, beyond those that are shown. */
    | { kind: 'more'; of: string; what: 'machines' | 'links'; hidden: number }
  );

export interface TopologyEdge {
  from: string;
  to: string;
  /** Something runs at its end. */
  isLive: boolean;
  /** Over the addresses of the host, not as a cable. */
  isRouted: boolean;
}

export interface Topology {
  nodes: TopologyNode[];
  edges: TopologyEdge[];
  columns: number;
  rows: number;
}

/** As many machines of one network as are shown at first, and as many links that nothing is on. */
const SHOWN_MACHINES = 8;
const SHOWN_IDLE_LINKS = 3;

/** As many rows below the first of many machines their network stands. */
const MAX_DEPTH = 3;

const linkKey = (name: string): string => `link/${name}`;
const networkKey = (id: string): string => `network/${id}`;
const machineKey = (id: string): string => `machine/${id}`;

/** Something that machines are plugged into. */
interface Place {
  key: string;
  machines: readonly NetworkMachine[];
}

/**
 * Places everything in columns: cards, what is made of them, networks, machines. `expanded` has the keys of those whose
 * machines, or links, are all shown.
 */
export function topologyOf({ links, networks }: HostNet, expanded: ReadonlySet<string>): Topology {
  const shownLinks = links.filter(({ id }) => id !== 'lo');
  const byName = new Map(shownLinks.map((link) => [link.id, link]));
  const edges = edgesOf(networks, byName);
  const used = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const isUsed = (link: HostLink): boolean => used.has(linkKey(link.id)) || directMachines(link, networks).length > 0;
  const ranks = ranksOf(shownLinks, byName);
  const order = placesInOrder(shownLinks.filter(isUsed), networks, edges);

  const rows = new Map<string, number>();
  const nodes: TopologyNode[] = [];
  const home = homesOf(order);
  const leadsOn = new Set(edges.map(({ from }) => from));
  const machineColumn = Math.max(0, ...shownLinks.filter(isUsed).map(({ id }) => ranks.get(id) ?? 0)) + 2;
  let row = 0;
  for (const { key, machines } of order) {
    const first = row;
    const own = machines.filter(({ id }) => home.get(id) === key);
    const isAll = expanded.has(key) || own.length <= SHOWN_MACHINES + 1;
    const shown = isAll ? own : byState(own).slice(0, SHOWN_MACHINES);
    for (const machine of isAll ? byState(own) : shown) {
      nodes.push({ kind: 'machine', key: machineKey(machine.id), column: machineColumn, row, machine });
      row += 1;
    }
    if (own.length > SHOWN_MACHINES + 1) {
      const hidden = own.length - shown.length;
      nodes.push({ kind: 'more', key: `more/${key}`, column: machineColumn, row, of: key, what: 'machines', hidden });
      row += 1;
    }
    if (row === first) {
      // A link stands beside what it leads to; what leads to nothing that is shown here has a row of its own.
      if (isLink(key) && leadsOn.has(key)) continue;
      row += 1;
    }
    rows.set(key, beside(Array.from({ length: row - first }, (_, index) => first + index)));
  }
  for (const network of networks) {
    const key = networkKey(network.id);
    nodes.push({ kind: 'network', key, column: machineColumn - 1, row: rows.get(key) ?? 0, network });
  }
  const idle = shownLinks.filter((link) => !isUsed(link));
  const shownIdle =
    expanded.has('idle') || idle.length <= SHOWN_IDLE_LINKS + 1 ? idle : idle.slice(0, SHOWN_IDLE_LINKS);
  for (const link of shownLinks.filter(isUsed)) {
    const key = linkKey(link.id);
    nodes.push({ kind: 'link', key, column: ranks.get(link.id) ?? 0, row: rows.get(key) ?? 0, link });
  }
  settle(nodes, edges, rows);
  let below = Math.max(-1, ...nodes.filter(({ column }) => column === 0).map((node) => node.row)) + 1;
  for (const link of shownIdle) {
    nodes.push({ kind: 'link', key: linkKey(link.id), column: 0, row: below, link });
    below += 1;
  }
  if (idle.length > SHOWN_IDLE_LINKS + 1) {
    const hidden = idle.length - shownIdle.length;
    nodes.push({ kind: 'more', key: 'more/idle', column: 0, row: below, of: 'idle', what: 'links', hidden });
  }
  return {
    nodes,
    edges: [...edges, ...machineEdges(order, nodes, home)],
    columns: machineColumn + 1,
    rows: Math.max(0, ...nodes.map((node) => node.row)) + 1,
  };
}

/** The machines that are on a link itself: those on the bridge of a network count as on the network. */
export function directMachines({ id, usedBy }: HostLink, networks: readonly VirtualNetwork[]): NetworkMachine[] {
  const ofNetworks = networks.filter(({ bridge }) => bridge === id).flatMap((network) => network.usedBy ?? []);
  const told = new Set(ofNetworks.map((machine) => machine.id));
  return (usedBy ?? []).filter((machine) => !told.has(machine.id));
}

/** Where each machine stands: beside the first of its networks, or else of its links. */
function homesOf(places: readonly Place[]): Map<string, string> {
  const homes = new Map<string, string>();
  const networksFirst = places.toSorted((one, other) => Number(isLink(one.key)) - Number(isLink(other.key)));
  for (const { key, machines } of networksFirst) {
    for (const { id } of machines) if (!homes.has(id)) homes.set(id, key);
  }
  return homes;
}

function isLink(key: string): boolean {
  return key.startsWith(linkKey(''));
}

/** In the middle of what it leads to, but still on the screen with the first of many. */
function beside(rows: readonly number[]): number {
  const middle = rows.reduce((sum, row) => sum + row, 0) / rows.length;
  return Math.min(middle, Math.min(...rows) + MAX_DEPTH);
}

/** Those that run first. */
function byState(machines: readonly NetworkMachine[]): NetworkMachine[] {
  return machines.toSorted(
    (one, other) =>
      Number(other.isRunning) - Number(one.isRunning) ||
      one.name.localeCompare(other.name, undefined, { numeric: true }),
  );
}

/** Between links, and from links to networks. */
function edgesOf(networks: readonly VirtualNetwork[], links: ReadonlyMap<string, HostLink>): TopologyEdge[] {
  const edges: TopologyEdge[] = [];
  for (const { id, parts, isUp } of links.values()) {
    for (const part of parts.filter((each) => links.has(each))) {
      edges.push({ from: linkKey(part), to: linkKey(id), isLive: isUp !== false, isRouted: false });
    }
  }
  for (const { id, bridge, forwardDevices, state, mode } of networks) {
    const isLive = state === 'active';
    const isShared = mode === 'macvtap' || mode === 'hostdev';
    const ends = [
      ...(bridge === null ? [] : [{ name: bridge, isRouted: false }]),
      ...forwardDevices.map((name) => ({ name, isRouted: !isShared })),
    ];
    for (const { name, isRouted } of ends.filter((end) => links.has(end.name))) {
      edges.push({ from: linkKey(name), to: networkKey(id), isLive, isRouted });
    }
  }
  return edges;
}

/** From each place to its machines that are shown; a machine on several places has several. */
function machineEdges(
  places: readonly Place[],
  nodes: readonly TopologyNode[],
  home: ReadonlyMap<string, string>,
): TopologyEdge[] {
  const shown = new Set(nodes.map(({ key }) => key));
  const plugged = places.flatMap(({ key, machines }) =>
    machines
      .filter(({ id }) => shown.has(machineKey(id)))
      .map(({ id, isRunning }) => ({ from: key, to: machineKey(id), isLive: isRunning, isRouted: false })),
  );
  const more = nodes.flatMap((node) =>
    node.kind === 'more' && node.what === 'machines' && node.hidden > 0
      ? [
          {
            from: node.of,
            to: node.key,
            isLive: places.some(({ key, machines }) =>
              machines.some(({ id, isRunning }) => key === node.of && isRunning && home.get(id) === key),
            ),
            isRouted: false,
          },
        ]
      : [],
  );
  return [...plugged, ...more];
}

/** The column of each link: cards 0, what is made of them 1, and so on; a circle ends. */
function ranksOf(links: readonly HostLink[], byName: ReadonlyMap<string, HostLink>): Map<string, number> {
  const ranks = new Map<string, number>();
  const rank = (name: string, depth: number): number => {
    const known = ranks.get(name);
    if (known !== undefined) return known;
    const link = byName.get(name);
    if (link === undefined || depth > links.length) return -1;
    // A bridge without a card stands where bridges stand.
    const least = link.kind === 'bridge' ? 1 : 0;
    const own = Math.max(least, ...link.parts.map((part) => rank(part, depth + 1) + 1));
    ranks.set(name, own);
    return own;
  };
  for (const { id } of links) rank(id, 0);
  return ranks;
}

/** Networks and links with machines, those behind the same card together. */
function placesInOrder(
  links: readonly HostLink[],
  networks: readonly VirtualNetwork[],
  edges: readonly TopologyEdge[],
): Place[] {
  const rootOf = (key: string, depth = 0): string => {
    const up = edges.find(({ to }) => to === key)?.from;
    return up === undefined || depth > links.length ? key : `${rootOf(up, depth + 1)} ${key}`;
  };
  const leadsOn = new Set(edges.map(({ from }) => from));
  const places = [
    ...networks.map(({ id, usedBy }) => ({ key: networkKey(id), machines: usedBy ?? [] })),
    // A link that only leads on to others has no row of its own.
    ...links
      .map((link) => ({ key: linkKey(link.id), machines: directMachines(link, networks) }))
      .filter(({ key, machines }) => machines.length > 0 || !leadsOn.has(key)),
  ];
  return places.toSorted((one, other) =>
    rootOf(one.key).localeCompare(rootOf(other.key), undefined, { numeric: true }),
  );
}

/** Links stand beside what they lead to, and none above another. */
function settle(nodes: TopologyNode[], edges: readonly TopologyEdge[], own: ReadonlyMap<string, number>): void {
  const rowOf = new Map(nodes.map((node) => [node.key, node]));
  const columns = [...new Set(nodes.map(({ column }) => column))].sort((one, other) => other - one).slice(1);
  for (const column of columns) {
    const inColumn = nodes.filter((node) => node.column === column);
    for (const node of inColumn) {
      const next = edges.flatMap(({ from, to }) => (from === node.key ? (rowOf.get(to)?.row ?? []) : []));
      if (node.kind === 'link' && next.length > 0) node.row = beside([...next, own.get(node.key) ?? []].flat());
    }
    let least = 0;
    for (const node of inColumn.sort((one, other) => one.row - other.row)) {
      node.row = Math.max(least, node.row);
      least = node.row + 1;
    }
  }
}
