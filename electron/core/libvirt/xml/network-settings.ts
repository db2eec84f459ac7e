import { XMLSerializer, type Element, type Node } from '@xmldom/xmldom';
import { parseCidr } from '../../../../shared/model/ip-address.ts';
import type { NetworkMode } from '../../../../shared/model/networks.ts';
import type { NetworkRoute, NetworkSettings } from '../../../../shared/model/network-settings.ts';
import {
  hasOwnBridge,
  networkFieldIsFor,
  newNetworkFields,
  newNetworkKinds,
  type NewNetworkKind,
  type NewNetworkValues,
} from '../../../../shared/model/new-network.ts';
import { append, ensure, remove, set } from './domain-edit.ts';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';
import { ratesOf, writeRates } from './network-entries.ts';
import { readNetworkXml, subnetAddress } from './network-xml.ts';

const families = ['ipv4', 'ipv6'] as const;
type Family = (typeof families)[number];

/** What a form shows of a network's XML; null where it is of a mode that we do not know. Throws PROTOCOL. */
export function readNetworkSettings(text: string): NetworkSettings | null {
  const root = parseRoot(text, 'network');
  const { mode, bridge, forwardDevices, domainName } = readNetworkXml(text);
  const kind = kindOf(mode);
  if (kind === null) return null;
  const [ipv4, ipv6] = families.map((family) => subnetValues(firstIp(root, family)));
  const all: NewNetworkValues = {
    name: textOf(child(root, 'name')) ?? '',
    bridge: bridge ?? '',
    device: attribute(child(root, 'forward', 'pf'), 'dev') ?? forwardDevices[0] ?? '',
    ipv4: ipv4?.address ?? '',
    ipv4Start: ipv4?.start ?? '',
    ipv4End: ipv4?.end ?? '',
    ipv6: ipv6?.address ?? '',
    ipv6Start: ipv6?.start ?? '',
    ipv6End: ipv6?.end ?? '',
    domainName: domainName ?? '',
  };
  const own = newNetworkFields.map((field) => [field, networkFieldIsFor(kind, field) ? all[field] : '']);
  return {
    kind,
    values: Object.fromEntries(own) as NewNetworkValues,
    dns: attribute(child(root, 'dns'), 'enable') !== 'no',
    mtu: attribute(child(root, 'mtu'), 'size') ?? '',
    rates: ratesOf(root) as NetworkSettings['rates'],
    routes: named(root, 'route').map(routeOf),
  };
}

function kindOf(mode: NetworkMode): NewNetworkKind | null {
  return newNetworkKinds.find((kind) => kind === mode) ?? null;
}

/** The XML as it will be compared: laid out, and quoted, as `editNetworkXml` writes it. */
export function layOutNetworkXml(text: string): string {
  const root = parseRoot(text, 'network');
  layOut(root, 0);
  return new XMLSerializer().serializeToString(root);
}

/** The XML with other settings: what they do not name, or have as it is, stays. Throws PROTOCOL. */
export function editNetworkXml(text: string, wanted: NetworkSettings): string {
  const root = parseRoot(text, 'network');
  const before = readNetworkSettings(text);
  if (before === null) throw new TypeError('a network of an unknown mode');
  const { kind, values } = wanted;
  const isOtherKind = kind !== before.kind;
  if (isOtherKind || values.device !== before.values.device) writeForward(root, wanted, before.kind);
  if (isOtherKind || values.bridge !== before.values.bridge) writeBridge(root, wanted, before.kind);
  if (isOtherKind) {
    const port = child(root, 'virtualport');
    if (kind === 'openvswitch') set(port ?? append(root, { name: 'virtualport' }), { type: 'openvswitch' });
    else if (before.kind === 'openvswitch' && port !== null) remove(port);
  }
  if (hasOwnBridge(kind)) writeOwn(root, wanted, before);
  // libvirt refuses them where the host has no bridge of its own for the network.
  else if (isOtherKind) for (const name of ownParts) for (const each of named(root, name)) remove(each);
  layOut(root, 0);
  return new XMLSerializer().serializeToString(root);
}

const ownParts = ['ip', 'dns', 'domain', 'mtu', 'bandwidth', 'route', 'mac'];

/** What `<forward>` holds of each kind; the rest would be refused, or mean nothing. */
const forwardParts: Record<string, readonly NewNetworkKind[]> = {
  nat: ['nat'],
  interface: ['nat', 'route', 'macvtap'],
  pf: ['hostdev'],
  address: ['hostdev'],
  driver: ['hostdev'],
};

function writeForward(root: Element, { kind, values: { device } }: NetworkSettings, before: NewNetworkKind): void {
  const present = child(root, 'forward');
  if (kind === 'isolated') {
    if (present !== null) remove(present);
    return;
  }
  const forward = present ?? append(root, { name: 'forward' });
  if (kind !== before) {
    for (const part of children(forward)) {
      if (forwardParts[part.localName ?? '']?.includes(kind) === false) remove(part);
    }
    const isOnBridge = kind === 'bridge' || kind === 'openvswitch' || kind === 'macvtap';
    set(forward, { mode: isOnBridge ? 'bridge' : kind, managed: kind === 'hostdev' ? 'yes' : null });
  }
  const interfaces = named(forward, 'interface');
  switch (kind) {
    case 'nat':
    case 'route':
      set(forward, { dev: device === '' ? null : device });
      // libvirt repeats the device in an element of its own.
      if (device === '') interfaces.forEach(remove);
      else if (interfaces[0] !== undefined) set(interfaces[0], { dev: device });
      break;
    case 'macvtap':
      if (attribute(forward, 'dev') !== null) set(forward, { dev: device });
      set(interfaces[0] ?? append(forward, { name: 'interface' }), { dev: device });
      break;
    case 'hostdev':
      set(forward, { dev: null });
      if (device !== '') set(ensure(forward, 'pf'), { dev: device });
      break;
    default:
      set(forward, { dev: null });
  }
}

