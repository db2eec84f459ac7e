import type { Element } from '@xmldom/xmldom';
import { attribute, child, children } from './elements.ts';

/** A device element with what finds it again in another XML of the same domain. */
export interface DeviceElement {
  key: string;
  kind: string;
  label: string;
  element: Element;
}

/** Devices that libvirt adds and removes by itself, or that are one with another. */
const notDevices = new Set(['emulator', 'audio', 'iommu']);

/** The devices of a domain in the order of its XML. Keys are the same in its live and its inactive XML. */
export function domainDevices(domain: Element): DeviceElement[] {
  const devices = child(domain, 'devices');
  if (devices === null) return [];
  const seen = new Map<string, number>();
  return children(devices)
    .filter(({ localName }) => localName !== null && !notDevices.has(localName))
    .map((element) => {
      const kind = element.localName ?? '';
      const label = labelOf(kind, element);
      if (isUnique(kind) && label !== '') return { key: `${kind}:${label}`, kind, label, element };
      // Devices without a name of their own are told apart by their order among their like.
      const like = `${kind}:${single.has(kind) ? '' : label}`;
      const index = seen.get(like) ?? 0;
      seen.set(like, index + 1);
      return { key: `${like}:${index}`, kind, label, element };
    });
}

/** Of these a domain has one: with other settings it is still the same device. */
const single = new Set(['tpm', 'vsock', 'watchdog']);

function isUnique(kind: string): boolean {
  return kind === 'disk' || kind === 'interface' || kind === 'filesystem';
}

function labelOf(kind: string, element: Element): string {
  const type = attribute(element, 'type') ?? '';
  const target = child(element, 'target');
  switch (kind) {
    case 'disk':
      return attribute(target, 'dev') ?? '';
    case 'interface':
      return (attribute(child(element, 'mac'), 'address') ?? '').toLowerCase();
    case 'filesystem':
      return attribute(target, 'dir') ?? '';
    case 'controller':
      return [type, attribute(element, 'index') ?? ''].join(' ').trim();
    case 'channel':
      return attribute(target, 'name') ?? type;
    case 'serial':
    case 'parallel':
    case 'console':
      // A console without a type of target is a serial one, and says so only while it runs.
      return kind === 'console' ? (attribute(target, 'type') ?? 'serial') : '';
    case 'video':
      return attribute(child(element, 'model'), 'type') ?? '';
    case 'hostdev':
      return hostAddress(element);
    case 'rng':
    case 'tpm':
      return attribute(child(element, 'backend'), 'model') ?? attribute(child(element, 'backend'), 'type') ?? '';
    case 'input':
      return [type, attribute(element, 'bus') ?? ''].join(' ').trim();
    default:
      return attribute(element, 'model') ?? type;
  }
}

/**
 * The devices of the host that a domain has, e.g. `pci 0000:65:00.0`, `usb 046d:c52b`: its `hostdev` elements, and
 * network cards that are functions of a card of the host.
 */
export function hostDeviceLabels(domain: Element): string[] {
  return domainDevices(domain).flatMap(({ kind, element }) => {
    if (kind === 'hostdev') return [hostAddress(element)];
    const isFunction = kind === 'interface' && attribute(element, 'type') === 'hostdev';
    return isFunction ? [hostAddress(element, attribute(child(element, 'source', 'address'), 'type') ?? '')] : [];
  });
}

/** e.g. `pci 0000:65:00.0`, `usb 046d:c52b`. */
function hostAddress(element: Element, type = attribute(element, 'type') ?? ''): string {
  const source = child(element, 'source');
  const hex = (value: string | null): string => (value ?? '0').replace(/^0x/, '');
  const vendor = child(element, 'source', 'vendor');
  if (vendor !== null) {
    const product = child(element, 'source', 'product');
    return `${type} ${hex(attribute(vendor, 'id'))}:${hex(attribute(product, 'id'))}`;
  }
  const address = child(element, 'source', 'address');
  if (address === null) return [type, attribute(source, 'name') ?? ''].join(' ').trim();
  const uuid = attribute(address, 'uuid');
  if (uuid !== null) return `${type} ${uuid}`;
  const part = (name: string, width: number): string => hex(attribute(address, name)).padStart(width, '0');
  if (type === 'pci') return `pci ${part('domain', 4)}:${part('bus', 2)}:${part('slot', 2)}.${part('function', 1)}`;
  return `${type} ${attribute(address, 'bus') ?? ''}:${attribute(address, 'device') ?? ''}`;
}

/** What only a running domain has, or libvirt fills in by itself: no difference that a person made; and passwords. */
const volatile = new Set(['alias', 'address', 'backingStore', 'mirror', 'privateData', 'seclabel', 'acpi']);
const volatilePaths = new Set([
  'source.index',
  'source.portid',
  'source.tls',
  'target.state',
  'target.managed',
  'guest.dev',
  'passwd',
  'tty',
]);

/** The settings of a device by their place in it, e.g. `driver.cache`; those of several like elements are joined. */
export function deviceFacts(kind: string, element: Element): Map<string, string> {
  const facts = new Map<string, string>();
  const add = (path: string, value: string): void => {
    const present = facts.get(path);
    facts.set(path, present === undefined ? value : `${present}, ${value}`);
  };
  const walk = (node: Element, prefix: string): void => {
    for (const { name, value } of [...node.attributes]) {
      const path = `${prefix}${name}`;
      if (name.startsWith('xmlns') || volatilePaths.has(path) || isVolatile(kind, element, path)) continue;
      add(path, value);
    }
    const below = children(node).filter(({ localName }) => !volatile.has(localName ?? ''));
    const text = (node.textContent ?? '').trim();
    if (below.length === 0 && prefix !== '') {
      if (text !== '') add(prefix.slice(0, -1), text);
      else if (node.attributes.length === 0) add(prefix.slice(0, -1), 'yes');
    }
    for (const each of below) walk(each, `${prefix}${each.localName ?? ''}.`);
  };
  walk(element, '');
  return facts;
}

function isVolatile(kind: string, element: Element, path: string): boolean {
  if (kind === 'interface') {
    const ofNetwork = attribute(element, 'type') === 'network';
    return path === 'target.dev' || (ofNetwork && path === 'source.bridge');
  }
  if (kind === 'graphics') {
    // The attribute says the same as the first <listen>.
    if (path === 'listen') return child(element, 'listen') !== null;
    return attribute(element, 'autoport') !== 'no' && /^(tls)?port$/i.test(path);
  }
  if (kind === 'serial' || kind === 'console' || kind === 'parallel' || kind === 'channel') {
    const type = attribute(element, 'type');
    return /^source\.(path|mode)$/.test(path) && (type === 'pty' || kind === 'channel');
  }
  // Whoever looks at the memory of a running domain asks it for figures as often as it likes.
  return kind === 'memballoon' && path === 'stats.period';
}
