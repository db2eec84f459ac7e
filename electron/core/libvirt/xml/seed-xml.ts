import { XMLSerializer } from '@xmldom/xmldom';
import { SEED_NAMESPACE } from '../../../../shared/model/seed-mark.ts';
import { DomainEdit, remove } from './domain-edit.ts';
import { attribute, child, parseRoot } from './elements.ts';
import type { XmlNode } from './render-xml.ts';

/** The volume that cloud-init reads at a machine's first start. */
export interface SeedMark {
  /** UUID. */
  pool: string;
  volume: string;
  path: string;
}

/** The element of a domain's metadata by which the seed is found again (docs/metadata.md). */
export function seedMarkNode({ pool, volume, path }: SeedMark): XmlNode {
  return ['seed:seed', { 'xmlns:seed': SEED_NAMESPACE, pool, volume, path }];
}

/** Reads that element; null where it lacks one of them. Throws PROTOCOL for another element. */
export function readSeedMark(text: string): SeedMark | null {
  const root = parseRoot(text, 'seed');
  const [pool, volume, path] = ['pool', 'volume', 'path'].map((name) => attribute(root, name) ?? '');
  return pool && volume && path ? { pool, volume, path } : null;
}

/** The XML of the CD drive in which that file is, as libvirt's calls take it; null where no drive has it. */
export function driveXml(domainXml: string, path: string, { isEmptied }: { isEmptied: boolean }): string | null {
  const edit = new DomainEdit(domainXml);
  for (const { kind, element } of edit.devices()) {
    const source = child(element, 'source');
    if (kind !== 'disk' || element.getAttribute('device') !== 'cdrom' || source === null) continue;
    if (attribute(source, 'file') !== path && attribute(source, 'dev') !== path) continue;
    if (isEmptied) remove(source);
    return new XMLSerializer().serializeToString(element);
  }
  return null;
}
