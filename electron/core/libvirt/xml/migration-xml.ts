import { XMLSerializer, type Element } from '@xmldom/xmldom';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';

/** A disk or drive of a domain that may migrate. */
export interface MigrationDisk {
  /** e.g. `vda`. */
  target: string;
  /** `file`, `block`, `volume`, `network`, ...: libvirt's word. */
  type: string;
  /** Path, name, or `pool/volume`; null for an empty drive. */
  path: string | null;
  /** What libvirt copies with the domain: writable, not shared, with a medium. */
  isCopied: boolean;
  /** True where the host's page cache may hold what the other host does not see. */
  isCached: boolean;
}

/** What a domain needs of the host that it goes to. */
export interface MigrationNeeds {
  virtType: string;
  architecture: string | null;
  machineType: string | null;
  emulator: string | null;
  /** The `<cpu>` element; null where the domain has none. */
  cpu: { xml: string; mode: string } | null;
  disks: MigrationDisk[];
  /** Networks of libvirt that its cards are on, each once. */
  networks: string[];
  /** Bridges and devices of the host that its cards are on, each once. */
  hostInterfaces: string[];
  /** Devices of the source host, by the kind that libvirt calls them: these cannot go along. */
  hostDevices: string[];
  /** Devices with state outside of the guest, which newer libvirt may be able to take along. */
  doubtfulDevices: string[];
}

/** What tells a host from others. Throws PROTOCOL for text that is no capabilities XML (CONNECT_GET_CAPABILITIES). */
export function readHostTraits(text: string): { uuid: string | null; cpuModel: string | null } {
  const host = child(parseRoot(text, 'capabilities'), 'host');
  return {
    uuid: host === null ? null : textOf(child(host, 'uuid')),
    cpuModel: host === null ? null : textOf(child(host, 'cpu', 'model')),
  };
}

/** Reads it from the XML of a domain as it runs, or of its definition where it does not. Throws PROTOCOL. */
export function readMigrationNeeds(text: string): MigrationNeeds {
  const root = parseRoot(text, 'domain');
  const parent = child(root, 'devices');
  const devices = parent === null ? [] : children(parent);
  const named = (name: string): Element[] => devices.filter(({ localName }) => localName === name);
  const type = child(root, 'os', 'type');
  const cpu = child(root, 'cpu');
  const cards = named('interface').map((card) => ({ kind: card.getAttribute('type'), source: child(card, 'source') }));
  const sources = (kind: string, name: string): string[] =>
    cards.flatMap((card) => (card.kind === kind ? (attribute(card.source, name) ?? []) : []));
  return {
    virtType: root.getAttribute('type') ?? '',
    architecture: attribute(type, 'arch'),
    machineType: attribute(type, 'machine'),
    emulator: textOf(parent === null ? null : child(parent, 'emulator')),
    cpu:
      cpu === null
        ? null
        : { xml: new XMLSerializer().serializeToString(cpu), mode: attribute(cpu, 'mode') ?? 'custom' },
    disks: named('disk').map(readDisk),
    networks: [...new Set(sources('network', 'network'))],
    hostInterfaces: [...new Set([...sources('bridge', 'bridge'), ...sources('direct', 'dev')])],
    hostDevices: [
      ...named('hostdev').map((device) => attribute(device, 'type') ?? 'hostdev'),
      ...cards.flatMap(({ kind }) => (kind === 'hostdev' ? ['pci'] : [])),
    ],
    doubtfulDevices: ['filesystem', 'shmem'].filter((name) => named(name).length > 0),
  };
}

/**
 * The same XML with these disks in other files, by target: what is not known here stays as it is. What a copied disk
 * stood on is copied into it, so that it stands on nothing there. Throws PROTOCOL.
 */
export function withMovedDisks(text: string, files: ReadonlyMap<string, string>): string {
  const root = parseRoot(text, 'domain');
  const devices = child(root, 'devices');
  for (const disk of devices === null ? [] : children(devices)) {
    const file = files.get(attribute(child(disk, 'target'), 'dev') ?? '');
    const source = child(disk, 'source');
    if (disk.localName !== 'disk' || file === undefined || source === null) continue;
    disk.setAttribute('type', 'file');
    for (const name of ['file', 'dev', 'pool', 'volume', 'mode', 'index', 'startupPolicy'])
      source.removeAttribute(name);
    source.setAttribute('file', file);
    const backing = child(disk, 'backingStore');
    if (backing !== null) disk.removeChild(backing);
  }
  return new XMLSerializer().serializeToString(root);
}

function readDisk(disk: Element): MigrationDisk {
  const source = child(disk, 'source');
  const type = attribute(disk, 'type') ?? 'file';
  const device = attribute(disk, 'device') ?? 'disk';
  const cache = attribute(child(disk, 'driver'), 'cache') ?? 'default';
  const isFixed = child(disk, 'readonly') !== null || child(disk, 'shareable') !== null;
  const pool = attribute(source, 'pool');
  const name = ['file', 'dev', 'volume', 'name', 'dir'].map((each) => attribute(source, each)).find((each) => each);
  const path = pool === null ? (name ?? null) : `${pool}/${name ?? ''}`;
  return {
    target: attribute(child(disk, 'target'), 'dev') ?? '',
    type,
    path,
    isCopied: (device === 'disk' || device === 'lun') && !isFixed && path !== null && type !== 'network',
    isCached: !isFixed && device === 'disk' && type !== 'network' && cache !== 'none' && cache !== 'directsync',
  };
}
