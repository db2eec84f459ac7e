import type { Element } from '@xmldom/xmldom';
import { attribute, child, children } from './elements.ts';
import { domainDevices } from './domain-devices.ts';

/** Kinds of devices that the firmware can start a system from. */
export const bootKinds: readonly string[] = ['disk', 'interface', 'hostdev', 'redirdev'];

/** Keys of the devices in the order in which they are tried; from `<os><boot dev=>` where no device has its own place. */
export function bootOrder(domain: Element | null): string[] {
  if (domain === null) return [];
  const devices = domainDevices(domain).filter(({ kind }) => bootKinds.includes(kind));
  const places = devices
    .map(({ key, element }) => ({ key, place: Number(attribute(child(element, 'boot'), 'order') ?? 'NaN') }))
    .filter(({ place }) => Number.isInteger(place))
    .sort((one, other) => one.place - other.place);
  if (places.length > 0) return places.map(({ key }) => key);
  const os = child(domain, 'os');
  const words = os === null ? [] : children(os).filter(({ localName }) => localName === 'boot');
  return words.flatMap((boot) => {
    const word = attribute(boot, 'dev');
    return devices.filter(({ kind, element }) => word === wordOf(kind, element)).map(({ key }) => key);
  });
}

function wordOf(kind: string, element: Element): string | null {
  if (kind === 'interface') return 'network';
  if (kind !== 'disk') return null;
  const device = attribute(element, 'device') ?? 'disk';
  return { cdrom: 'cdrom', floppy: 'fd' }[device] ?? 'hd';
}
