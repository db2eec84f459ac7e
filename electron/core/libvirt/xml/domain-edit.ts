import { XMLSerializer, type Element, type Node } from '@xmldom/xmldom';
import { AppError } from '../../kernel/app-error.ts';
import { bootKinds } from './domain-boot.ts';
import { domainDevices, type DeviceElement } from './domain-devices.ts';
import { attribute, child, children, parseRoot } from './elements.ts';

/** Attributes to set; null takes one away. */
type Attributes = Record<string, string | null>;

export interface NewElement {
  name: string;
  attributes?: Record<string, string>;
  text?: string;
  children?: NewElement[];
}

/**
 * The XML of a domain (https://libvirt.org/formatdomain.html), changed in place: what is not named in a change stays
 * as it is, known to us or not.
 */
export class DomainEdit {
  readonly root: Element;

  /** Throws PROTOCOL for text that is no domain XML. */
  constructor(text: string) {
    this.root = parseRoot(text, 'domain');
  }

  toString(): string {
    return new XMLSerializer().serializeToString(this.root);
  }

  devices(): DeviceElement[] {
    return domainDevices(this.root);
  }

  has(key: string): boolean {
    return this.devices().some((device) => device.key === key);
  }

  /** Throws NOT_FOUND. */
  device(key: string): Element {
    const found = this.devices().find((device) => device.key === key);
    if (found === undefined) throw new AppError('NOT_FOUND', { params: { device: key }, detail: `no device ${key}` });
    return found.element;
  }

  /** As the calls on a running domain take it. Throws NOT_FOUND. */
  deviceXml(key: string): string {
    return new XMLSerializer().serializeToString(this.device(key));
  }

  /** Adds a device and gives its element. */
  addDevice(device: NewElement): Element {
    const devices = child(this.root, 'devices') ?? append(this.root, { name: 'devices' });
    return append(devices, device);
  }

  /** Takes a device away, with the second form in which libvirt tells the first serial console. Throws NOT_FOUND. */
  removeDevice(key: string): void {
    const element = this.device(key);
    this.forgetTwin(key);
    remove(element);
  }

  /**
   * Takes away the second form in which libvirt tells the first serial console, if the device is one: it tells it anew
   * from the other, and would make two of them where they differ.
   */
  forgetTwin(key: string): void {
    const found = this.devices().find((device) => device.key === key);
    const isSerial = found?.kind === 'serial' || (found?.kind === 'console' && found.label === 'serial');
    if (found === undefined || !isSerial || !isFirst(this.devices(), key)) return;
    const twin = this.#serialTwin(found.kind === 'serial' ? 'console' : 'serial');
    if (twin !== null) remove(twin);
  }

  #serialTwin(kind: string): Element | null {
    const found = this.devices().find((device) => device.kind === kind);
    if (found === undefined) return null;
    if (kind === 'console' && found.label !== 'serial') return null;
    return found.element;
  }

  describe(title: string, description: string): void {
    setText(this.root, 'title', title, 'name');
    setText(this.root, 'description', description, title === '' ? 'name' : 'title');
  }

  /** `topology` null leaves the sockets and cores to the hypervisor. */
  setVcpus(
    vcpus: number,
    maxVcpus: number,
    topology: { sockets: number; cores: number; threads: number } | null,
  ): void {
    const element = child(this.root, 'vcpu') ?? append(this.root, { name: 'vcpu' });
    const before = { vcpus: attribute(element, 'current') ?? element.textContent, max: element.textContent };
    element.textContent = String(maxVcpus);
    set(element, { current: vcpus === maxVcpus ? null : String(vcpus) });
    const isChanged = before.vcpus?.trim() !== String(vcpus) || before.max?.trim() !== String(maxVcpus);
    // The list of single vCPUs tells the same numbers and would contradict the new ones; libvirt makes it anew.
    const single = child(this.root, 'vcpus');
    if (isChanged && single !== null) remove(single);
    this.#setTopology(topology);
  }

  #setTopology(topology: { sockets: number; cores: number; threads: number } | null): void {
    const present = child(this.root, 'cpu', 'topology');
    if (topology === null) {
      if (present !== null) remove(present);
      return;
    }
    const cpu = child(this.root, 'cpu') ?? append(this.root, { name: 'cpu' });
    const { sockets, cores, threads } = topology;
    const element = present ?? append(cpu, { name: 'topology' });
    // Dies and clusters would multiply the count.
    const extra = { dies: null, clusters: null };
    set(element, { sockets: String(sockets), cores: String(cores), threads: String(threads), ...extra });
  }

  setMemory(memoryBytes: number, maxMemoryBytes: number): void {
    for (const [name, bytes] of [
      ['memory', maxMemoryBytes],
      ['currentMemory', memoryBytes],
    ] as const) {
      const element = child(this.root, name) ?? append(this.root, { name });
      set(element, { unit: 'KiB' });
      element.textContent = String(Math.round(bytes / 1024));
    }
  }

  /** Gives each device its place; the old order by kinds of devices goes, which libvirt refuses beside the places. */
  setBootOrder(keys: readonly string[]): void {
    const os = child(this.root, 'os');
    for (const boot of os === null ? [] : children(os).filter(({ localName }) => localName === 'boot')) remove(boot);
    for (const { key, kind, element } of this.devices()) {
      const place = keys.indexOf(key);
      const boot = child(element, 'boot');
      if (place === -1 || !bootKinds.includes(kind)) {
        if (boot !== null) remove(boot);
      } else set(boot ?? append(element, { name: 'boot' }), { order: String(place + 1) });
    }
  }

  /** The first free name of a disk on a bus, e.g. `vdb`. `taken` are names that count as used, too. */
  freeTarget(bus: string, taken: ReadonlySet<string>): string {
    const prefix = { virtio: 'vd', ide: 'hd', fdc: 'fd' }[bus] ?? 'sd';
    const used = new Set([...taken, ...this.devices().flatMap(({ kind, label }) => (kind === 'disk' ? [label] : []))]);
    for (let index = 0; ; index++) {
      const name = `${prefix}${letters(index)}`;
      if (!used.has(name)) return name;
    }
  }
}

function isFirst(devices: readonly DeviceElement[], key: string): boolean {
  const kind = devices.find((device) => device.key === key)?.kind;
  return devices.find((device) => device.kind === kind)?.key === key;
}

/** a, b, ..., z, aa, ab, ...: as the kernel names disks. */
function letters(index: number): string {
  const last = String.fromCharCode('a'.charCodeAt(0) + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

export function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
}

/** The child element, made where it is missing. */
export function ensure(parent: Element, name: string): Element {
  return child(parent, name) ?? append(parent, { name });
}

export function append(parent: Element, { name, attributes = {}, text, children: below = [] }: NewElement): Element {
  const document = parent.ownerDocument;
  if (document === null) throw new TypeError('an element without a document');
  const element = document.createElement(name);
  set(element, attributes);
  if (text !== undefined) element.appendChild(document.createTextNode(text));
  for (const each of below) append(element, each);
  parent.appendChild(element);
  return element;
}

export function remove(node: Node): void {
  node.parentNode?.removeChild(node);
}

/** Sets the text of an element, made after its sibling `after` where it is missing; an empty text takes it away. */
function setText(parent: Element, name: string, text: string, after: string): void {
  const present = child(parent, name);
  if (text === '') {
    if (present !== null) remove(present);
    return;
  }
  if (present !== null) {
    present.textContent = text;
    return;
  }
  const element = append(parent, { name, text });
  const sibling = child(parent, after)?.nextSibling ?? null;
  if (sibling !== null && sibling !== element) parent.insertBefore(element, sibling);
}