function writeBridge(root: Element, { kind, values }: NetworkSettings, before: NewNetworkKind): void {
  if (!networkFieldIsFor(kind, 'bridge')) {
    for (const each of named(root, 'bridge')) remove(each);
    return;
  }
  const bridge = ensure(root, 'bridge');
  set(bridge, { name: values.bridge === '' ? null : values.bridge });
  if (kind === before) return;
  if (!hasOwnBridge(kind)) set(bridge, { stp: null, delay: null, zone: null, macTableManager: null });
  else if (!hasOwnBridge(before)) set(bridge, { stp: 'on', delay: '0' });
}

function writeOwn(root: Element, wanted: NetworkSettings, before: NetworkSettings): void {
  const { values, mtu, dns } = wanted;
  if (values.domainName !== before.values.domainName) writeOne(root, 'domain', 'name', values.domainName);
  if (mtu !== before.mtu) writeOne(root, 'mtu', 'size', mtu);
  if (dns !== before.dns) {
    const element = ensure(root, 'dns');
    set(element, { enable: dns ? null : 'no' });
    if (element.attributes.length === 0 && children(element).length === 0) remove(element);
  }
  for (const family of families) {
    const fields = [family, `${family}Start`, `${family}End`] as const;
    if (fields.some((field) => values[field] !== before.values[field])) writeSubnet(root, family, values);
  }
  if (JSON.stringify(wanted.rates) !== JSON.stringify(before.rates)) writeRates(root, wanted.rates);
  writeRoutes(root, wanted.routes);
}

/** An element that is there for one attribute; empty takes it away. */
function writeOne(root: Element, name: string, key: string, value: string): void {
  const present = child(root, name);
  if (value !== '') set(present ?? append(root, { name }), { [key]: value });
  else if (present !== null) remove(present);
}

function writeSubnet(root: Element, family: Family, values: NewNetworkValues): void {
  const text = values[family];
  const present = firstIp(root, family);
  const subnet = parseCidr(text);
  if (subnet === null) {
    if (present !== null) remove(present);
    return;
  }
  const ip = present ?? append(root, { name: 'ip', attributes: { family } });
  if (subnetAddress(ip) !== text) {
    set(ip, { address: text.split('/')[0] ?? '', prefix: String(subnet.prefix), netmask: null });
  }
  const [start, end] = [values[`${family}Start`], values[`${family}End`]];
  const range = child(ip, 'dhcp', 'range');
  if (start !== '') {
    set(range ?? append(ensure(ip, 'dhcp'), { name: 'range' }), { start, end });
    return;
  }
  const dhcp = child(ip, 'dhcp');
  if (range !== null) remove(range);
  // Reservations stay, and with them the DHCP server.
  if (dhcp !== null && children(dhcp).length === 0) remove(dhcp);
}

function writeRoutes(root: Element, wanted: readonly NetworkRoute[]): void {
  const open = wanted.map((route) => JSON.stringify(route));
  for (const element of named(root, 'route')) {
    const at = open.indexOf(JSON.stringify(routeOf(element)));
    if (at === -1) remove(element);
    else open.splice(at, 1);
  }
  for (const text of open) {
    const { subnet, gateway, metric } = JSON.parse(text) as NetworkRoute;
    const target = parseCidr(subnet);
    if (target === null) continue;
    const family = target.family === 4 ? 'ipv4' : 'ipv6';
    const attributes = { family, address: subnet.split('/')[0] ?? '', prefix: String(target.prefix), gateway };
    set(append(root, { name: 'route', attributes }), { metric: metric === '' ? null : metric });
  }
}

function routeOf(route: Element): NetworkRoute {
  // Without prefix and netmask libvirt takes the class of the address, and one address for 0.0.0.0; rare enough.
  return {
    subnet: subnetAddress(route) ?? '',
    gateway: attribute(route, 'gateway') ?? '',
    metric: attribute(route, 'metric') ?? '',
  };
}

/** The subnet by which a form knows the family. */
function firstIp(root: Element, family: Family): Element | null {
  return named(root, 'ip').find((ip) => (attribute(ip, 'family') ?? 'ipv4') === family) ?? null;
}

function subnetValues(ip: Element | null): { address: string; start: string; end: string } {
  const range = ip === null ? null : child(ip, 'dhcp', 'range');
  return {
    address: (ip === null ? null : subnetAddress(ip)) ?? '',
    start: attribute(range, 'start') ?? '',
    end: attribute(range, 'end') ?? '',
  };
}

function named(parent: Element, name: string): Element[] {
  return children(parent).filter(({ localName }) => localName === name);
}

/** Each element on its line, as libvirt writes them; the metadata of other programs stays as it is. */
function layOut(element: Element, depth: number): void {
  const below = children(element);
  const nodes: Node[] = [...element.childNodes];
  const hasWords = nodes.some((node) => node.nodeType === 3 && (node.nodeValue ?? '').trim() !== '');
  if (hasWords || element.localName === 'metadata') return;
  for (const node of nodes) if (node.nodeType === 3) remove(node);
  if (below.length === 0) return;
  const document = element.ownerDocument;
  if (document === null) throw new TypeError('an element without a document');
  const line = (level: number): Node => document.createTextNode(`\n${'  '.repeat(level)}`);
  for (const node of [...element.childNodes]) element.insertBefore(line(depth + 1), node);
  element.appendChild(line(depth));
  for (const each of below) layOut(each, depth + 1);
}
