import type { Element } from '@xmldom/xmldom';
import { attribute, child, children, parseRoot, sizeOf, textOf } from './elements.ts';

/** What CONNECT_GET_CAPABILITIES tells of a host itself. */
export interface HostXml {
  architecture: string | null;
  cpuModel: string | null;
  cpuVendor: string | null;
  hasIommu: boolean | null;
  cells: { id: number; cpus: number[]; memoryBytes: number | null }[];
  /** Larger ones than the smallest, by cell. */
  hugepages: { cell: number; sizeBytes: number; count: number }[];
  /** Fully virtualized guests, those of the host's own architecture first. */
  guests: { architecture: string; virtTypes: string[]; machineTypes: number }[];
}

/** What SMBIOS says of the machine; null where it says nothing. */
export interface SysinfoXml {
  system: string | null;
  processor: string | null;
  biosVersion: string | null;
}

/** Reads https://libvirt.org/formatcaps.html. Throws PROTOCOL for text that is no capabilities XML. */
export function readHostXml(text: string): HostXml {
  const root = parseRoot(text, 'capabilities');
  const host = child(root, 'host');
  const cpu = child(root, 'host', 'cpu');
  const iommu = attribute(child(root, 'host', 'iommu'), 'support');
  const cells = named(child(host ?? root, 'topology', 'cells'), 'cell');
  const architecture = textOf(child(root, 'host', 'cpu', 'arch'));
  const isOwn = (guest: { architecture: string }): number => Number(guest.architecture === architecture);
  return {
    architecture,
    cpuModel: textOf(cpu === null ? null : child(cpu, 'model')),
    cpuVendor: textOf(cpu === null ? null : child(cpu, 'vendor')),
    hasIommu: iommu === null ? null : iommu === 'yes',
    cells: cells.map((cell) => ({
      id: numberOf(cell, 'id'),
      cpus: named(child(cell, 'cpus'), 'cpu').map((each) => numberOf(each, 'id')),
      memoryBytes: sizeOf(child(cell, 'memory')),
    })),
    hugepages: cells.flatMap(hugepagesOf),
    guests: named(root, 'guest')
      .flatMap(guestOf)
      .sort((one, other) => isOwn(other) - isOwn(one)),
  };
}

/** Reads what CONNECT_GET_SYSINFO tells. Throws PROTOCOL for text that is no sysinfo XML. */
export function readSysinfoXml(text: string): SysinfoXml {
  const root = parseRoot(text, 'sysinfo');
  const entry = (part: string, name: string): string | null => {
    const entries = named(child(root, part), 'entry');
    return textOf(entries.find((each) => each.getAttribute('name') === name) ?? null);
  };
  const system = [entry('system', 'manufacturer'), entry('system', 'product')].filter((part) => part !== null);
  return {
    system: system.length === 0 ? null : system.join(' '),
    processor: entry('processor', 'version'),
    biosVersion: entry('bios', 'version'),
  };
}

/** What the default machine type can start with. Throws PROTOCOL for text that is no domain capabilities XML. */
export function readFirmwareXml(text: string): { firmwares: string[]; hasSecureBoot: boolean } {
  const root = parseRoot(text, 'domainCapabilities');
  return {
    firmwares: enumOf(child(root, 'os'), 'firmware'),
    hasSecureBoot: enumOf(child(root, 'os', 'loader'), 'secure').includes('yes'),
  };
}

function hugepagesOf(cell: Element): HostXml['hugepages'] {
  const pages = named(cell, 'pages').flatMap((each) => {
    const sizeBytes = Number(each.getAttribute('size')) * 1024;
    const count = Number(textOf(each));
    const isKib = (each.getAttribute('unit') ?? 'KiB') === 'KiB';
    return isKib && sizeBytes > 0 && Number.isSafeInteger(count)
      ? [{ cell: numberOf(cell, 'id'), sizeBytes, count }]
      : [];
  });
  const usual = Math.min(...pages.map(({ sizeBytes }) => sizeBytes));
  return pages.filter(({ sizeBytes }) => sizeBytes > usual);
}

function guestOf(guest: Element): HostXml['guests'] {
  const arch = child(guest, 'arch');
  const architecture = attribute(arch, 'name');
  if (textOf(child(guest, 'os_type')) !== 'hvm' || arch === null || architecture === null) return [];
  return [
    {
      architecture,
      virtTypes: named(arch, 'domain').flatMap((domain) => attribute(domain, 'type') ?? []),
      // An alias names a type that is there by its own name, too.
      machineTypes: named(arch, 'machine').filter((machine) => !machine.hasAttribute('canonical')).length,
    },
  ];
}

function enumOf(parent: Element | null, name: string): string[] {
  const found = named(parent, 'enum').find((each) => each.getAttribute('name') === name);
  return named(found ?? null, 'value').flatMap((value) => textOf(value) ?? []);
}

function numberOf(element: Element, name: string): number {
  const value = Number(element.getAttribute(name));
  return Number.isSafeInteger(value) ? value : 0;
}

function named(parent: Element | null, name: string): Element[] {
  return parent === null ? [] : children(parent).filter((element) => element.localName === name);
}
