import type { Element } from '@xmldom/xmldom';
import type { DeviceSpec, DeviceSpecOf, PortSource } from '../../../../../shared/contract/hardware-devices.ts';
import { append, ensure, remove, set } from '../../../libvirt/xml/domain-edit.ts';
import { attribute, child, children } from '../../../libvirt/xml/elements.ts';

/**
 * Writes the settings into the element of a device, new and empty or with settings of its own: what the form does not
 * have stays, but for what belongs to a setting that goes (the path of a backend that is another one now).
 */
export function writeDevice(element: Element, spec: DeviceSpec): void {
  switch (spec.kind) {
    case 'sound':
    case 'panic':
      setModel(element, spec.model);
      break;
    case 'watchdog':
      setModel(element, spec.model);
      set(element, { action: spec.action });
      break;
    case 'input':
      if (attribute(element, 'bus') !== spec.bus) forgetPlace(element);
      set(element, { type: spec.type, bus: spec.bus });
      break;
    case 'serial':
    case 'parallel':
      writePort(element, spec.source);
      break;
    case 'console':
      writePort(element, spec.source);
      // Another type of target is a serial port, which is a device of its own.
      set(ensure(element, 'target'), { type: 'virtio' });
      break;
    case 'channel':
      writeChannel(element, spec);
      break;
    case 'tpm':
      writeTpm(element, spec);
      break;
    case 'rng':
      writeRng(element, spec);
      break;
    case 'vsock':
      writeVsock(element, spec);
      break;
    case 'smartcard':
      set(element, { mode: spec.mode, type: spec.mode === 'passthrough' ? 'spicevmc' : null });
      break;
    case 'redirdev':
      set(element, { bus: 'usb', type: 'spicevmc' });
      break;
    case 'controller':
      set(element, { type: spec.type });
      // One without models may have properties of its own; without a name libvirt chooses.
      setModel(element, spec.model);
      writeIothread(element, spec.iothread);
      break;
    case 'memballoon':
      writeBalloon(element, spec);
      break;
    case 'filesystem':
      writeFilesystem(element, spec);
      break;
    case 'video':
      set(ensure(element, 'model'), { type: spec.model });
      break;
    case 'graphics':
      set(element, {
        type: spec.type,
        port: '-1',
        autoport: 'yes',
        passwd: spec.password === '' ? null : spec.password,
      });
      set(ensure(element, 'listen'), { type: 'address', address: spec.listen });
  }
}

function writeIothread(element: Element, iothread: number | null): void {
  const driver = child(element, 'driver');
  if (iothread !== null) set(driver ?? append(element, { name: 'driver' }), { iothread: String(iothread) });
  else if (driver !== null) {
    set(driver, { iothread: null });
    if (driver.attributes.length === 0) remove(driver);
  }
}

function writeBalloon(element: Element, spec: DeviceSpecOf<'memballoon'>): void {
  if (attribute(element, 'model') === null) set(element, { model: 'virtio' });
  const stats = child(element, 'stats');
  if (spec.periodSeconds !== null)
    set(stats ?? append(element, { name: 'stats' }), { period: String(spec.periodSeconds) });
  else if (stats !== null) remove(stats);
  for (const [name, isOn] of [
    ['autodeflate', spec.deflatesOnNeed],
    ['freePageReporting', spec.reportsFreePages],
  ] as const) {
    if ((attribute(element, name) === 'on') !== isOn) set(element, { [name]: isOn ? 'on' : null });
  }
}

/** Another model sits on another bus: its old place is none of its own. */
function setModel(element: Element, model: string | null): void {
  if (attribute(element, 'model') !== model) forgetPlace(element);
  set(element, { model });
}

function forgetPlace(element: Element): void {
  const address = child(element, 'address');
  if (address !== null) remove(address);
}

