import type { Connection } from '../../../shared/contract/connections.ts';
import type { CloudFlavor, PresetCpuMode, SizePreset } from '../../../shared/contract/flavors.ts';
import { itemKey } from '../../core-client/feeds.tsx';

export const flavorKinds = ['preset', 'nova'] as const;
export type FlavorKind = (typeof flavorKinds)[number];

/** A size of machine, of either kind, as the table shows it. */
export interface FlavorRow {
  /** Unique over presets and all connections. */
  key: string;
  kind: FlavorKind;
  id: string;
  name: string;
  vcpus: number;
  topology: SizePreset['topology'];
  memoryBytes: number;
  /** Null or 0 where it does not say. */
  diskBytes: number | null;
  ephemeralBytes: number;
  swapBytes: number;
  cpuMode: PresetCpuMode | null;
  notes: string;
  /** Null for a preset, which anybody who uses this profile has. */
  isPublic: boolean | null;
  /** Undefined for a preset. */
  connection: Connection | undefined;
}

/** The rows of presets and flavors. */
export function flavorRows(
  presets: readonly SizePreset[],
  flavors: readonly CloudFlavor[],
  connections: ReadonlyMap<string, Connection>,
): FlavorRow[] {
  const ofPresets = presets.map((preset): FlavorRow => ({
    ...preset,
    key: `preset/${preset.id}`,
    kind: 'preset',
    ephemeralBytes: 0,
    swapBytes: 0,
    isPublic: null,
    connection: undefined,
  }));
  const ofClouds = flavors.map(({ description, ...flavor }): FlavorRow => ({
    ...flavor,
    key: `nova/${itemKey(flavor)}`,
    kind: 'nova',
    cpuMode: null,
    notes: description,
    connection: connections.get(flavor.connectionId),
  }));
  return [...ofPresets, ...ofClouds];
}

/** A name that no preset has: the wished one, or it with a number. */
export function freeName(wished: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wished : `${wished.slice(0, 58)} ${count}`;
    if (!taken.has(name)) return name;
  }
}

/** A new preset of a row's size. */
export function presetOf(row: FlavorRow, taken: ReadonlySet<string>): SizePreset {
  const { vcpus, topology, memoryBytes, diskBytes, cpuMode, notes } = row;
  return {
    id: crypto.randomUUID(),
    name: freeName(row.name.slice(0, 64).trim(), taken),
    vcpus,
    topology,
    memoryBytes,
    diskBytes: diskBytes === 0 ? null : diskBytes,
    cpuMode,
    notes: notes.slice(0, 2_000),
  };
}
