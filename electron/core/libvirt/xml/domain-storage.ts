import type { Element } from '@xmldom/xmldom';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';

/** A file (or device or image) of a disk. */
export interface DiskLayer {
  /** `file`, `block`, `network`, `volume`, ...: libvirt's word. */
  type: string;
  /** Path or name; null where none is named. */
  path: string | null;
  /** e.g. `qcow2`; null where libvirt does not say. */
  format: string | null;
}

/** A disk with the files that it stands on. */
export interface StorageDisk {
  /** e.g. `vda`. */
  target: string;
  /** What the domain writes to, then what is below it. */
  layers: [DiskLayer, ...DiskLayer[]];
  /** False where libvirt has not told what is below the last layer: it does so for domains that run. */
  isComplete: boolean;
  /** True where snapshots leave it out: CDs, floppies, read-only disks. */
  isFixed: boolean;
}

/** What decides on snapshots, backups and block jobs of a domain. */
export interface DomainStorage {
  name: string;
  isRunning: boolean;
  disks: StorageDisk[];
  /** With firmware of its own kind of variables: UEFI. */
  hasUefi: boolean;
  /** Its UEFI variables are in a file that can keep snapshots. */
  hasQcow2Nvram: boolean;
  /** Has devices of the host that cannot be put into a file of memory: PCI and mediated ones, virtiofs. */
  hasHostDevices: boolean;
  isAgentConnected: boolean;
}

/** More is no chain that a person made. */
const MAX_LAYERS = 200;

/** Reads it from the XML of a domain as it runs, or of its definition where it does not. Throws PROTOCOL. */
export function readDomainStorage(text: string): DomainStorage {
  const root = parseRoot(text, 'domain');
  const devicesElement = child(root, 'devices');
  const devices = devicesElement === null ? [] : children(devicesElement);
  const named = (name: string): Element[] => devices.filter(({ localName }) => localName === name);
  const loader = child(root, 'os', 'loader');
  return {
    name: textOf(child(root, 'name')) ?? '',
    isRunning: attribute(root, 'id') !== null,
    disks: named('disk').map(readDisk),
    hasUefi: attribute(child(root, 'os'), 'firmware') === 'efi' || attribute(loader, 'type') === 'pflash',
    hasQcow2Nvram: attribute(child(root, 'os', 'nvram'), 'format') === 'qcow2',
    hasHostDevices:
      named('hostdev').some((device) => attribute(device, 'type') !== 'usb') ||
      named('interface').some((device) => attribute(device, 'type') === 'hostdev') ||
      named('filesystem').some((device) => attribute(child(device, 'driver'), 'type') === 'virtiofs'),
    isAgentConnected: named('channel').some((channel) => {
      const target = child(channel, 'target');
      return attribute(target, 'name') === 'org.qemu.guest_agent.0' && attribute(target, 'state') === 'connected';
    }),
  };
}

function readDisk(disk: Element): StorageDisk {
  const first = layerOf(disk, attribute(child(disk, 'driver'), 'type'));
  const below: DiskLayer[] = [];
  let store = child(disk, 'backingStore');
  while (store !== null && child(store, 'source') !== null && below.length < MAX_LAYERS) {
    below.push(layerOf(store, attribute(child(store, 'format'), 'type')));
    store = child(store, 'backingStore');
  }
  const device = attribute(disk, 'device') ?? 'disk';
  return {
    target: attribute(child(disk, 'target'), 'dev') ?? '',
    layers: [first, ...below],
    // An empty element says that nothing is below.
    isComplete: store !== null || (below.length === 0 && first.format === 'raw'),
    isFixed: (device !== 'disk' && device !== 'lun') || child(disk, 'readonly') !== null || first.path === null,
  };
}

function layerOf(element: Element, format: string | null): DiskLayer {
  const source = child(element, 'source');
  const path = ['file', 'dev', 'volume', 'name', 'dir', 'path']
    .map((name) => attribute(source, name))
    .find((value) => value !== null);
  return { type: attribute(element, 'type') ?? 'file', path: path ?? null, format };
}
