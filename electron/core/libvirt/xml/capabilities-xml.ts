import type { Element } from '@xmldom/xmldom';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';

/** What CONNECT_GET_CAPABILITIES tells of full virtualization on the host's own architecture. */
export interface HostCapabilities {
  /** e.g. `x86_64`. */
  architecture: string;
  /** What can run its guests, e.g. `qemu`, `kvm`. */
  virtTypes: string[];
  /** Machine types that stand for the newest of their kind, e.g. `pc`, `q35`. */
  machineAliases: { name: string; maxVcpus: number | null }[];
}

/** What CONNECT_GET_DOMAIN_CAPABILITIES tells of one machine type. */
export interface DomainCapabilities {
  hasEfi: boolean;
  /** Whether there is UEFI that starts only what is signed. */
  hasSecureBoot: boolean;
  /** Models of a TPM 2.0 that the host emulates, e.g. `tpm-crb`; none where it has no swtpm. */
  tpmModels: string[];
  maxVcpus: number | null;
  /** Of `host-passthrough`, `maximum`, `host-model`, `custom`. */
  cpuModes: string[];
  videoModels: string[];
}

/** Reads https://libvirt.org/formatcaps.html. Throws PROTOCOL for text that is no capabilities XML. */
export function readCapabilities(text: string): HostCapabilities {
  const root = parseRoot(text, 'capabilities');
  const guests = children(root).filter(
    (guest) => guest.localName === 'guest' && textOf(child(guest, 'os_type')) === 'hvm',
  );
  const nameOf = (guest: Element): string | null => attribute(child(guest, 'arch'), 'name');
  const own = textOf(child(root, 'host', 'cpu', 'arch'));
  const guest = guests.find((each) => nameOf(each) === own) ?? guests[0];
  const arch = guest === undefined ? null : child(guest, 'arch');
  const parts = arch === null ? [] : children(arch);
  return {
    architecture: attribute(arch, 'name') ?? own ?? 'x86_64',
    virtTypes: parts.flatMap((part) => (part.localName === 'domain' ? (attribute(part, 'type') ?? []) : [])),
    machineAliases: parts
      .filter((part) => part.localName === 'machine' && part.hasAttribute('canonical'))
      .map((part) => ({ name: textOf(part) ?? '', maxVcpus: count(attribute(part, 'maxCpus')) })),
  };
}

/** Reads https://libvirt.org/formatdomaincaps.html. Throws PROTOCOL for text that is no domain capabilities XML. */
export function readDomainCapabilities(text: string): DomainCapabilities {
  const root = parseRoot(text, 'domainCapabilities');
  const cpu = child(root, 'cpu');
  const tpm = child(root, 'devices', 'tpm');
  const versions = valuesOf(tpm, 'backendVersion');
  // Older daemons tell no versions.
  const isEmulated =
    valuesOf(tpm, 'backendModel').includes('emulator') && (versions.length === 0 || versions.includes('2.0'));
  return {
    hasEfi: valuesOf(child(root, 'os'), 'firmware').includes('efi'),
    hasSecureBoot: valuesOf(child(root, 'os', 'loader'), 'secure').includes('yes'),
    tpmModels: isEmulated ? valuesOf(tpm, 'model') : [],
    maxVcpus: count(attribute(child(root, 'vcpu'), 'max')),
    cpuModes: (cpu === null ? [] : children(cpu))
      .filter((mode) => mode.localName === 'mode' && mode.getAttribute('supported') === 'yes')
      .map((mode) => mode.getAttribute('name') ?? ''),
    videoModels: valuesOf(child(root, 'devices', 'video'), 'modelType'),
  };
}

function valuesOf(parent: Element | null, enumName: string): string[] {
  const found = (parent === null ? [] : children(parent)).find(
    (each) => each.localName === 'enum' && each.getAttribute('name') === enumName,
  );
  return found === undefined ? [] : children(found).flatMap((value) => textOf(value) ?? []);
}

function count(text: string | null): number | null {
  const value = Number(text ?? Number.NaN);
  return Number.isInteger(value) && value > 0 ? value : null;
}
