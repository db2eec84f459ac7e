import type { Element } from '@xmldom/xmldom';
import { canRemove, vncPassword } from '../../../../../shared/contract/hardware-devices.ts';
import type { HardwareChange, NicSource } from '../../../../../shared/contract/hardware.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { append, ensure, remove, set, type DomainEdit, type NewElement } from '../../../libvirt/xml/domain-edit.ts';
import { writeDiskLimits, writeNicLimits } from '../../../libvirt/xml/domain-limits.ts';
import { attribute, child, children } from '../../../libvirt/xml/elements.ts';
import { filterReference } from '../../../libvirt/xml/network-filter-xml.ts';
import { provideFor } from './device-rules.ts';
import { writeDevice } from './device-writers.ts';

/** What is settled once for both halves of a change, so that they are of the same device. */
export interface Settled {
  /** Name of the new disk. */
  target: string;
  /** Address of the new NIC. */
  mac: string;
  /** The device of the host that the domain is given. */
  hostDevice: NewElement | null;
}

/** Changes of one device in the XML of a domain; the key of the device that is changed or added, null for none. */
export function editDevice(edit: DomainEdit, change: HardwareChange, settled: Settled): string | null {
  switch (change.what) {
    case 'addDisk':
      edit.addDevice(newDisk(change, settled.target));
      return `disk:${settled.target}`;
    case 'editDisk':
      editDisk(edit, change);
      return change.key;
    case 'media':
      setMedia(edit.device(change.key), change.source?.path ?? null);
      return change.key;
    case 'addNic':
      edit.addDevice({
        name: 'interface',
        attributes: { type: change.source.type },
        children: [
          { name: 'mac', attributes: { address: settled.mac } },
          { name: 'source', attributes: sourceAttributes(change.source) },
          { name: 'model', attributes: { type: change.model } },
          ...(change.filter === undefined ? [] : [filterReference(change.filter)]),
        ],
      });
      return `interface:${settled.mac}`;
    case 'editNic':
      editNic(edit.device(change.key), change);
      return change.key;
    case 'diskLimits':
      writeDiskLimits(edit.device(change.key), change.limits, change.bursts);
      return change.key;
    case 'nicLimits':
      writeNicLimits(edit.device(change.key), change.inbound, change.outbound);
      return change.key;
    case 'editGraphics':
      editGraphics(edit.device(change.key), change);
      return change.key;
    case 'editVideo':
      editVideo(edit.device(change.key), change.model);
      return null;
    case 'addDevice': {
      const element = edit.addDevice({ name: change.device.kind });
      writeDevice(element, change.device);
      provideFor(edit, change.device);
      return keyOf(edit, element);
    }
    case 'editDevice': {
      const element = edit.device(change.key);
      edit.forgetTwin(change.key);
      writeDevice(element, change.device);
      provideFor(edit, change.device);
      return keyOf(edit, element);
    }
    case 'addHostDevice':
      return settled.hostDevice === null ? null : keyOf(edit, edit.addDevice(settled.hostDevice));
    case 'remove':
      edit.removeDevice(change.key);
      return null;
    default:
      return null;
  }
}

function keyOf(edit: DomainEdit, element: Element): string | null {
  return edit.devices().find((device) => device.element === element)?.key ?? null;
}

type AddDisk = Extract<HardwareChange, { what: 'addDisk' }>;
type EditDisk = Extract<HardwareChange, { what: 'editDisk' }>;

/** What QEMU opens by its own format; libvirt also calls plain contents by a name, such as `iso`. */
const imageFormats = new Set(['qcow2', 'qcow', 'qed', 'vmdk', 'vdi', 'vpc', 'vhdx']);

function newDisk(disk: AddDisk, target: string): NewElement {
  const { source, device, bus } = disk;
  const isBlock = source?.path.startsWith('/dev/') === true;
  const format = imageFormats.has(source?.format ?? '') ? (source?.format ?? 'raw') : 'raw';
  const driver = {
    name: 'qemu',
    type: format,
    ...given({ cache: disk.cache, io: disk.io, discard: disk.discard }),
    ...(disk.iothread === null ? {} : { iothread: String(disk.iothread) }),
  };
  return {
    name: 'disk',
    attributes: { type: isBlock ? 'block' : 'file', device },
    children: [
      { name: 'driver', attributes: driver },
      ...(source === null ? [] : [{ name: 'source', attributes: { [isBlock ? 'dev' : 'file']: source.path } }]),
      { name: 'target', attributes: { dev: target, bus } },
      ...(disk.isReadOnly || device === 'cdrom' ? [{ name: 'readonly' }] : []),
      ...(disk.isShareable ? [{ name: 'shareable' }] : []),
      ...(disk.serial === '' ? [] : [{ name: 'serial', text: disk.serial }]),
    ],
  };
}

/** Without those that are left to the hypervisor. */
function given(attributes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== 'default'));
}

