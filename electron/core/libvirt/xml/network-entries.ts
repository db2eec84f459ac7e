import { XMLSerializer, type Element } from '@xmldom/xmldom';
import {
  fieldsEqual,
  isOfSubnet,
  networkSections,
  wordsOf,
  type EntryValues,
  type NetworkEntryInit,
  type NetworkSection,
} from '../../../../shared/model/network-entries.ts';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';
import { subnetAddress } from './network-xml.ts';

/** Where the entries of a section stand, and what they are called. */
const places: Record<NetworkSection, { path: readonly string[]; name: string }> = {
  dhcpRange: { path: ['dhcp'], name: 'range' },
  dhcpHost: { path: ['dhcp'], name: 'host' },
  dnsHost: { path: ['dns'], name: 'host' },
  dnsService: { path: ['dns'], name: 'srv' },
  dnsText: { path: ['dns'], name: 'txt' },
  portGroup: { path: [], name: 'portgroup' },
};

/** Fields that are attributes of the element itself. */
const attributes: Record<NetworkSection, Record<string, string>> = {
  dhcpRange: { start: 'start', end: 'end' },
  dhcpHost: { mac: 'mac', duid: 'id', name: 'name', address: 'ip' },
  dnsHost: { address: 'ip' },
  dnsService: {
    service: 'service',
    protocol: 'protocol',
    domain: 'domain',
    target: 'target',
    port: 'port',
    priority: 'priority',
    weight: 'weight',
  },
  dnsText: { name: 'name', value: 'value' },
  portGroup: { name: 'name', default: 'default' },
};

/** The entries of a network (https://libvirt.org/formatnetwork.html), and the XML by which NETWORK_UPDATE changes one. */
export class NetworkEntries {
  readonly #root: Element;

  /** Throws PROTOCOL for text that is no network XML. */
  constructor(text: string) {
    this.#root = parseRoot(text, 'network');
  }

  /** All entries, section by section. */
  all(): NetworkEntryInit[] {
    return networkSections.flatMap((section) =>
      this.#elements(section).map(({ subnet, element }) => ({ section, subnet, values: valuesOf(section, element) })),
    );
  }

  /** The place of a subnet among the `<ip>` elements; -1 where it is not there. */
  indexOf(subnet: string): number {
    return this.#subnets().findIndex(({ address }) => address === subnet);
  }

  /** The XML of an entry that is there, as it is; null where it is not. */
  find(entry: NetworkEntryInit): string | null {
    const element = this.#find(entry);
    return element === null ? null : serialize(element);
  }

  /** The XML of a new entry, or of one that replaces `before`: what `before` has and we do not know stays. */
  write(entry: NetworkEntryInit, before: NetworkEntryInit | null): string {
    const present = before === null ? null : this.#find(before);
    const document = this.#root.ownerDocument;
    if (document === null) throw new TypeError('an element without a document');
    const element =
      present === null ? document.createElement(places[entry.section].name) : (present.cloneNode(true) as Element);
    for (const [field, name] of Object.entries(attributes[entry.section])) set(element, name, entry.values[field]);
    if (entry.section === 'dnsHost') writeNames(element, entry.values);
    if (entry.section === 'portGroup') writePortGroup(element, entry.values);
    return serialize(element);
  }

  #find({ section, subnet, values }: NetworkEntryInit): Element | null {
    const found = this.#elements(section).find(
      (each) => each.subnet === subnet && fieldsEqual(section, valuesOf(section, each.element), values),
    );
    return found?.element ?? null;
  }

  #elements(section: NetworkSection): { subnet: string | null; element: Element }[] {
    const { path, name } = places[section];
    const parents = isOfSubnet(section)
      ? this.#subnets().map(({ address, element }) => ({ subnet: address, element }))
      : [{ subnet: null, element: this.#root }];
    return parents.flatMap(({ subnet, element }) => {
      const parent = child(element, ...path);
      const entries = parent === null ? [] : children(parent).filter(({ localName }) => localName === name);
      return entries.map((entry) => ({ subnet, element: entry }));
    });
  }

  #subnets(): { address: string | null; element: Element }[] {
    return children(this.#root)
      .filter(({ localName }) => localName === 'ip')
      .map((element) => ({ address: subnetAddress(element), element }));
  }
}

