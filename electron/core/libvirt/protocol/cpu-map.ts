/** The numbers of the CPUs whose bits are set in a map of `count` CPUs, as NODE_GET_CPU_MAP tells it. */
export function cpusOfMap(map: Uint8Array, count: number): number[] {
  return Array.from({ length: count }, (_, cpu) => cpu).filter(
    (cpu) => ((map[Math.floor(cpu / 8)] ?? 0) & (1 << (cpu % 8))) !== 0,
  );
}

/** The map of a set of CPUs, as the calls that pin take it. */
export function mapOfCpus(cpus: readonly number[]): Uint8Array {
  const map = new Uint8Array(Math.floor(Math.max(0, ...cpus) / 8) + 1);
  for (const cpu of cpus) map[Math.floor(cpu / 8)] = (map[Math.floor(cpu / 8)] ?? 0) | (1 << (cpu % 8));
  return map;
}
