import { XMLSerializer, type Document, type Element } from '@xmldom/xmldom';
import { SEED_NAMESPACE } from '../../../../shared/model/seed-mark.ts';
import { attribute, child, children, find, parseRoot, textOf } from './elements.ts';
import { forgetTemplateMark, NOTES_NAMESPACE } from './notes-xml.ts';

/** What becomes of a disk in the clone. */
export type ClonedDisk =
  { kind: 'keep' } | { kind: 'drop' } | { kind: 'replace'; type: 'file' | 'block'; path: string; format: string };

interface CloneChanges {
  /** UUID of the clone. */
  id: string;
  name: string;
  /** A MAC address for each network card, in their order. */
  macs: readonly string[];
  /** By the name of its target, e.g. `vda`; a disk that is not named is kept. */
  disks: ReadonlyMap<string, ClonedDisk>;
}

/**
 * The XML of a clone: the document with the changes in place, so that all that is not known here stays as it is.
 * What must not be shared (UUIDs, MAC addresses, NVRAM, sockets named after the original) is new or left to libvirt.
 * Throws PROTOCOL for text that is no domain XML.
 */
export function clonedDomainXml(text: string, { id, name, macs, disks }: CloneChanges): string {
  const root = parseRoot(text, 'domain');
  const document = root.ownerDocument;
  if (document === null) throw new TypeError('a parsed element has a document');
  const formerId = textOf(child(root, 'uuid'));
  setText(document, childOrNew(document, root, 'name'), name);
  setText(document, childOrNew(document, root, 'uuid'), id);
  renewIdentity(document, root, formerId, id);
  const devices = child(root, 'devices');
  for (const device of devices === null ? [] : children(devices)) {
    if (device.localName === 'disk') changeDisk(document, device, disks);
    if (device.localName === 'channel') forgetSocket(device);
  }
  interfacesOf(root).forEach((each, at) => {
    const mac = macs[at];
    if (mac !== undefined) childOrNew(document, each, 'mac').setAttribute('address', mac);
  });
  return new XMLSerializer().serializeToString(document);
}

/** How many network cards it has, which is how many MAC addresses a clone needs. */
export function countInterfaces(text: string): number {
  return interfacesOf(parseRoot(text, 'domain')).length;
}

function interfacesOf(root: Element): Element[] {
  const devices = child(root, 'devices');
  return devices === null ? [] : children(devices).filter(({ localName }) => localName === 'interface');
}

/** What else tells one machine from another. */
function renewIdentity(document: Document, root: Element, formerId: string | null, id: string): void {
  const sysinfo = child(root, 'sysinfo');
  const entry =
    sysinfo === null
      ? null
      : find(sysinfo, (each) => each.localName === 'entry' && each.getAttribute('name') === 'uuid');
  // libvirt refuses a system UUID that is not the domain's.
  if (entry !== null && textOf(entry) === formerId) setText(document, entry, id);
  // The seed is the original's, and goes with it.
  const metadata = child(root, 'metadata');
  for (const mark of metadata === null ? [] : children(metadata)) {
    if (mark.namespaceURI === SEED_NAMESPACE) metadata?.removeChild(mark);
    // What is made from a template is none.
    if (mark.namespaceURI === NOTES_NAMESPACE) forgetTemplateMark(mark);
  }
  const generation = child(root, 'genid');
  if (generation !== null) setText(document, generation, crypto.randomUUID());
  const nvram = child(root, 'os', 'nvram');
  if (nvram === null) return;
  // Without a file libvirt makes one from the template; its attributes say which.
  for (const node of [...nvram.childNodes]) nvram.removeChild(node);
  if (nvram.getAttribute('template') === null) nvram.parentNode?.removeChild(nvram);
}

function changeDisk(document: Document, disk: Element, changes: ReadonlyMap<string, ClonedDisk>): void {
  const change = changes.get(attribute(child(disk, 'target'), 'dev') ?? '') ?? { kind: 'keep' };
  if (change.kind === 'keep') return;
  if (change.kind === 'drop') {
    disk.parentNode?.removeChild(disk);
    return;
  }
  disk.setAttribute('type', change.type);
  const source = childOrNew(document, disk, 'source');
  for (const each of ['file', 'dev', 'pool', 'volume', 'mode', 'index']) source.removeAttribute(each);
  source.setAttribute(change.type === 'file' ? 'file' : 'dev', change.path);
  childOrNew(document, disk, 'driver').setAttribute('type', change.format);
  // It named what is below the original.
  const backing = child(disk, 'backingStore');
  if (backing !== null) disk.removeChild(backing);
}

/** A socket in libvirt's own place is named after the domain; libvirt finds a new name. */
function forgetSocket(channel: Element): void {
  const source = child(channel, 'source');
  if (source !== null && /\/channel\/(target\/)?domain-/.test(source.getAttribute('path') ?? '')) {
    channel.removeChild(source);
  }
}

function childOrNew(document: Document, parent: Element, name: string): Element {
  const present = child(parent, name);
  if (present !== null) return present;
  const created = document.createElement(name);
  parent.insertBefore(created, parent.firstChild);
  return created;
}

function setText(document: Document, element: Element, text: string): void {
  for (const node of [...element.childNodes]) element.removeChild(node);
  element.appendChild(document.createTextNode(text));
}