function writePort(element: Element, source: PortSource): void {
  const present = child(element, 'source');
  if (attribute(element, 'type') !== source.type) {
    for (const old of children(element).filter(({ localName }) => localName === 'source' || localName === 'protocol')) {
      remove(old);
    }
  }
  set(element, { type: source.type });
  switch (source.type) {
    case 'pty':
      // The path is of the terminal that the last start was given.
      if (present !== null && present.parentNode === element) remove(present);
      break;
    case 'file':
      set(ensure(element, 'source'), { path: source.path });
      break;
    case 'unix':
      set(ensure(element, 'source'), { mode: 'bind', path: source.path });
      break;
    case 'tcp':
      set(ensure(element, 'source'), {
        mode: source.isServer ? 'bind' : 'connect',
        host: source.host,
        service: String(source.port),
      });
      if (child(element, 'protocol') === null) append(element, { name: 'protocol', attributes: { type: 'raw' } });
  }
}

function writeChannel(element: Element, { type, name }: DeviceSpecOf<'channel'>): void {
  set(element, { type });
  if (type === 'spiceport') set(ensure(element, 'source'), { channel: name });
  if (type === 'qemu-vdagent') {
    const source = ensure(element, 'source');
    set(ensure(source, 'clipboard'), { copypaste: 'yes' });
    set(ensure(source, 'mouse'), { mode: 'client' });
  }
  set(ensure(element, 'target'), { type: 'virtio', name });
}

function writeTpm(element: Element, { model, backend, version, path }: DeviceSpecOf<'tpm'>): void {
  setModel(element, model);
  const present = child(element, 'backend');
  if (present !== null && attribute(present, 'type') !== backend) remove(present);
  const written = ensure(element, 'backend');
  set(written, { type: backend, version: backend === 'emulator' ? version : null });
  if (backend === 'passthrough') set(ensure(written, 'device'), { path });
}

function writeRng(element: Element, spec: DeviceSpecOf<'rng'>): void {
  if (attribute(element, 'model') === null) set(element, { model: 'virtio' });
  const rate = child(element, 'rate');
  if (spec.rateBytes === null) {
    if (rate !== null) remove(rate);
  } else {
    set(rate ?? append(element, { name: 'rate' }), {
      bytes: String(spec.rateBytes),
      period: String(spec.ratePeriodMs),
    });
  }
  const present = child(element, 'backend');
  if (present !== null && attribute(present, 'model') !== spec.backend) remove(present);
  const backend = ensure(element, 'backend');
  set(backend, { model: spec.backend });
  if (spec.backend === 'random') backend.textContent = spec.path;
}

function writeVsock(element: Element, { cid }: DeviceSpecOf<'vsock'>): void {
  if (attribute(element, 'model') === null) set(element, { model: 'virtio' });
  set(ensure(element, 'cid'), { auto: cid === null ? 'yes' : 'no', address: cid === null ? null : String(cid) });
}

function writeFilesystem(element: Element, spec: DeviceSpecOf<'filesystem'>): void {
  const isVirtiofs = spec.driver === 'virtiofs';
  set(element, { type: 'mount', accessmode: isVirtiofs ? 'passthrough' : spec.accessMode });
  const driver = child(element, 'driver');
  const type = isVirtiofs ? 'virtiofs' : 'path';
  if (driver !== null && (attribute(driver, 'type') ?? 'path') !== type) {
    // What else it says is of the other driver, as is the daemon.
    remove(driver);
    const daemon = child(element, 'binary');
    if (daemon !== null) remove(daemon);
    forgetPlace(element);
  }
  if (isVirtiofs || child(element, 'driver') !== null) set(ensure(element, 'driver'), { type });
  set(ensure(element, 'source'), { dir: spec.sourceDir });
  set(ensure(element, 'target'), { dir: spec.tag });
  const readOnly = child(element, 'readonly');
  const isReadOnly = spec.isReadOnly && !isVirtiofs;
  if (isReadOnly && readOnly === null) append(element, { name: 'readonly' });
  if (!isReadOnly && readOnly !== null) remove(readOnly);
}
