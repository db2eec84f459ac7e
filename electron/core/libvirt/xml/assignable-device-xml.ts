import type { Element } from '@xmldom/xmldom';
import type { NewElement } from './domain-edit.ts';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';

/** A device of the host that a domain can be given whole, read from the XML of a node device. */
export interface AssignableDevice {
  name: string;
  type: 'usb' | 'pci' | 'mdev';
  vendor: string;
  product: string;
  /** As people write it: `0000:65:00.0`, `001:004`, the UUID of an mdev. */
  address: string;
  /** Vendor and product of a USB device, e.g. `046d:c52b`; null for others. */
  usbId: string | null;
  iommuGroup: number | null;
  /** Addresses of the whole group, its own among them. */
  groupAddresses: string[];
  driver: string | null;
}

/**
 * Reads https://libvirt.org/formatnode.html; null for a device that is not assigned to domains: hubs, bridges and what
 * is neither USB, PCI nor mdev. Throws PROTOCOL for text that is no node device XML.
 */
export function readAssignableDevice(text: string): AssignableDevice | null {
  const root = parseRoot(text, 'device');
  const name = textOf(child(root, 'name')) ?? '';
  const driver = textOf(child(root, 'driver', 'name'));
  const capabilities = children(root).filter(({ localName }) => localName === 'capability');
  for (const capability of capabilities) {
    const words = { vendor: wordOf(child(capability, 'vendor')), product: wordOf(child(capability, 'product')) };
    switch (attribute(capability, 'type')) {
      case 'pci': {
        // Bridges belong to the host's own tree.
        if (textOf(child(capability, 'class'))?.startsWith('0x06') === true) return null;
        const group = child(capability, 'iommuGroup');
        const members =
          group === null ? [] : children(group).map((each) => pciAddress((part) => attribute(each, part)));
        const address = pciAddress((part) => textOf(child(capability, part)));
        const iommuGroup = group === null ? null : numberOf(attribute(group, 'number'));
        return { name, type: 'pci', ...words, address, usbId: null, iommuGroup, groupAddresses: members, driver };
      }
      case 'usb_device': {
        const [bus, device] = [textOf(child(capability, 'bus')), textOf(child(capability, 'device'))];
        const ids = [child(capability, 'vendor'), child(capability, 'product')].map(idOf);
        const [vendorId, productId] = ids;
        // The root hubs are the host's controllers.
        if (vendorId === '1d6b' || bus === null || device === null) return null;
        return {
          name,
          type: 'usb',
          ...words,
          address: `${bus.padStart(3, '0')}:${device.padStart(3, '0')}`,
          usbId: ids.every((id) => id !== '') ? `${vendorId}:${productId}` : null,
          iommuGroup: null,
          groupAddresses: [],
          driver,
        };
      }
      case 'mdev': {
        const uuid = textOf(child(capability, 'uuid')) ?? /^mdev_([0-9a-f_]{36})/.exec(name)?.[1]?.replaceAll('_', '-');
        if (uuid === undefined) return null;
        const iommuGroup = numberOf(attribute(child(capability, 'iommuGroup'), 'number'));
        const product = attribute(child(capability, 'type'), 'id') ?? '';
        return {
          name,
          type: 'mdev',
          vendor: '',
          product,
          address: uuid,
          usbId: null,
          iommuGroup,
          groupAddresses: [],
          driver,
        };
      }
      default:
    }
  }
  return null;
}

/** The element by which a domain has it. `isOnly` for a USB device that is the only one of its vendor and product. */
export function hostdevElement(device: AssignableDevice, isOnly: boolean): NewElement {
  const source = (children: NewElement[]): NewElement => ({ name: 'source', children });
  const hostdev = (attributes: Record<string, string>, inner: NewElement[]): NewElement => ({
    name: 'hostdev',
    attributes: { mode: 'subsystem', type: device.type, ...attributes },
    children: [source(inner)],
  });
  switch (device.type) {
    case 'pci': {
      const [domain = '', bus = '', slot = '', fn = ''] = device.address.split(/[:.]/);
      const parts = { domain: `0x${domain}`, bus: `0x${bus}`, slot: `0x${slot}`, function: `0x${fn}` };
      // The host's driver gives it up at the start and has it again at the end.
      return hostdev({ managed: 'yes' }, [{ name: 'address', attributes: parts }]);
    }
    case 'usb': {
      const [vendor = '', product = ''] = (device.usbId ?? '').split(':');
      // The number on the bus is another one whenever it is plugged in.
      if (isOnly && device.usbId !== null) {
        return hostdev({}, [
          { name: 'vendor', attributes: { id: `0x${vendor}` } },
          { name: 'product', attributes: { id: `0x${product}` } },
        ]);
      }
      const [bus = '', number = ''] = device.address.split(':').map((part) => String(Number(part)));
      return hostdev({}, [{ name: 'address', attributes: { bus, device: number } }]);
    }
    case 'mdev':
      return hostdev({ model: 'vfio-pci' }, [{ name: 'address', attributes: { uuid: device.address } }]);
  }
}

/** True where one of a domain's `hostdev` elements, named as `domainDevices` labels it, is this device. */
export function isSameDevice(device: AssignableDevice, hostdevLabel: string): boolean {
  const [type, place] = hostdevLabel.split(' ');
  if (type !== device.type || place === undefined) return false;
  if (type !== 'usb') return place.toLowerCase() === device.address.toLowerCase();
  if (place === device.usbId) return true;
  const numbers = (address: string): string => address.split(':').map(Number).join(':');
  return numbers(place) === numbers(device.address);
}

function pciAddress(part: (name: string) => string | null): string {
  const hex = (name: string, width: number): string => {
    const text = part(name) ?? '0';
    // In the address of a group's member the numbers are hexadecimal, in the device's own they are decimal.
    const value = text.startsWith('0x') ? text.slice(2) : Number(text).toString(16);
    return value.padStart(width, '0');
  };
  return `${hex('domain', 4)}:${hex('bus', 2)}:${hex('slot', 2)}.${hex('function', 1)}`;
}

function idOf(element: Element | null): string {
  return (attribute(element, 'id') ?? '').replace(/^0x/, '').toLowerCase();
}

/** Its name, or its number where the host does not know one. */
function wordOf(element: Element | null): string {
  return textOf(element) ?? idOf(element);
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
