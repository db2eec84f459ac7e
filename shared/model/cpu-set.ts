/** libvirt's own limit of a map of CPUs is 2,048 bytes. */
const MAX_CPUS = 16_384;

/**
 * The numbers of a set as libvirt writes it, such as `0-3,^2,8` (https://libvirt.org/formatdomain.html#cpu-allocation):
 * sorted, each once. Null for a text that is none; an empty text is the empty set.
 */
export function parseCpuSet(text: string): number[] | null {
  if (text.trim() === '') return [];
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^\s*(\^?)(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part);
    if (match === null) return null;
    const [, not, from, to = from] = match;
    if (Number(to) < Number(from) || Number(to) >= MAX_CPUS || (not === '^' && to !== from)) return null;
    for (let cpu = Number(from); cpu <= Number(to); cpu++) {
      if (not === '^') found.delete(cpu);
      else found.add(cpu);
    }
  }
  return [...found].sort((one, other) => one - other);
}

/** The shortest text of a set, such as `0-1,8`; empty for the empty set. */
export function formatCpuSet(cpus: Iterable<number>): string {
  const runs: [number, number][] = [];
  for (const cpu of [...new Set(cpus)].sort((one, other) => one - other)) {
    const last = runs.at(-1);
    if (last?.[1] === cpu - 1) last[1] = cpu;
    else runs.push([cpu, cpu]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

/** The same set in its shortest text; null for a text that is none. */
export function normalCpuSet(text: string): string | null {
  const cpus = parseCpuSet(text);
  return cpus === null ? null : formatCpuSet(cpus);
}
