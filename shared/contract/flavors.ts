import { z } from 'zod';

/** What a machine sees of its host's CPU, as far as a preset says. */
export const presetCpuModes = ['host-model', 'host-passthrough', 'maximum'] as const;
export type PresetCpuMode = (typeof presetCpuModes)[number];

const count = z.number().int().min(1).max(4_096);

/** How a guest sees its vCPUs. */
export const cpuTopology = z.object({ sockets: count, cores: count, threads: count });

/** Most presets that are kept. */
export const MAX_PRESETS = 500;

/** A size for new machines on KVM hosts. */
export const sizePreset = z
  .object({
    id: z.uuid(),
    name: z.string().trim().min(1).max(64),
    vcpus: count,
    /** Null leaves it to QEMU. */
    topology: cpuTopology.nullable(),
    memoryBytes: z.number().int().positive(),
    /** Of the first disk; null where a preset does not say. */
    diskBytes: z.number().int().positive().nullable(),
    /** Null leaves it to what suits the host. */
    cpuMode: z.enum(presetCpuModes).nullable(),
    notes: z.string().max(2_000),
  })
  .refine(
    ({ vcpus, topology }) => topology === null || topology.sockets * topology.cores * topology.threads === vcpus,
    { path: ['topology'] },
  );
export type SizePreset = z.infer<typeof sizePreset>;

export const deletePresetsInput = z.object({ ids: z.array(z.uuid()).min(1).max(MAX_PRESETS) });

/** A flavor of a cloud, as its project may use it. */
export interface CloudFlavor {
  id: string;
  connectionId: string;
  name: string;
  vcpus: number;
  topology: SizePreset['topology'];
  memoryBytes: number;
  /** Of the root disk; 0 where the image decides. */
  diskBytes: number;
  /** Of a second, empty disk; 0 for none. */
  ephemeralBytes: number;
  swapBytes: number;
  isPublic: boolean;
  /** Written by the cloud's admin; empty where nothing is, and for Nova before 2.55. */
  description: string;
}

export const listFlavorsInput = z.object({ connectionId: z.string().max(64) });
