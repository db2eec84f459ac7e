import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';

/** What the XML of a domain snapshot tells (https://libvirt.org/formatsnapshot.html). */
export interface SnapshotXml {
  parent: string | null;
  description: string;
  createdAtMs: number | null;
  state: string;
  hasMemory: boolean;
  kind: 'internal' | 'external';
}

/** Throws PROTOCOL for text that is not well-formed snapshot XML. */
export function readSnapshotXml(text: string): SnapshotXml {
  const root = parseRoot(text, 'domainsnapshot');
  const seconds = Number(textOf(child(root, 'creationTime')) ?? Number.NaN);
  const memory = attribute(child(root, 'memory'), 'snapshot') ?? 'no';
  const disks = child(root, 'disks');
  const isExternal =
    memory === 'external' ||
    (disks !== null && children(disks).some((disk) => attribute(disk, 'snapshot') === 'external'));
  return {
    parent: textOf(child(root, 'parent', 'name')),
    description: textOf(child(root, 'description')) ?? '',
    createdAtMs: Number.isFinite(seconds) ? seconds * 1_000 : null,
    state: textOf(child(root, 'state')) ?? '',
    hasMemory: memory !== 'no',
    kind: isExternal ? 'external' : 'internal',
  };
}

/** XML that asks for a snapshot; libvirt chooses what belongs to it. */
export function writeSnapshotXml({ name, description }: { name: string; description: string }): string {
  const document = new DOMImplementation().createDocument(null, 'domainsnapshot');
  const root = document.documentElement;
  if (root === null) throw new TypeError('a new document has a root');
  for (const [tag, text] of [
    ['name', name],
    ['description', description],
  ] as const) {
    const element = document.createElement(tag);
    element.appendChild(document.createTextNode(text));
    root.appendChild(element);
  }
  return new XMLSerializer().serializeToString(document);
}
