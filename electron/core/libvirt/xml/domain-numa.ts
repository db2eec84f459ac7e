import type { Element } from '@xmldom/xmldom';
import { normalCpuSet } from '../../../../shared/model/cpu-set.ts';
import { append, ensure, remove, set } from './domain-edit.ts';
import { attribute, bytesOf, child, children } from './elements.ts';

/** Cells of the host that a domain's memory comes from. */
interface NumaTune {
  /** `strict`, `preferred`, `interleave` or `restrictive`. */
  mode: string;
  /** A set, e.g. `0-1`. */
  nodes: string;
}

/** A NUMA cell that the guest sees. */
interface GuestCell {
  /** A set of its vCPUs, e.g. `0-3`. */
  vcpus: string;
  memoryBytes: number;
  /** A set of cells of the host that its memory comes from; empty where that of the domain counts. */
  nodes: string;
}

/** `none`, `default` for pages of the host's default size, `mixed` for several sizes, or the size in bytes. */
type Hugepages = 'none' | 'default' | 'mixed' | number;

/** Where the memory of a domain lies, and how the guest sees it. */
export interface DomainNuma {
  tune: NumaTune | null;
  cells: GuestCell[];
  hugepages: Hugepages;
  isLocked: boolean;
}

/** Reads `<numatune>`, `<cpu><numa>` and `<memoryBacking>` of https://libvirt.org/formatdomain.html. */
export function readNuma(domain: Element): DomainNuma {
  const memory = child(domain, 'numatune', 'memory');
  return {
    tune:
      memory === null
        ? null
        : {
            mode: attribute(memory, 'mode') ?? 'strict',
            nodes: normalCpuSet(attribute(memory, 'nodeset') ?? '') ?? '',
          },
    cells: named(child(domain, 'cpu', 'numa'), 'cell').map((cell, place) => ({
      vcpus: normalCpuSet(attribute(cell, 'cpus') ?? '') ?? '',
      memoryBytes: bytesOf(attribute(cell, 'memory'), attribute(cell, 'unit') ?? 'KiB') ?? 0,
      nodes: normalCpuSet(attribute(memnodeOf(domain, attribute(cell, 'id') ?? String(place)), 'nodeset') ?? '') ?? '',
    })),
    hugepages: hugepagesOf(child(domain, 'memoryBacking', 'hugepages')),
    isLocked: child(domain, 'memoryBacking', 'locked') !== null,
  };
}

/** Null leaves it to the host where the memory comes from. Cells of the guest keep the cells they are bound to. */
export function writeNumaTune(domain: Element, tune: NumaTune | null): void {
  const present = child(domain, 'numatune', 'memory');
  if (tune === null) {
    if (present !== null) remove(present);
  } else {
    set(present ?? append(ensure(domain, 'numatune'), { name: 'memory' }), {
      mode: tune.mode,
      nodeset: tune.nodes,
      placement: null,
    });
    // libvirt takes this mode for all or for none.
    for (const node of named(child(domain, 'numatune'), 'memnode')) {
      if ((attribute(node, 'mode') === 'restrictive') !== (tune.mode === 'restrictive')) set(node, { mode: tune.mode });
    }
  }
  removeIfEmpty(child(domain, 'numatune'));
}

/** Makes the guest see these cells, whose sum is its memory; what else is told of one that stays is kept. */
export function writeGuestCells(domain: Element, cells: readonly GuestCell[]): void {
  const cpu = ensure(domain, 'cpu');
  const old = named(child(cpu, 'numa'), 'cell');
  const isKept = (id: string | null): boolean => id !== null && Number(id) < cells.length;
  for (const [place, element] of old.entries()) if (place >= cells.length) remove(element);
  for (const element of old) {
    for (const sibling of named(child(element, 'distances'), 'sibling')) {
      if (!isKept(attribute(sibling, 'id'))) remove(sibling);
    }
    removeIfEmpty(child(element, 'distances'));
  }
  for (const node of named(child(domain, 'numatune'), 'memnode')) {
    if (!isKept(attribute(node, 'cellid'))) remove(node);
  }
  for (const [place, { nodes }] of cells.entries()) writeMemnode(domain, String(place), nodes);
  removeIfEmpty(child(domain, 'numatune'));
  for (const [place, { vcpus, memoryBytes }] of cells.entries()) {
    const element = old[place] ?? append(ensure(cpu, 'numa'), { name: 'cell' });
    set(element, { id: String(place), cpus: vcpus, memory: String(Math.round(memoryBytes / 1024)), unit: 'KiB' });
  }
  removeIfEmpty(child(cpu, 'numa'));
  if (children(cpu).length === 0 && cpu.attributes.length === 0) remove(cpu);
}

