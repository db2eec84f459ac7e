import type { Element } from '@xmldom/xmldom';
import { deviceSpec, portKinds, type DeviceSpec } from '../../../../../shared/contract/hardware-devices.ts';
import { attribute, child, textOf } from '../../../libvirt/xml/elements.ts';

/**
 * The settings of a device as its form has them; null for a kind without a form, and where the form could not say what
 * the device has.
 */
export function readDevice(element: Element): DeviceSpec | null {
  const candidate = candidateOf(element);
  if (candidate === null) return null;
  const parsed = deviceSpec.safeParse(candidate);
  return parsed.success ? parsed.data : null;
}

function candidateOf(element: Element): Record<string, unknown> | null {
  const kind = element.localName ?? '';
  const model = attribute(element, 'model');
  const type = attribute(element, 'type');
  if (portKinds.some((each) => each === kind)) return portOf(kind, element);
  switch (kind) {
    case 'sound':
    case 'panic':
      return { kind, model };
    case 'watchdog':
      return { kind, model, action: attribute(element, 'action') ?? 'reset' };
    case 'input':
      return { kind, type, bus: attribute(element, 'bus') };
    case 'tpm':
      return tpmOf(element);
    case 'rng':
      return rngOf(element);
    case 'vsock': {
      const cid = child(element, 'cid');
      const isOwn = attribute(cid, 'auto') === 'yes';
      return { kind, cid: isOwn ? null : numberOf(attribute(cid, 'address')) };
    }
    case 'smartcard':
      // Certificates of the host's database, or another way than SPICE, have no form.
      return type === null || type === 'spicevmc' ? { kind, mode: attribute(element, 'mode') } : null;
    case 'controller':
      return { kind, type, model, iothread: numberOf(attribute(child(element, 'driver'), 'iothread')) };
    case 'memballoon':
      // Without a balloon there is nothing to set.
      if (model !== 'virtio') return null;
      return {
        kind,
        periodSeconds: numberOf(attribute(child(element, 'stats'), 'period')) || null,
        deflatesOnNeed: attribute(element, 'autodeflate') === 'on',
        reportsFreePages: attribute(element, 'freePageReporting') === 'on',
      };
    case 'filesystem':
      return filesystemOf(element);
    default:
      return null;
  }
}

function portOf(kind: string, element: Element): Record<string, unknown> | null {
  // A console of another type is the second form in which a serial port is told.
  if (kind === 'console' && attribute(child(element, 'target'), 'type') !== 'virtio') return null;
  const type = attribute(element, 'type');
  const source = child(element, 'source');
  const mode = attribute(source, 'mode');
  // A socket that QEMU connects to, and a protocol of its own, have no form.
  if (type === 'unix' && mode === 'connect') return null;
  const protocol = attribute(child(element, 'protocol'), 'type') ?? 'raw';
  if (type === 'tcp' && protocol !== 'raw') return null;
  return {
    kind,
    source: {
      type,
      path: attribute(source, 'path'),
      host: attribute(source, 'host'),
      port: numberOf(attribute(source, 'service')),
      isServer: mode === 'bind',
    },
  };
}

function tpmOf(element: Element): Record<string, unknown> {
  const backend = child(element, 'backend');
  return {
    kind: 'tpm',
    model: attribute(element, 'model'),
    backend: attribute(backend, 'type'),
    version: attribute(backend, 'version') ?? '2.0',
    path: attribute(child(element, 'backend', 'device'), 'path') ?? '/dev/tpm0',
  };
}

function rngOf(element: Element): Record<string, unknown> {
  const backend = child(element, 'backend');
  const rate = child(element, 'rate');
  return {
    kind: 'rng',
    backend: attribute(backend, 'model'),
    path: textOf(backend) ?? '/dev/urandom',
    rateBytes: rate === null ? null : numberOf(attribute(rate, 'bytes')),
    ratePeriodMs: numberOf(attribute(rate, 'period') ?? '1000'),
  };
}

function filesystemOf(element: Element): Record<string, unknown> | null {
  const driver = attribute(child(element, 'driver'), 'type') ?? 'path';
  if ((attribute(element, 'type') ?? 'mount') !== 'mount' || (driver !== 'path' && driver !== 'virtiofs')) return null;
  return {
    kind: 'filesystem',
    driver: driver === 'virtiofs' ? 'virtiofs' : '9p',
    sourceDir: attribute(child(element, 'source'), 'dir'),
    tag: attribute(child(element, 'target'), 'dir'),
    accessMode: attribute(element, 'accessmode') ?? 'passthrough',
    isReadOnly: child(element, 'readonly') !== null,
  };
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
