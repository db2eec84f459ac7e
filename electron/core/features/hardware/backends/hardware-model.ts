import type { Element } from '@xmldom/xmldom';
import type {
  CpuTopology,
  Hardware,
  HardwareBasics,
  HardwareDevice,
  HardwareFact,
  PendingFact,
} from '../../../../../shared/contract/hardware.ts';
import { bootOrder } from '../../../libvirt/xml/domain-boot.ts';
import { deviceFacts, domainDevices, type DeviceElement } from '../../../libvirt/xml/domain-devices.ts';
import { hasSecureBoot, readCpu } from '../../../libvirt/xml/domain-cpu.ts';
import { readIothreads } from '../../../libvirt/xml/domain-limits.ts';
import { hasSharedMemory, readNuma } from '../../../libvirt/xml/domain-numa.ts';
import { maxVcpusOf, readPlacement } from '../../../libvirt/xml/domain-placement.ts';
import { DomainXml } from '../../../libvirt/xml/domain-xml.ts';
import { attribute, child, parseRoot, sizeOf } from '../../../libvirt/xml/elements.ts';
import { readDevice } from './device-readers.ts';

/** A server's XML may hold any number of devices; nobody reads more than these. */
const MAX_DEVICES = 1_000;

/**
 * The hardware that the live XML (null while the domain does not run) and the inactive XML (null for a transient one)
 * tell of. A pin to all of `hostCpus` is none. Throws PROTOCOL for text that is no domain XML.
 */
export function hardwareOf(
  liveText: string | null,
  nextText: string | null,
  hostCpus: readonly number[] | null = null,
): Hardware {
  const live = liveText === null ? null : parseRoot(liveText, 'domain');
  const next = nextText === null ? null : parseRoot(nextText, 'domain');
  return {
    isRunning: live !== null,
    isPersistent: next !== null,
    now: liveText === null || live === null ? null : basicsOf(liveText, live, hostCpus),
    next: nextText === null || next === null ? null : basicsOf(nextText, next, hostCpus),
    devices: devicesOf(live, next).slice(0, MAX_DEVICES),
  };
}

function basicsOf(text: string, root: Element, hostCpus: readonly number[] | null): HardwareBasics {
  const xml = new DomainXml(text);
  const maxMemoryBytes = sizeOf(child(root, 'memory')) ?? 0;
  return {
    title: xml.title ?? '',
    description: xml.description ?? '',
    vcpus: xml.vcpus ?? 1,
    maxVcpus: maxVcpusOf(root),
    topology: topologyOf(child(root, 'cpu', 'topology')),
    memoryBytes: sizeOf(child(root, 'currentMemory')) ?? maxMemoryBytes,
    maxMemoryBytes,
    hasNumaCells: child(root, 'cpu', 'numa', 'cell') !== null,
    hasSharedMemory: hasSharedMemory(root),
    machineType: xml.machineType,
    firmware: xml.firmware,
    hasSecureBoot: hasSecureBoot(root),
    iothreads: readIothreads(root),
    cpu: readCpu(root),
    placement: readPlacement(root, hostCpus),
    numa: readNuma(root),
  };
}

function topologyOf(element: Element | null): CpuTopology | null {
  if (element === null) return null;
  const count = (name: string): number => Math.max(1, Number(attribute(element, name) ?? '1') || 1);
  return { sockets: count('sockets'), cores: count('cores'), threads: count('threads') };
}

function devicesOf(live: Element | null, next: Element | null): HardwareDevice[] {
  const nextDevices = next === null ? [] : domainDevices(next);
  const nextByKey = new Map(nextDevices.map((device) => [device.key, device]));
  const liveDevices = live === null ? [] : domainDevices(live);
  const liveKeys = new Set(liveDevices.map(({ key }) => key));
  const order = bootOrder(next ?? live);
  const onlyNext = nextDevices.filter(({ key }) => !liveKeys.has(key));
  return [
    ...liveDevices.map((device) =>
      // What is transient starts never again: nothing of it is pending.
      describe(device, next === null ? device : nextByKey.get(device.key), next === null ? 'both' : null, order),
    ),
    ...onlyNext.map((device) => describe(device, device, live === null ? 'both' : 'next', order)),
  ];
}

function describe(
  device: DeviceElement,
  later: DeviceElement | undefined,
  presence: HardwareDevice['presence'] | null,
  order: readonly string[],
): HardwareDevice {
  const { key, kind, label } = device;
  const facts = deviceFacts(kind, device.element);
  const place = order.indexOf(key);
  return {
    key,
    kind,
    label,
    presence: presence ?? (later === undefined ? 'now' : 'both'),
    facts: [...facts].map(([path, value]): HardwareFact => ({ path, value })),
    pending: later === undefined ? [] : differences(facts, deviceFacts(kind, later.element)),
    spec: readDevice((later ?? device).element),
    bootOrder: place === -1 ? null : place + 1,
  };
}

function differences(now: ReadonlyMap<string, string>, next: ReadonlyMap<string, string>): PendingFact[] {
  const paths = [...new Set([...now.keys(), ...next.keys()])].filter((path) => !path.startsWith('boot.'));
  return paths
    .map((path) => ({ path, now: now.get(path) ?? null, next: next.get(path) ?? null }))
    .filter((fact) => fact.now !== fact.next);
}
