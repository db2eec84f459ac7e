import type { Element } from '@xmldom/xmldom';
import { emptyNotes, type MachineNotes } from '../../../../shared/model/notes.ts';
import { SEED_NAMESPACE } from '../../../../shared/model/seed-mark.ts';
import { attribute, child, children, find, parseRoot, sizeOf, textOf } from './elements.ts';
import { isTemplateMarked, NOTES_NAMESPACE, readNotes } from './notes-xml.ts';

/** How a graphical console can be reached on its host. */
export interface Graphics {
  type: 'vnc' | 'spice' | 'other';
  /** Where it listens; `none` cannot be reached from outside the QEMU process. */
  listen:
    { kind: 'address'; address: string; port: number | null } | { kind: 'socket'; path: string } | { kind: 'none' };
  /** Only in XML that was read with VIR_DOMAIN_XML_SECURE. */
  password: string | null;
}

export interface DomainDisk {
  device: string;
  target: string;
  source: string | null;
  /** The storage pool of a disk that names a volume: then `source` is the volume's name. */
  pool: string | null;
}

export interface DomainInterface {
  mac: string;
  type: string;
  source: string | null;
  model: string | null;
  /** The host's tap device while the domain runs. */
  target: string | null;
  /** Name of its network filter. */
  filter: string | null;
}

/** What the Nova metadata block of a domain tells. */
export interface NovaOwner {
  serverName: string;
  flavorName: string | null;
  projectName: string | null;
}

const NOVA_NAMESPACE = /^http:\/\/openstack\.org\/xmlns\/libvirt\/nova\//;
/** Reads a domain's XML (https://libvirt.org/formatdomain.html). */
export class DomainXml {
  readonly #root: Element;

  /** Throws PROTOCOL for text that is not well-formed domain XML. */
  constructor(text: string) {
    this.#root = parseRoot(text, 'domain');
  }

