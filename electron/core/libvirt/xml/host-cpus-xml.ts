import type { Element } from '@xmldom/xmldom';
import { attribute, child, children, parseRoot } from './elements.ts';

/** The processors of one NUMA cell. */
export interface CellCpusXml {
  cell: number;
  /** Cores are lists of the numbers of their CPUs. */
  sockets: { id: number; cores: number[][] }[];
}

/**
 * Reads where each CPU that is online is, from https://libvirt.org/formatcaps.html. Throws PROTOCOL for text that is
 * no capabilities XML.
 */
export function readHostCpusXml(text: string): CellCpusXml[] {
  const cells = child(parseRoot(text, 'capabilities'), 'host', 'topology', 'cells');
  return named(cells, 'cell').map((cell) => ({
    cell: numberOf(cell, 'id') ?? 0,
    sockets: socketsOf(named(child(cell, 'cpus'), 'cpu')),
  }));
}

function socketsOf(cpus: readonly Element[]): CellCpusXml['sockets'] {
  const sockets = new Map<number, Map<string, number[]>>();
  for (const cpu of cpus) {
    const id = numberOf(cpu, 'id');
    const socket = numberOf(cpu, 'socket_id');
    // One that is offline is nowhere.
    if (id === null || socket === null) continue;
    const cores = sockets.get(socket) ?? new Map<string, number[]>();
    sockets.set(socket, cores);
    // Numbers of cores are a die's own; older daemons tell no dies.
    const core = ['die_id', 'cluster_id', 'core_id'].map((name) => attribute(cpu, name) ?? '').join('/');
    cores.set(core, [...(cores.get(core) ?? []), id]);
  }
  const byFirst = (one: number[], other: number[]): number => (one[0] ?? 0) - (other[0] ?? 0);
  return [...sockets]
    .sort(([one], [other]) => one - other)
    .map(([id, cores]) => ({
      id,
      cores: [...cores.values()].map((core) => core.sort((one, other) => one - other)).sort(byFirst),
    }));
}

function numberOf(element: Element, name: string): number | null {
  const value = Number(attribute(element, name) ?? 'NaN');
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function named(parent: Element | null, name: string): Element[] {
  return parent === null ? [] : children(parent).filter((element) => element.localName === name);
}