function writeMemnode(domain: Element, cellid: string, nodes: string): void {
  const present = memnodeOf(domain, cellid);
  if (nodes === '') {
    if (present !== null) remove(present);
    return;
  }
  // libvirt takes this mode for all or for none.
  const mode = attribute(child(domain, 'numatune', 'memory'), 'mode') === 'restrictive' ? 'restrictive' : 'strict';
  const element = present ?? append(ensure(domain, 'numatune'), { name: 'memnode', attributes: { cellid, mode } });
  if (normalCpuSet(attribute(element, 'nodeset') ?? '') !== normalCpuSet(nodes)) set(element, { nodeset: nodes });
}

function memnodeOf(domain: Element, cellid: string): Element | null {
  return named(child(domain, 'numatune'), 'memnode').find((each) => attribute(each, 'cellid') === cellid) ?? null;
}

/** `mixed` keeps the pages that are there. */
export function writeHugepages(domain: Element, hugepages: Hugepages): void {
  const backing = ensure(domain, 'memoryBacking');
  const present = child(backing, 'hugepages');
  if (hugepages === 'none') {
    if (present !== null) remove(present);
  } else if (hugepages !== 'mixed' && hugepagesOf(present) !== hugepages) {
    const element = present ?? append(backing, { name: 'hugepages' });
    for (const page of named(element, 'page')) remove(page);
    if (hugepages !== 'default') {
      append(element, { name: 'page', attributes: { size: String(hugepages / 1024), unit: 'KiB' } });
    }
  }
  removeIfEmpty(backing);
}

/** Locked memory is never swapped out by the host. */
export function writeLocked(domain: Element, isLocked: boolean): void {
  const present = child(domain, 'memoryBacking', 'locked');
  if (isLocked && present === null) append(ensure(domain, 'memoryBacking'), { name: 'locked' });
  if (!isLocked && present !== null) remove(present);
  removeIfEmpty(child(domain, 'memoryBacking'));
}

/** True where daemons of the host may map the memory of the domain. */
export function hasSharedMemory(domain: Element): boolean {
  return attribute(child(domain, 'memoryBacking', 'access'), 'mode') === 'shared';
}

/** Lets the host's daemons map the memory of the domain, as virtiofs and vhost-user need it, or no more. */
export function writeSharedMemory(domain: Element, isShared: boolean): void {
  if (isShared === hasSharedMemory(domain)) return;
  const backing = ensure(domain, 'memoryBacking');
  if (isShared) {
    // Hugepages are files already, and can be shared as they are.
    if (child(backing, 'source') === null && child(backing, 'hugepages') === null) {
      append(backing, { name: 'source', attributes: { type: 'memfd' } });
    }
    set(ensure(backing, 'access'), { mode: 'shared' });
    return;
  }
  const [access, source] = [child(backing, 'access'), child(backing, 'source')];
  if (access !== null) remove(access);
  if (source !== null && attribute(source, 'type') === 'memfd') remove(source);
  removeIfEmpty(backing);
}

function hugepagesOf(element: Element | null): Hugepages {
  if (element === null) return 'none';
  const [first, ...more] = named(element, 'page');
  if (first === undefined) return 'default';
  // A page for some of the cells only is one of several kinds.
  if (more.length > 0 || first.hasAttribute('nodeset')) return 'mixed';
  return bytesOf(attribute(first, 'size'), attribute(first, 'unit') ?? 'KiB') ?? 'mixed';
}

function removeIfEmpty(element: Element | null): void {
  if (element !== null && children(element).length === 0 && element.attributes.length === 0) remove(element);
}

function named(parent: Element | null, name: string): Element[] {
  return parent === null ? [] : children(parent).filter((element) => element.localName === name);
}
