import type { GuestCells, HostCpus, NumaPlacement } from '../../../shared/contract/placement.ts';
import { formatCpuSet, parseCpuSet } from '../../../shared/model/cpu-set.ts';

const MEBIBYTE = 1024 ** 2;

/** A cell of the guest as it is typed. */
export interface CellDraft {
  vcpus: string;
  mebibytes: string;
  /** Cells of the host; empty for any. */
  nodes: string;
}

/** As many cells as wanted with equal parts of the vCPUs and of the memory; what does not divide goes to the first. */
export function splitEvenly(
  count: number,
  { vcpus, mebibytes, before }: { vcpus: number; mebibytes: number; before: readonly CellDraft[] },
): CellDraft[] {
  const parts = (all: number): number[] =>
    Array.from({ length: count }, (_, place) => Math.floor(all / count) + (place < all % count ? 1 : 0));
  let from = 0;
  const memory = parts(mebibytes);
  return parts(vcpus).map((size, place) => {
    const cpus = Array.from({ length: size }, (_, index) => from + index);
    from += size;
    return { vcpus: formatCpuSet(cpus), mebibytes: String(memory[place] ?? 0), nodes: before[place]?.nodes ?? '' };
  });
}

/** What is wrong with the vCPUs of cells (hardware:numa.faults.<kind>); null where each vCPU is in one of them. */
export function vcpusFault(
  cells: readonly CellDraft[],
  maxVcpus: number,
): { kind: 'missing' | 'twice' | 'unknown'; vcpus: string } | null {
  const all = cells.flatMap(({ vcpus }) => parseCpuSet(vcpus) ?? []);
  const unknown = all.filter((id) => id >= maxVcpus);
  if (unknown.length > 0) return { kind: 'unknown', vcpus: formatCpuSet(unknown) };
  const twice = all.filter((id, place) => all.indexOf(id) !== place);
  if (twice.length > 0) return { kind: 'twice', vcpus: formatCpuSet(twice) };
  const missing = Array.from({ length: maxVcpus }, (_, id) => id).filter((id) => !all.includes(id));
  return missing.length > 0 ? { kind: 'missing', vcpus: formatCpuSet(missing) } : null;
}

/** A whole number of MiB from 1; null where the text is none. */
export function mebibytesOf(text: string): number | null {
  return /^\d{1,9}$/.test(text.trim()) && Number(text) > 0 ? Number(text) : null;
}

/** As the contract has them; null while one is wrong. */
export function cellsOf(drafts: readonly CellDraft[]): GuestCells | null {
  const cells = drafts.map(({ vcpus, mebibytes, nodes }) => {
    const memory = mebibytesOf(mebibytes);
    const ids = parseCpuSet(vcpus);
    return memory === null || ids === null || ids.length === 0
      ? null
      : { vcpus: formatCpuSet(ids), memoryBytes: memory * MEBIBYTE, nodes };
  });
  const known = cells.filter((cell) => cell !== null);
  return known.length === cells.length ? known : null;
}

/** The sizes of large pages that a host has, smallest first. */
export function pageSizes(host: HostCpus | null): number[] {
  const sizes = host?.cells.flatMap(({ hugepages }) => hugepages.map(({ sizeBytes }) => sizeBytes)) ?? [];
  return [...new Set(sizes)].sort((one, other) => one - other);
}

/** Large pages of a size where a machine's memory may come from; null where the host does not tell. */
export function pagesFor(
  host: HostCpus | null,
  sizeBytes: number,
  tune: NumaPlacement['tune'],
): { free: number | null; count: number } | null {
  if (host === null) return null;
  const nodes = tune === null || tune.mode === 'preferred' ? null : (parseCpuSet(tune.nodes) ?? []);
  const pages = host.cells
    .filter(({ id }) => nodes?.includes(id) ?? true)
    .flatMap((cell) => cell.hugepages.filter((each) => each.sizeBytes === sizeBytes));
  if (pages.length === 0) return null;
  const free = pages.every((each) => each.free !== null)
    ? pages.reduce((sum, each) => sum + (each.free ?? 0), 0)
    : null;
  return { free, count: pages.reduce((sum, each) => sum + each.count, 0) };
}
