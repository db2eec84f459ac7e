import { DOMParser, type Document, type Element, type Node } from '@xmldom/xmldom';
import { AppError } from '../../kernel/app-error.ts';

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
}

export interface DomainInterface {
  mac: string;
  type: string;
  source: string | null;
  model: string | null;
  /** The host's tap device while the domain runs. */
  target: string | null;
}

/** What the Nova metadata block of a domain tells. */
export interface NovaOwner {
  serverName: string;
  flavorName: string | null;
  projectName: string | null;
}

const NOVA_NAMESPACE = /^http:\/\/openstack\.org\/xmlns\/libvirt\/nova\//;
/** libvirt itself refuses strings over 4 MiB. */
const MAX_XML_LENGTH = 4 * 1024 * 1024;

const unitBytes: Record<string, number> = {
  b: 1,
  bytes: 1,
  KB: 1000,
  k: 1024,
  KiB: 1024,
  MB: 1000 ** 2,
  M: 1024 ** 2,
  MiB: 1024 ** 2,
  GB: 1000 ** 3,
  G: 1024 ** 3,
  GiB: 1024 ** 3,
  TB: 1000 ** 4,
  T: 1024 ** 4,
  TiB: 1024 ** 4,
};

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
    return sizeOf(child(this.#root, 'memory'));
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

  /** True where the guest agent's channel is there and the guest has opened it. */
  get guestAgentConnected(): boolean {
    return this.#devices('channel').some((channel) => {
      const target = child(channel, 'target');
      return attribute(target, 'name') === 'org.qemu.guest_agent.0' && attribute(target, 'state') === 'connected';
    });
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

/** The root element of XML text. Throws PROTOCOL where it is not well-formed or has another root. */
export function parseRoot(text: string, rootName: string): Element {
  if (text.length > MAX_XML_LENGTH) throw new AppError('LIMIT_EXCEEDED', { detail: 'XML over 4 MiB' });
  let document: Document;
  try {
    const parser = new DOMParser({
      // The parser mends many errors by itself; what is mended would be lost on editing.
      onError: (level, message) => {
        throw new Error(`${level}: ${message}`);
      },
    });
    document = parser.parseFromString(text, 'text/xml');
  } catch (error) {
    throw new AppError('PROTOCOL', { detail: `bad XML: ${AppError.from(error).detail}`, cause: error });
  }
  const root = document.documentElement;
  if (root?.localName !== rootName) throw new AppError('PROTOCOL', { detail: `no <${rootName}> in the XML` });
  return root;
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

function isElement(node: Node): node is Element {
  return node.nodeType === 1;
}

function children(element: Element): Element[] {
  return [...element.childNodes].filter(isElement);
}

function child(element: Element, ...path: string[]): Element | null {
  let current: Element | null = element;
  for (const name of path) {
    current = current === null ? null : (children(current).find((node) => node.localName === name) ?? null);
  }
  return current;
}

/** The first element below `element`, in document order, for which `test` holds. */
function find(element: Element, test: (candidate: Element) => boolean): Element | null {
  for (const candidate of children(element)) {
    const found = test(candidate) ? candidate : find(candidate, test);
    if (found !== null) return found;
  }
  return null;
}

function attribute(element: Element | null, name: string): string | null {
  const value = element?.getAttribute(name) ?? null;
  return value === '' ? null : value;
}

function textOf(element: Element | null): string | null {
  const text = element?.textContent?.trim() ?? '';
  return text === '' ? null : text;
}

function sizeOf(element: Element | null): number | null {
  const value = Number(textOf(element) ?? '');
  const unit = unitBytes[element?.getAttribute('unit') ?? 'KiB'];
  return Number.isFinite(value) && value > 0 && unit !== undefined ? value * unit : null;
}
