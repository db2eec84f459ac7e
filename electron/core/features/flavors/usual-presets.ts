import type { SizePreset } from '../../../../shared/contract/flavors.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** The sizes that Nova was long delivered with; a tiny one with a disk that today's systems fit on. */
const usual: readonly [name: string, vcpus: number, memoryMib: number, diskGib: number][] = [
  ['tiny', 1, 512, 5],
  ['small', 1, 2_048, 20],
  ['medium', 2, 4_096, 40],
  ['large', 4, 8_192, 80],
  ['xlarge', 8, 16_384, 160],
];

/** What a profile starts with. The ids are the same in each, so that adding them twice adds nothing. */
export function usualPresets(): SizePreset[] {
  return usual.map(([name, vcpus, memoryMib, diskGib], at) => ({
    id: `f1a70000-0000-4000-8000-${String(at + 1).padStart(12, '0')}`,
    name,
    vcpus,
    topology: null,
    memoryBytes: memoryMib * MIB,
    diskBytes: diskGib * GIB,
    cpuMode: null,
    notes: '',
  }));
}
