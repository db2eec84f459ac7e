import { DOMImplementation, XMLSerializer, type Element } from '@xmldom/xmldom';
import { attribute, child, parseRoot, sizeOf, textOf } from './elements.ts';

/** What the XML of a storage pool tells (https://libvirt.org/formatstorage.html#storage-pool-xml). */
export interface PoolXml {
  /** e.g. `dir`, `logical`, `rbd`. */
  type: string;
  targetPath: string | null;
  /** Where the storage comes from: `host:directory`, a device, or a name. */
  source: string | null;
}

/** What the XML of a volume tells (https://libvirt.org/formatstorage.html#storage-volume-xml). Sizes in bytes. */
export interface VolumeXml {
  /** `file`, `block`, `dir`, `network`. */
  type: string | null;
  path: string | null;
  /** e.g. `qcow2`; null where the volume has no format of its own. */
  format: string | null;
  capacityBytes: number | null;
  allocationBytes: number | null;
  /** The file below a copy-on-write volume. */
  backingPath: string | null;
}

/** Throws PROTOCOL for text that is no pool XML. */
export function readPoolXml(text: string): PoolXml {
  const root = parseRoot(text, 'pool');
  return {
    type: root.getAttribute('type') ?? '',
    targetPath: textOf(child(root, 'target', 'path')),
    source: poolSource(child(root, 'source')),
  };
}

/** Throws PROTOCOL for text that is no volume XML. */
export function readVolumeXml(text: string): VolumeXml {
  const root = parseRoot(text, 'volume');
  return {
    type: attribute(root, 'type'),
    path: textOf(child(root, 'target', 'path')),
    format: attribute(child(root, 'target', 'format'), 'type'),
    capacityBytes: sizeOf(child(root, 'capacity'), 'bytes'),
    allocationBytes: sizeOf(child(root, 'allocation'), 'bytes'),
    backingPath: textOf(child(root, 'backingStore', 'path')),
  };
}

function poolSource(source: Element | null): string | null {
  if (source === null) return null;
  const host = attribute(child(source, 'host'), 'name');
  const what =
    attribute(child(source, 'dir'), 'path') ??
    attribute(child(source, 'device'), 'path') ??
    textOf(child(source, 'name')) ??
    attribute(child(source, 'adapter'), 'name');
  return host !== null && what !== null ? `${host}:${what}` : (what ?? host);
}

/** What a new volume is made from. */
export interface NewVolume {
  name: string;
  capacityBytes: number;
  allocationBytes: number;
  /** Null leaves it to the pool. */
  format: string | null;
}

/** The XML by which a volume is created. */
export function newVolumeXml({ name, capacityBytes, allocationBytes, format }: NewVolume): string {
  const document = new DOMImplementation().createDocument(null, 'volume');
  const add = (parent: Element, tag: string, text = '', attributes: Record<string, string> = {}): Element => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== '') element.appendChild(document.createTextNode(text));
    parent.appendChild(element);
    return element;
  };
  const root = document.documentElement;
  if (root === null) throw new Error('a document without a root');
  add(root, 'name', name);
  add(root, 'capacity', String(capacityBytes), { unit: 'bytes' });
  add(root, 'allocation', String(allocationBytes), { unit: 'bytes' });
  if (format !== null) add(add(root, 'target'), 'format', '', { type: format });
  return new XMLSerializer().serializeToString(document);
}
