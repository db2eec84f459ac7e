import { DOMImplementation, XMLSerializer, type Element } from '@xmldom/xmldom';
import { fieldsOf, type PoolKind, type PoolValues } from '../../../../shared/model/pool-kinds.ts';
import { attribute, child, children, parseRoot, sizeOf, textOf } from './elements.ts';

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

/** The kinds of pools that a host can have, by its capabilities. Throws PROTOCOL. */
export function readPoolKinds(text: string): string[] {
  return children(parseRoot(text, 'storagepoolCapabilities'))
    .filter((pool) => pool.localName === 'pool' && pool.getAttribute('supported') === 'yes')
    .map((pool) => pool.getAttribute('type') ?? '');
}

/** The XML by which a pool is defined; fields that its kind does not have are left out. */
export function newPoolXml({ name, kind, values }: { name: string; kind: PoolKind; values: PoolValues }): string {
  const { root, add, text } = newDocument('pool');
  root.setAttribute('type', kind);
  add(root, 'name', name);
  const fields = fieldsOf(kind).filter((field) => (values[field] ?? '') !== '');
  const source = fields.some((field) => field !== 'targetPath') ? add(root, 'source') : root;
  for (const field of fields) {
    const value = values[field] ?? '';
    switch (field) {
      case 'host':
        add(source, 'host', '', { name: value });
        break;
      case 'directory':
        add(source, 'dir', '', { path: value });
        break;
      case 'device':
      case 'iqn':
        add(source, 'device', '', { path: value });
        break;
      case 'initiator':
        add(add(source, 'initiator'), 'iqn', '', { name: value });
        break;
      case 'adapter':
        add(source, 'adapter', '', { type: 'scsi_host', name: value });
        break;
      case 'sourceName':
        add(source, 'name', value);
        break;
      case 'format':
        add(source, 'format', '', { type: value });
        break;
      case 'targetPath':
        add(add(root, 'target'), 'path', value);
    }
  }
  // Its schema demands one, whatever is in it.
  if (kind === 'logical') add(root, 'target');
  return text();
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
  const { root, add, text } = newDocument('volume');
  add(root, 'name', name);
  add(root, 'capacity', String(capacityBytes), { unit: 'bytes' });
  add(root, 'allocation', String(allocationBytes), { unit: 'bytes' });
  if (format !== null) {
    const target = add(root, 'target');
    add(target, 'format', '', { type: format });
    // libvirt's own choice is what QEMU before 1.1 (2012) reads, which cannot have checkpoints.
    if (format === 'qcow2') add(target, 'compat', '1.1');
  }
  return text();
}

type Add = (parent: Element, tag: string, text?: string, attributes?: Record<string, string>) => Element;

function newDocument(rootName: string): { root: Element; add: Add; text: () => string } {
  const document = new DOMImplementation().createDocument(null, rootName);
  const add: Add = (parent, tag, text = '', attributes = {}) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== '') element.appendChild(document.createTextNode(text));
    parent.appendChild(element);
    return element;
  };
  const root = document.documentElement;
  if (root === null) throw new Error('a document without a root');
  return { root, add, text: () => new XMLSerializer().serializeToString(document) };
}