  get name(): string {
    return textOf(child(this.#root, 'name')) ?? '';
  }

  get title(): string | null {
    return textOf(child(this.#root, 'title'));
  }

  get description(): string | null {
    return textOf(child(this.#root, 'description'));
  }

  /** e.g. `kvm`, `qemu`, `test`. */
  get virtType(): string {
    return this.#root.getAttribute('type') ?? '';
  }

  /** Maximum memory in bytes. */
  get memoryBytes(): number | null {
    const bytes = sizeOf(child(this.#root, 'memory'));
    return bytes === 0 ? null : bytes;
  }

  /** vCPUs in use; the element's text is the maximum. */
  get vcpus(): number | null {
    const element = child(this.#root, 'vcpu');
    const count = Number(element?.getAttribute('current') ?? textOf(element) ?? '');
    return Number.isInteger(count) && count > 0 ? count : null;
  }

  get architecture(): string | null {
    return attribute(child(this.#root, 'os', 'type'), 'arch');
  }

  get machineType(): string | null {
    return attribute(child(this.#root, 'os', 'type'), 'machine');
  }

  get firmware(): 'BIOS' | 'UEFI' {
    const os = child(this.#root, 'os');
    const loaderType = attribute(child(this.#root, 'os', 'loader'), 'type');
    return attribute(os, 'firmware') === 'efi' || loaderType === 'pflash' ? 'UEFI' : 'BIOS';
  }

  get cpuMode(): string | null {
    const cpu = child(this.#root, 'cpu');
    return textOf(child(this.#root, 'cpu', 'model')) ?? attribute(cpu, 'mode');
  }

  /** Operating system id as libosinfo names it, e.g. `http://debian.org/debian/12`. */
  get osId(): string | null {
    const metadata = child(this.#root, 'metadata');
    const libosinfo = metadata === null ? null : find(metadata, (e) => e.localName === 'os' && e.hasAttribute('id'));
    return attribute(libosinfo, 'id');
  }

  get disks(): DomainDisk[] {
    return this.#devices('disk').map((disk) => {
      const source = child(disk, 'source');
      return {
        device: disk.getAttribute('device') ?? 'disk',
        target: attribute(child(disk, 'target'), 'dev') ?? '',
        source: ['file', 'dev', 'volume', 'name', 'dir'].map((name) => attribute(source, name)).find(isText) ?? null,
        pool: attribute(source, 'pool'),
      };
    });
  }

  get interfaces(): DomainInterface[] {
    return this.#devices('interface').map((element) => {
      const source = child(element, 'source');
      return {
        mac: (attribute(child(element, 'mac'), 'address') ?? '').toLowerCase(),
        type: element.getAttribute('type') ?? '',
        source: ['network', 'bridge', 'dev', 'name'].map((name) => attribute(source, name)).find(isText) ?? null,
        model: attribute(child(element, 'model'), 'type'),
        target: attribute(child(element, 'target'), 'dev'),
        filter: attribute(child(element, 'filterref'), 'filter'),
      };
    });
  }

  get graphics(): Graphics[] {
    return this.#devices('graphics').map(readGraphics);
  }

  /** True where a serial console can be opened. */
  get hasSerialConsole(): boolean {
    return this.#devices('console').length > 0 || this.#devices('serial').length > 0;
  }

  /** The guest agent's channel: whether there is one, and whether the guest has opened it. */
  get guestAgent(): 'none' | 'disconnected' | 'connected' {
    const targets = this.#devices('channel')
      .map((channel) => child(channel, 'target'))
      .filter((target) => attribute(target, 'name') === 'org.qemu.guest_agent.0');
    if (targets.length === 0) return 'none';
    return targets.some((target) => attribute(target, 'state') === 'connected') ? 'connected' : 'disconnected';
  }

  /** What people wrote down about the machine, in our own part of its metadata. */
  get notes(): MachineNotes {
    const machine = this.#ownMetadata;
    return machine === null ? emptyNotes : readNotes(machine);
  }

  /** Whether it only serves to make machines from: docs/metadata.md. */
  get isTemplate(): boolean {
    const machine = this.#ownMetadata;
    return machine !== null && isTemplateMarked(machine);
  }

  get #ownMetadata(): Element | null {
    const metadata = child(this.#root, 'metadata');
    return metadata === null ? null : (children(metadata).find((e) => e.namespaceURI === NOTES_NAMESPACE) ?? null);
  }

  /** The file of the CD that was made for cloud-init to read; null where there is none. */
  get seedPath(): string | null {
    const metadata = child(this.#root, 'metadata');
    const seed = metadata === null ? null : find(metadata, (e) => e.namespaceURI === SEED_NAMESPACE);
    return attribute(seed, 'path');
  }

  /** Set where Nova manages the domain. */
  get novaOwner(): NovaOwner | null {
    const metadata = child(this.#root, 'metadata');
    const instance =
      metadata === null
        ? null
        : find(metadata, (e) => e.localName === 'instance' && NOVA_NAMESPACE.test(e.namespaceURI ?? ''));
    if (instance === null) return null;
    const flavor = find(instance, (e) => e.localName === 'flavor');
    const project = find(instance, (e) => e.localName === 'project');
    return {
      serverName: textOf(find(instance, (e) => e.localName === 'name')) ?? '',
      flavorName: attribute(flavor, 'name'),
      projectName: textOf(project),
    };
  }

  #devices(name: string): Element[] {
    const devices = child(this.#root, 'devices');
    return devices === null ? [] : children(devices).filter((element) => element.localName === name);
  }
}

function readGraphics(element: Element): Graphics {
  const type = element.getAttribute('type');
  return {
    type: type === 'vnc' || type === 'spice' ? type : 'other',
    listen: readListen(element),
    password: attribute(element, 'passwd'),
  };
}

function readListen(element: Element): Graphics['listen'] {
  const listen = child(element, 'listen');
  const listenType = attribute(listen, 'type');
  const socket = attribute(listen, 'socket') ?? attribute(element, 'socket');
  if (listenType === 'none') return { kind: 'none' };
  if (socket !== null) return { kind: 'socket', path: socket };
  const port = Number(element.getAttribute('port'));
  return {
    kind: 'address',
    address: attribute(listen, 'address') ?? attribute(element, 'listen') ?? '127.0.0.1',
    port: Number.isInteger(port) && port > 0 && port < 65_536 ? port : null,
  };
}

function isText(value: string | null): value is string {
  return value !== null && value !== '';
}
