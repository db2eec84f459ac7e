import type { Element } from '@xmldom/xmldom';
import { attribute, child, children, parseRoot } from './elements.ts';

/** What the XML of a network tells (https://libvirt.org/formatnetwork.html). */
export interface NetworkXml {
  mode: 'nat' | 'route' | 'open' | 'isolated' | 'bridge' | 'macvtap' | 'openvswitch' | 'hostdev' | 'other';
  bridge: string | null;
  /** Devices of the host by which it reaches the outside. */
  forwardDevices: string[];
  subnets: { address: string; dhcpRanges: { start: string; end: string }[] }[];
  domainName: string | null;
}

/** Throws PROTOCOL for text that is no network XML. */
export function readNetworkXml(text: string): NetworkXml {
  const root = parseRoot(text, 'network');
  const forward = child(root, 'forward');
  const bridge = attribute(child(root, 'bridge'), 'name');
  return {
    mode: modeOf(root, forward, bridge),
    bridge,
    forwardDevices: forward === null ? [] : devicesOf(forward),
    subnets: named(root, 'ip').flatMap(subnetOf),
    domainName: attribute(child(root, 'domain'), 'name'),
  };
}

function modeOf(root: Element, forward: Element | null, bridge: string | null): NetworkXml['mode'] {
  if (forward === null) return 'isolated';
  const mode = attribute(forward, 'mode') ?? 'nat';
  switch (mode) {
    case 'nat':
    case 'route':
    case 'open':
    case 'hostdev':
      return mode;
    case 'bridge':
      if (bridge === null) return 'macvtap';
      return attribute(child(root, 'virtualport'), 'type') === 'openvswitch' ? 'openvswitch' : 'bridge';
    case 'private':
    case 'vepa':
    case 'passthrough':
      return 'macvtap';
    default:
      return 'other';
  }
}

/** `dev` repeats the first `<interface>`. */
function devicesOf(forward: Element): string[] {
  const names = [attribute(forward, 'dev'), ...named(forward, 'interface').map((each) => attribute(each, 'dev'))];
  return [...new Set(names.filter((name) => name !== null))];
}

/** The address of an `<ip>` element with the length of its prefix, where it has one; null for none. */
export function subnetAddress(ip: Element): string | null {
  const address = attribute(ip, 'address');
  const prefix = attribute(ip, 'prefix') ?? prefixOf(attribute(ip, 'netmask'));
  return address === null || prefix === null ? address : `${address}/${prefix}`;
}

function subnetOf(ip: Element): NetworkXml['subnets'] {
  const address = subnetAddress(ip);
  if (address === null) return [];
  const dhcp = child(ip, 'dhcp');
  const dhcpRanges = (dhcp === null ? [] : named(dhcp, 'range')).flatMap((range) => {
    const start = attribute(range, 'start');
    const end = attribute(range, 'end');
    return start === null || end === null ? [] : [{ start, end }];
  });
  return [{ address, dhcpRanges }];
}

/** The length of the prefix that an IPv4 netmask stands for; null where it is none. */
function prefixOf(netmask: string | null): string | null {
  const parts = netmask?.split('.').map(Number) ?? [];
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return null;
  const bits = parts.map((part) => part.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? String(bits.lastIndexOf('1') + 1) : null;
}

function named(parent: Element, name: string): Element[] {
  return children(parent).filter((element) => element.localName === name);
}
