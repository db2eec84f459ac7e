import type { Element } from '@xmldom/xmldom';
import { hostLinkKinds, type HostLink } from '../../../../shared/contract/host-links.ts';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';

/** What the XML of a host's interface tells (src/conf/schemas/interface.rng). */
export type InterfaceXml = Pick<
  HostLink,
  'kind' | 'isUp' | 'mac' | 'mtu' | 'speedMbps' | 'addresses' | 'parts' | 'vlanTag'
>;

/** What drivers tell for a speed that is not known, as a number of 32 bits. */
const NO_SPEED = 0xffff_ffff;

/** Throws PROTOCOL for text that is no interface XML. */
export function readInterfaceXml(text: string): InterfaceXml {
  return linkOfElement(parseRoot(text, 'interface'));
}

/**
 * The interface and those that it is made of, which libvirt lists nowhere else. Throws PROTOCOL for text that is no
 * interface XML.
 */
export function readInterfacesXml(text: string): (InterfaceXml & { name: string })[] {
  const walk = (element: Element): (InterfaceXml & { name: string })[] => {
    const name = attribute(element, 'name');
    // Without a type it is only named, and told elsewhere.
    if (name === null || attribute(element, 'type') === null) return [];
    return [{ name, ...linkOfElement(element) }, ...partsOf(element).flatMap(walk)];
  };
  return walk(parseRoot(text, 'interface'));
}

function partsOf(element: Element): Element[] {
  const holder = child(element, attribute(element, 'type') ?? '');
  return holder === null ? [] : children(holder).filter(({ localName }) => localName === 'interface');
}

function linkOfElement(root: Element): InterfaceXml {
  const addresses = children(root)
    .filter(({ localName }) => localName === 'protocol')
    .flatMap((protocol) => children(protocol).filter(({ localName }) => localName === 'ip'))
    .flatMap((ip) => {
      const address = attribute(ip, 'address');
      const prefix = attribute(ip, 'prefix');
      return address === null || prefix === null ? [] : [`${address}/${prefix}`];
    });
  const type = attribute(root, 'type');
  const kind = hostLinkKinds.find((each) => each === type) ?? 'other';
  return {
    kind,
    ...linkOf(child(root, 'link')),
    mac: attribute(child(root, 'mac'), 'address')?.toLowerCase() ?? null,
    mtu: numberOf(attribute(child(root, 'mtu'), 'size')),
    addresses,
    parts: partsOf(root).flatMap((part) => attribute(part, 'name') ?? []),
    vlanTag: numberOf(attribute(child(root, 'vlan'), 'tag')),
  };
}

/** What the XML of a host's device tells of a network interface; null for a device of another kind. */
export function readNetDeviceXml(text: string): (InterfaceXml & { name: string }) | null {
  const root = parseRoot(text, 'device');
  const capability = child(root, 'capability');
  const name = textOf(child(root, 'capability', 'interface'));
  if (capability === null || attribute(capability, 'type') !== 'net' || name === null) return null;
  const isVirtual = textOf(child(root, 'path'))?.includes('/virtual/') === true;
  return {
    name,
    kind: isVirtual ? 'other' : 'ethernet',
    ...linkOf(child(capability, 'link')),
    mac: textOf(child(capability, 'address'))?.toLowerCase() ?? null,
    ...{ mtu: null, addresses: [], parts: [], vlanTag: null },
  };
}

function linkOf(link: Element | null): Pick<InterfaceXml, 'isUp' | 'speedMbps'> {
  const state = attribute(link, 'state');
  const speed = numberOf(attribute(link, 'speed'));
  return {
    isUp: state === 'up' ? true : state === null || state === 'unknown' ? null : false,
    speedMbps: speed === 0 || speed === NO_SPEED ? null : speed,
  };
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : null;
}
