import type { CpuComparison } from '../../../shared/contract/cpu-comparison.ts';

/** A feature, and which hosts have it; in the order of the hosts that could be read. */
export interface CpuRow {
  name: string;
  has: boolean[];
  isSame: boolean;
}

/** What the CPUs of the hosts have, by name. */
export function cpuRows({ hosts }: CpuComparison): CpuRow[] {
  const sets = hosts.flatMap(({ cpu }) =>
    cpu === null
      ? []
      : [new Set(cpu.features.filter(({ policy }) => !/^(disable|forbid)$/.test(policy)).map(({ name }) => name))],
  );
  const names = [...new Set(sets.flatMap((set) => [...set]))].sort((one, other) => one.localeCompare(other, 'en'));
  return names.map((name) => {
    const has = sets.map((set) => set.has(name));
    return { name, has, isSame: has.every(Boolean) };
  });
}
