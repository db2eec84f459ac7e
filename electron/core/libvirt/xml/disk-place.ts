import { XMLSerializer, type Element } from '@xmldom/xmldom';
import { ensure, remove, set } from './domain-edit.ts';
import { attribute, child, children, find, parseRoot } from './elements.ts';

/** Where a disk is on the host. */
export interface DiskPlace {
  type: 'file' | 'block';
  path: string;
  /** As QEMU's drivers are called. */
  format: string;
}

/** What a disk of a domain names as its source, and what decides on moving it. */
export interface DiskSource {
  /** Path, or name in `pool`; null where it names none. */
  name: string | null;
  /** Null where it names a path. */
  pool: string | null;
  isEncrypted: boolean;
  isShareable: boolean;
  /** A job that copies or merges it to another place; null where none runs. */
  mirror: { isCopy: boolean; path: string | null } | null;
}

/** What would name something else than a file or a device. */
const SOURCE_ATTRIBUTES = ['file', 'dev', 'dir', 'pool', 'volume', 'mode', 'index', 'protocol', 'name', 'query'];

/** The source of each disk of a domain by its target. Throws PROTOCOL. */
export function readDiskSources(text: string): Map<string, DiskSource> {
  return new Map(disksOf(parseRoot(text, 'domain')).map((disk) => [targetOf(disk), readSource(disk)]));
}

/**
 * The XML of a domain with one of its disks at another place, where it stands alone: what is not about the place stays.
 * Null where the disk is not at `from`. Throws PROTOCOL.
 */
export function withDiskAt(
  text: string,
  target: string,
  from: Pick<DiskSource, 'name' | 'pool'>,
  to: DiskPlace,
): string | null {
  const root = parseRoot(text, 'domain');
  const disk = disksOf(root).find((each) => targetOf(each) === target);
  if (disk === undefined) return null;
  const { name, pool } = readSource(disk);
  if (name !== from.name || pool !== from.pool) return null;
  set(disk, { type: to.type });
  const source = ensure(disk, 'source');
  for (const each of SOURCE_ATTRIBUTES) source.removeAttribute(each);
  // Labels are kept; servers, logins and slices are about the old place.
  for (const each of children(source)) if (each.localName !== 'seclabel') remove(each);
  set(source, { [to.type === 'file' ? 'file' : 'dev']: to.path });
  set(ensure(disk, 'driver'), { type: to.format });
  for (const each of children(disk)) if (each.localName === 'backingStore' || each.localName === 'mirror') remove(each);
  return new XMLSerializer().serializeToString(root);
}

/** A disk by its place alone, as DOMAIN_BLOCK_COPY takes it. */
export function diskPlaceXml({ type, path, format }: DiskPlace): string {
  const disk = parseRoot('<disk><driver name="qemu"/><source/></disk>', 'disk');
  set(disk, { type });
  set(ensure(disk, 'driver'), { type: format });
  set(ensure(disk, 'source'), { [type === 'file' ? 'file' : 'dev']: path });
  return new XMLSerializer().serializeToString(disk);
}

function disksOf(root: Element): Element[] {
  const devices = child(root, 'devices');
  return devices === null ? [] : children(devices).filter(({ localName }) => localName === 'disk');
}

function targetOf(disk: Element): string {
  return attribute(child(disk, 'target'), 'dev') ?? '';
}

function readSource(disk: Element): DiskSource {
  const source = child(disk, 'source');
  const mirror = child(disk, 'mirror');
  return {
    name: sourceName(source),
    pool: attribute(source, 'pool'),
    isEncrypted: find(disk, ({ localName }) => localName === 'encryption') !== null,
    isShareable: child(disk, 'shareable') !== null,
    mirror:
      mirror === null
        ? null
        : { isCopy: attribute(mirror, 'job') === 'copy', path: sourceName(child(mirror, 'source')) },
  };
}

function sourceName(source: Element | null): string | null {
  const names = ['file', 'dev', 'volume', 'name', 'dir'].map((name) => attribute(source, name));
  return names.find((name) => name !== null) ?? null;
}