function editDisk(edit: DomainEdit, change: EditDisk): void {
  const disk = edit.device(change.key);
  const orNone = (value: string): string | null => (value === 'default' ? null : value);
  const settings = {
    cache: orNone(change.cache),
    io: orNone(change.io),
    discard: orNone(change.discard),
    iothread: change.iothread === null ? null : String(change.iothread),
  };
  const driver = child(disk, 'driver');
  if (driver !== null || Object.values(settings).some((value) => value !== null)) {
    set(driver ?? append(disk, { name: 'driver', attributes: { name: 'qemu' } }), settings);
  }
  for (const [name, isOn] of [
    ['readonly', change.isReadOnly],
    ['shareable', change.isShareable],
  ] as const) {
    const flag = child(disk, name);
    if (isOn && flag === null) append(disk, { name });
    if (!isOn && flag !== null) remove(flag);
  }
  const serial = child(disk, 'serial');
  if (change.serial === '' && serial !== null) remove(serial);
  if (change.serial !== '') ensure(disk, 'serial').textContent = change.serial;
  if (change.bus !== null) setBus(edit, disk, change.bus);
}

/** A disk keeps its name where that is of the new bus; its old address is of the old bus's controller and goes. */
function setBus(edit: DomainEdit, disk: Element, bus: string): void {
  const target = ensure(disk, 'target');
  if (attribute(target, 'bus') === bus) return;
  const name = edit.freeTarget(bus, new Set());
  const present = attribute(target, 'dev') ?? '';
  const keepsName = present.slice(0, 2) === name.slice(0, 2);
  set(target, { bus, dev: keepsName ? present : name, rotation_rate: null, removable: null });
  const address = child(disk, 'address');
  if (address !== null) remove(address);
}

function setMedia(disk: Element, path: string | null): void {
  const source = child(disk, 'source');
  // What lies below belongs to the medium that goes.
  for (const old of children(disk).filter(({ localName }) => localName === 'backingStore')) remove(old);
  if (source !== null) remove(source);
  if (path === null) return;
  const isBlock = path.startsWith('/dev/');
  set(disk, { type: isBlock ? 'block' : 'file' });
  const added = append(disk, { name: 'source', attributes: { [isBlock ? 'dev' : 'file']: path } });
  const target = child(disk, 'target');
  if (target !== null) disk.insertBefore(added, target);
}

function sourceAttributes(source: NicSource): Record<string, string> {
  return source.type === 'direct' ? { dev: source.name, mode: source.mode } : { [source.type]: source.name };
}

function editNic(nic: Element, change: Extract<HardwareChange, { what: 'editNic' }>): void {
  const { source, model, isLinkUp, vlan, filter } = change;
  if (source !== null) {
    const present = child(nic, 'source');
    const wanted = sourceAttributes(source);
    const isSame = Object.entries(wanted).every(([name, value]) => attribute(present, name) === value);
    if (attribute(nic, 'type') !== source.type || !isSame) {
      // A port group or port of the old source says nothing about the new one.
      if (present !== null) remove(present);
      const port = child(nic, 'virtualport');
      if (port !== null) remove(port);
      set(nic, { type: source.type });
      append(nic, { name: 'source', attributes: wanted });
    }
  }
  if (model !== null) set(ensure(nic, 'model'), { type: model });
  const link = child(nic, 'link');
  if (isLinkUp && link !== null) remove(link);
  if (!isLinkUp) set(link ?? append(nic, { name: 'link' }), { state: 'down' });
  if (filter !== undefined) {
    const present = child(nic, 'filterref');
    if (present !== null) remove(present);
    if (filter !== null) append(nic, filterReference(filter));
  }
  if (vlan === 'keep') return;
  const present = child(nic, 'vlan');
  if (present !== null) remove(present);
  if (vlan !== 'none') append(nic, { name: 'vlan', children: [{ name: 'tag', attributes: { id: String(vlan) } }] });
}

function editGraphics(
  graphics: Element,
  { listen, password }: Extract<HardwareChange, { what: 'editGraphics' }>,
): void {
  if (listen !== null) {
    for (const old of children(graphics).filter(({ localName }) => localName === 'listen')) remove(old);
    set(graphics, { listen: null, socket: null });
    append(graphics, { name: 'listen', attributes: { type: 'address', address: listen } });
    if (attribute(graphics, 'port') === null) set(graphics, { port: '-1', autoport: 'yes' });
  }
  if (password === null) return;
  if (attribute(graphics, 'type') === 'vnc' && !vncPassword.safeParse(password).success) {
    throw new AppError('BAD_INPUT', { params: { reason: 'vncPassword' }, detail: 'more than VNC takes' });
  }
  set(graphics, { passwd: password === '' ? null : password });
  // An end of the old password's life would end the new one's, too.
  set(graphics, { passwdValidTo: null });
}

/** The memory and outputs of the old model are none of the new one's. */
function editVideo(video: Element, name: string): void {
  const model = child(video, 'model');
  if (attribute(model, 'type') === name) return;
  if (model !== null) remove(model);
  const primary = attribute(model, 'primary');
  append(video, { name: 'model', attributes: { type: name, ...(primary === null ? {} : { primary }) } });
  const [address, driver] = [child(video, 'address'), child(video, 'driver')];
  // `none` takes no place in the guest; the driver's options are of the old model.
  if (name === 'none' && address !== null) remove(address);
  if (driver !== null) remove(driver);
}

/** Throws CONFLICT where a device cannot be taken away by itself. */
export function refuseRemoval(key: string): void {
  if (canRemove(key)) return;
  throw new AppError('CONFLICT', { params: { reason: 'notRemovable' }, detail: `${key} is kept` });
}
