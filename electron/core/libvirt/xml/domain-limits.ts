import type { Element } from '@xmldom/xmldom';
import { append, ensure, remove, set } from './domain-edit.ts';
import { forgetIothreadPins } from './domain-placement.ts';
import { attribute, child, children, textOf } from './elements.ts';

/** Limits of a disk by libvirt's names, e.g. `total_iops_sec`; 0 is no limit. Bytes and requests per second. */
export type DiskLimits = Record<DiskLimitName, number>;
export const diskLimitNames = [
  'total_bytes_sec',
  'read_bytes_sec',
  'write_bytes_sec',
  'total_iops_sec',
  'read_iops_sec',
  'write_iops_sec',
] as const;
type DiskLimitName = (typeof diskLimitNames)[number];

/** Bandwidth of one direction of a NIC, in libvirt's units: KiB per second, and KiB for the burst; 0 is no limit. */
export interface NicLimit {
  average: number;
  peak: number;
  burst: number;
}

/** More than a limit, up to `most`, for so many seconds. */
export interface DiskBurst {
  limit: DiskLimitName;
  most: number;
  seconds: number;
}

/** Changes `<iotune>` of a disk with its bursts; one without a limit to exceed would be refused. */
export function writeDiskLimits(disk: Element, limits: DiskLimits, bursts: readonly DiskBurst[]): void {
  const present = child(disk, 'iotune');
  if (present === null && diskLimitNames.every((name) => limits[name] === 0)) return;
  const iotune = present ?? append(disk, { name: 'iotune' });
  for (const name of diskLimitNames) {
    const burst = limits[name] > 0 ? bursts.find(({ limit }) => limit === name) : undefined;
    write(iotune, name, limits[name]);
    write(iotune, `${name}_max`, burst?.most ?? 0);
    const length = `${name}_max_length`;
    // A second is what libvirt takes without a word.
    const isTold = child(iotune, length) !== null || (burst?.seconds ?? 1) > 1;
    write(iotune, length, isTold ? (burst?.seconds ?? 0) : 0);
  }
  if (children(iotune).length === 0) remove(iotune);
}

/** A number in an element of its own, none for 0. */
function write(parent: Element, name: string, value: number): void {
  const element = child(parent, name);
  if (value > 0) (element ?? append(parent, { name })).textContent = String(value);
  else if (element !== null) remove(element);
}

/** Changes `<bandwidth>` of a NIC; null takes the limit of a direction away. A floor that is promised stays. */
export function writeNicLimits(nic: Element, inbound: NicLimit | null, outbound: NicLimit | null): void {
  const present = child(nic, 'bandwidth');
  if (present === null && inbound === null && outbound === null) return;
  const bandwidth = present ?? append(nic, { name: 'bandwidth' });
  for (const [name, limit] of [
    ['inbound', inbound],
    ['outbound', outbound],
  ] as const) {
    const element = child(bandwidth, name);
    if (limit === null) {
      if (element !== null) remove(element);
      continue;
    }
    const orNone = (value: number): string | null => (value === 0 ? null : String(value));
    set(element ?? append(bandwidth, { name }), {
      average: String(limit.average),
      peak: orNone(limit.peak),
      burst: orNone(limit.burst),
    });
  }
  if (children(bandwidth).length === 0) remove(bandwidth);
}

/** Numbers of the I/O threads of a domain. */
export function readIothreads(domain: Element): number[] {
  const count = Number(textOf(child(domain, 'iothreads')) ?? '0');
  const ids = idElements(domain).flatMap((each) => Number(attribute(each, 'id') ?? '0') || []);
  // Those without a number of their own take the first free ones.
  for (let id = 1; ids.length < Math.min(count, MAX_IOTHREADS); id++) if (!ids.includes(id)) ids.push(id);
  return ids.sort((one, other) => one - other);
}

/** Makes the domain have these I/O threads; what is told of one that stays is kept. */
export function writeIothreads(domain: Element, ids: readonly number[]): void {
  forgetIothreadPins(domain, ids);
  const count = child(domain, 'iothreads');
  const list = child(domain, 'iothreadids');
  if (ids.length === 0) {
    for (const old of [count, list]) if (old !== null) remove(old);
    return;
  }
  (count ?? append(domain, { name: 'iothreads' })).textContent = String(ids.length);
  const present = ensure(domain, 'iothreadids');
  const known = new Set<number>();
  for (const element of idElements(domain)) {
    const id = Number(attribute(element, 'id'));
    if (ids.includes(id)) known.add(id);
    else remove(element);
  }
  for (const id of ids) if (!known.has(id)) append(present, { name: 'iothread', attributes: { id: String(id) } });
}

const MAX_IOTHREADS = 1_024;

function idElements(domain: Element): Element[] {
  const list = child(domain, 'iothreadids');
  return list === null ? [] : children(list).filter(({ localName }) => localName === 'iothread');
}