function valuesOf(section: NetworkSection, element: Element): EntryValues {
  const own = Object.entries(attributes[section]).map(([field, name]) => [field, attribute(element, name) ?? '']);
  const values = Object.fromEntries(own) as EntryValues;
  if (section === 'dnsHost') {
    const names = named(element, 'hostname').map((each) => textOf(each) ?? '');
    return { ...values, names: names.join(' ') };
  }
  if (section !== 'portGroup') return values;
  const vlan = child(element, 'vlan');
  const tags = vlan === null ? [] : named(vlan, 'tag').map((tag) => attribute(tag, 'id') ?? '');
  // Only `yes` means something.
  const isDefault = values['default'] === 'yes' ? 'yes' : '';
  return { ...values, default: isDefault, vlans: tags.join(' '), ...ratesOf(element) };
}

const ways = ['inbound', 'outbound'] as const;
const rates = { Average: 'average', Peak: 'peak', Burst: 'burst' } as const;

/** The limits in its `<bandwidth>`, as `inboundAverage` to `outboundBurst`; empty for none. */
export function ratesOf(element: Element): EntryValues {
  const values = ways.flatMap((way) =>
    Object.entries(rates).map(([field, name]) => [
      `${way}${field}`,
      attribute(child(element, 'bandwidth', way), name) ?? '',
    ]),
  );
  return Object.fromEntries(values) as EntryValues;
}

function writeNames(element: Element, { names = '' }: EntryValues): void {
  for (const each of named(element, 'hostname')) element.removeChild(each);
  for (const name of wordsOf(names)) append(element, 'hostname').textContent = name;
}

function writePortGroup(element: Element, values: EntryValues): void {
  const tags = wordsOf(values['vlans'] ?? '');
  const vlan = child(element, 'vlan');
  const before = vlan === null ? [] : named(vlan, 'tag').map((tag) => attribute(tag, 'id') ?? '');
  if (tags.join(' ') !== before.join(' ')) writeVlan(element, vlan, tags);
  writeRates(element, values);
}

/** Changes the limits in its `<bandwidth>`, given as `inboundAverage` to `outboundBurst`; what else is there stays. */
export function writeRates(element: Element, values: EntryValues): void {
  for (const way of ways) {
    const wanted = Object.entries(rates).map(([field, name]) => [name, values[`${way}${field}`] ?? ''] as const);
    const present = child(element, 'bandwidth', way);
    if (wanted.every(([, value]) => value === '')) {
      present?.parentNode?.removeChild(present);
      continue;
    }
    const rate = present ?? append(child(element, 'bandwidth') ?? append(element, 'bandwidth'), way);
    for (const [name, value] of wanted) set(rate, name, value);
  }
  const bandwidth = child(element, 'bandwidth');
  if (bandwidth !== null && children(bandwidth).length === 0) element.removeChild(bandwidth);
}

function writeVlan(element: Element, present: Element | null, tags: readonly string[]): void {
  if (tags.length === 0) {
    if (present !== null) element.removeChild(present);
    return;
  }
  const vlan = present ?? append(element, 'vlan');
  for (const tag of named(vlan, 'tag')) if (!tags.includes(attribute(tag, 'id') ?? '')) vlan.removeChild(tag);
  const kept = named(vlan, 'tag').map((tag) => attribute(tag, 'id') ?? '');
  for (const id of tags) if (!kept.includes(id)) set(append(vlan, 'tag'), 'id', id);
  // Several tags on one card are a trunk.
  set(vlan, 'trunk', tags.length > 1 ? 'yes' : (attribute(vlan, 'trunk') ?? ''));
}

function named(parent: Element, name: string): Element[] {
  return children(parent).filter(({ localName }) => localName === name);
}

function append(parent: Element, name: string): Element {
  const document = parent.ownerDocument;
  if (document === null) throw new TypeError('an element without a document');
  const element = document.createElement(name);
  parent.appendChild(element);
  return element;
}

function set(element: Element, name: string, value: string | undefined): void {
  if (value === undefined || value === '') element.removeAttribute(name);
  else element.setAttribute(name, value);
}

function serialize(element: Element): string {
  return new XMLSerializer().serializeToString(element);
}
