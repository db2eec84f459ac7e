import { XMLSerializer } from '@xmldom/xmldom';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';
import { renderXml, type XmlNode } from './render-xml.ts';

/** What the XML of a domain snapshot tells (https://libvirt.org/formatsnapshot.html). */
export interface SnapshotXml {
  parent: string | null;
  description: string;
  createdAtMs: number | null;
  state: string;
  hasMemory: boolean;
  /** Path of the memory of an external one. */
  memoryFile: string | null;
  kind: 'internal' | 'external';
  /** Disks that it has, with the new file above each where it is external. */
  disks: { target: string; overlay: string | null }[];
}

/** Throws PROTOCOL for text that is not well-formed snapshot XML. */
export function readSnapshotXml(text: string): SnapshotXml {
  const root = parseRoot(text, 'domainsnapshot');
  const seconds = Number(textOf(child(root, 'creationTime')) ?? Number.NaN);
  const memory = attribute(child(root, 'memory'), 'snapshot') ?? 'no';
  const disksElement = child(root, 'disks');
  const disks = disksElement === null ? [] : children(disksElement);
  const isExternal = memory === 'external' || disks.some((disk) => attribute(disk, 'snapshot') === 'external');
  return {
    parent: textOf(child(root, 'parent', 'name')),
    description: textOf(child(root, 'description')) ?? '',
    createdAtMs: Number.isFinite(seconds) ? seconds * 1_000 : null,
    state: textOf(child(root, 'state')) ?? '',
    hasMemory: memory !== 'no',
    memoryFile: attribute(child(root, 'memory'), 'file'),
    kind: isExternal ? 'external' : 'internal',
    disks: disks
      .filter((disk) => (attribute(disk, 'snapshot') ?? 'no') !== 'no')
      .map((disk) => {
        const source = child(disk, 'source');
        return {
          target: attribute(disk, 'name') ?? '',
          overlay: attribute(source, 'file') ?? attribute(source, 'dev') ?? attribute(source, 'name'),
        };
      }),
  };
}

/** A snapshot to ask for. */
export interface WantedSnapshot {
  name: string;
  description: string;
  /** Null for an internal one, for which libvirt chooses what belongs to it. */
  external: {
    /** Path of the new file of each disk. */
    overlays: ReadonlyMap<string, string>;
    /** The other disks, which must be named too: libvirt would take them along. */
    without: readonly string[];
    memoryFile: string | null;
  } | null;
}

/** XML that asks for a snapshot. */
export function writeSnapshotXml({ name, description, external }: WantedSnapshot): string {
  return renderXml([
    'domainsnapshot',
    {},
    ['name', {}, name],
    ['description', {}, description],
    external === null
      ? null
      : external.memoryFile === null
        ? ['memory', { snapshot: 'no' }]
        : ['memory', { snapshot: 'external', file: external.memoryFile }],
    external === null
      ? null
      : [
          'disks',
          {},
          ...external.without.map((target): XmlNode => ['disk', { name: target, snapshot: 'no' }]),
          ...[...external.overlays].map(([target, file]): XmlNode => [
            'disk',
            { name: target, snapshot: 'external', type: 'file' },
            ['driver', { type: 'qcow2' }],
            ['source', { file }],
          ]),
        ],
  ]);
}

/** The XML of a snapshot with another description; all else stays as it is. Throws PROTOCOL. */
export function describeSnapshotXml(text: string, description: string): string {
  const root = parseRoot(text, 'domainsnapshot');
  const old = child(root, 'description');
  if (old !== null) old.textContent = description;
  else {
    const element = root.ownerDocument?.createElement('description');
    if (element === undefined) throw new TypeError('a parsed element has a document');
    element.textContent = description;
    root.insertBefore(element, child(root, 'name')?.nextSibling ?? root.firstChild);
  }
  return new XMLSerializer().serializeToString(root);
}
