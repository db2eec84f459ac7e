import type { Element } from '@xmldom/xmldom';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';
import { renderXml } from './render-xml.ts';

/** What the XML of a host's device tells (https://libvirt.org/formatnode.html). */
export interface NodeDeviceXml {
  parent: string | null;
  label: string | null;
  driver: string | null;
  devNode: string | null;
  sizeBytes: number | null;
  mac: string | null;
  iommuGroup: number | null;
  path: string | null;
  /** Kinds of mediated devices that it can be divided into. */
  mdevTypes: { id: string; name: string | null; available: number }[];
}

/** Throws PROTOCOL for text that is no device XML. */
export function readNodeDeviceXml(text: string): NodeDeviceXml {
  const root = parseRoot(text, 'device');
  const capability = child(root, 'capability');
  const of = (...path: string[]): string | null => (capability === null ? null : textOf(child(capability, ...path)));
  const isNet = attribute(capability, 'type') === 'net';
  const devNodes = children(root).filter((each) => each.localName === 'devnode' && each.getAttribute('type') === 'dev');
  return {
    parent: textOf(child(root, 'parent')),
    label: labelOf(capability, of),
    driver: textOf(child(root, 'driver', 'name')),
    devNode: textOf(devNodes[0] ?? null) ?? of('block'),
    sizeBytes: natural(of('size')),
    mac: isNet ? of('address') : null,
    iommuGroup: capability === null ? null : natural(attribute(child(capability, 'iommuGroup'), 'number')),
    path: textOf(child(root, 'path')),
    mdevTypes: mdevTypesOf(capability),
  };
}

/** Words where the host knows some, else the numbers that stand for them. */
function labelOf(capability: Element | null, of: (...path: string[]) => string | null): string | null {
  if (capability === null) return null;
  switch (attribute(capability, 'type')) {
    case 'net':
      return of('interface');
    case 'system':
      return joined([of('hardware', 'vendor'), of('product')]);
    case 'storage':
      return joined([of('vendor'), of('model')]) ?? of('block');
    case 'mdev':
      return attribute(child(capability, 'type'), 'id');
    case 'pci':
    case 'usb_device': {
      const id = (part: 'vendor' | 'product'): string | null => of(part) ?? attribute(child(capability, part), 'id');
      return joined([id('vendor'), id('product')]);
    }
    default:
      return null;
  }
}

/** A PCI device, a channel of a mainframe and a matrix of crypto devices have them alike. */
function mdevTypesOf(capability: Element | null): NodeDeviceXml['mdevTypes'] {
  const inner = capability === null ? [] : children(capability);
  const list = inner.find((each) => attribute(each, 'type') === 'mdev_types');
  return (list === undefined ? [] : children(list)).flatMap((type) => {
    const id = type.localName === 'type' ? attribute(type, 'id') : null;
    const available = natural(textOf(child(type, 'availableInstances'))) ?? 0;
    return id === null ? [] : [{ id, name: textOf(child(type, 'name')), available }];
  });
}

/** The XML by which a mediated device is made (https://libvirt.org/formatnode.html). */
export function newMdevXml({ parent, type, uuid }: { parent: string; type: string; uuid: string }): string {
  return renderXml([
    'device',
    {},
    ['parent', {}, parent],
    ['capability', { type: 'mdev' }, ['type', { id: type }], ['uuid', {}, uuid]],
  ]);
}

function joined(parts: readonly (string | null)[]): string | null {
  const present = parts.filter((part) => part !== null);
  return present.length === 0 ? null : present.join(' ');
}

function natural(text: string | null): number | null {
  const value = Number(text ?? Number.NaN);
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}
