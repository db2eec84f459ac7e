import type { Element } from '@xmldom/xmldom';
import { formatCpuSet, normalCpuSet, parseCpuSet } from '../../../../shared/model/cpu-set.ts';
import { append, ensure, remove, set } from './domain-edit.ts';
import { attribute, child, children, textOf } from './elements.ts';

interface Pin {
  id: number;
  cpus: string;
}

/** CPUs of the host by thread of a domain, as sets of libvirt (`0-3,8`); an empty one is any CPU. */
export interface Pins {
  vcpus: Pin[];
  emulator: string;
  iothreads: Pin[];
}

/**
 * Reads `<cputune>` (https://libvirt.org/formatdomain.html#cpu-tuning) and the set for all others at `<vcpu>`. On a
 * host with the CPUs `hostCpus`, a set of all of them is no pin: libvirt has no other word for one that was taken away
 * while the domain runs.
 */
export function readPlacement(domain: Element, hostCpus: readonly number[] | null): Pins & { others: string } {
  const isAll = (cpus: readonly number[]): boolean =>
    hostCpus !== null && hostCpus.length > 0 && hostCpus.every((cpu) => cpus.includes(cpu));
  const cpusOf = (text: string | null): string => {
    const cpus = parseCpuSet(text ?? '') ?? [];
    return isAll(cpus) ? '' : formatCpuSet(cpus);
  };
  const pinsOf = (name: 'vcpupin' | 'iothreadpin', key: 'vcpu' | 'iothread'): Pin[] =>
    pinElements(domain, name)
      .map((each) => ({ id: Number(attribute(each, key) ?? 'NaN'), cpus: cpusOf(attribute(each, 'cpuset')) }))
      .filter(({ id, cpus }) => Number.isSafeInteger(id) && id >= 0 && cpus !== '')
      .sort((one, other) => one.id - other.id);
  const [emulator] = pinElements(domain, 'emulatorpin');
  return {
    vcpus: pinsOf('vcpupin', 'vcpu'),
    emulator: cpusOf(attribute(emulator ?? null, 'cpuset')),
    iothreads: pinsOf('iothreadpin', 'iothread'),
    others: cpusOf(attribute(child(domain, 'vcpu'), 'cpuset')),
  };
}

/** The most vCPUs of a domain that QEMU has; whoever tells of more is not believed. */
const MAX_VCPUS = 4_096;

/** How many vCPUs a domain can have, those that are plugged in later included. */
export function maxVcpusOf(domain: Element): number {
  const told = Number(textOf(child(domain, 'vcpu')) ?? '1');
  return Number.isInteger(told) && told > 0 ? Math.min(told, MAX_VCPUS) : 1;
}

/** Makes these the only pins; what else is in `<cputune>` stays. */
export function writePins(domain: Element, { vcpus, emulator, iothreads }: Pins): void {
  writeKind(
    domain,
    'vcpupin',
    vcpus.map(({ id, cpus }) => [{ vcpu: String(id) }, cpus] as const),
  );
  writeKind(domain, 'emulatorpin', [[{}, emulator] as const]);
  writeKind(
    domain,
    'iothreadpin',
    iothreads.map(({ id, cpus }) => [{ iothread: String(id) }, cpus] as const),
  );
  const cputune = child(domain, 'cputune');
  if (cputune !== null && children(cputune).length === 0) remove(cputune);
}

/** Takes away the pins of I/O threads that are not among `ids`: libvirt refuses a pin of a thread that there is not. */
export function forgetIothreadPins(domain: Element, ids: readonly number[]): void {
  for (const element of pinElements(domain, 'iothreadpin')) {
    if (!ids.includes(Number(attribute(element, 'iothread')))) remove(element);
  }
}

function writeKind(
  domain: Element,
  name: string,
  wanted: readonly (readonly [Record<string, string>, string])[],
): void {
  const old = pinElements(domain, name);
  const kept = new Set<Element>();
  for (const [key, cpus] of wanted) {
    if (cpus === '') continue;
    const present = old.find((each) => Object.entries(key).every(([word, value]) => each.getAttribute(word) === value));
    const element = present ?? append(ensure(domain, 'cputune'), { name, attributes: key });
    if (normalCpuSet(attribute(element, 'cpuset') ?? '') !== normalCpuSet(cpus)) set(element, { cpuset: cpus });
    kept.add(element);
  }
  for (const element of old) if (!kept.has(element)) remove(element);
}

function pinElements(domain: Element, name: string): Element[] {
  const cputune = child(domain, 'cputune');
  return cputune === null ? [] : children(cputune).filter(({ localName }) => localName === name);
}
