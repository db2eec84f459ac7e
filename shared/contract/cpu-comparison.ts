import { z } from 'zod';
import type { AppErrorData } from './errors.ts';
import type { CpuFeature } from './hardware.ts';

export const MAX_COMPARED_HOSTS = 16;

export const compareCpusInput = z.object({
  connectionIds: z.array(z.string().max(64)).min(1).max(MAX_COMPARED_HOSTS),
});
export type CompareCpusInput = z.infer<typeof compareCpusInput>;

/** A CPU by a model of libvirt's and what differs from it. */
export interface NamedCpu {
  model: string | null;
  vendor: string | null;
  /** All that it has, also what belongs to the model; a disabled one is what the model has and it has not. */
  features: CpuFeature[];
}

/** Whether the CPU that all have can run on a host: as its own, as a part of its own, or not. */
export type CpuVerdict = 'identical' | 'superset' | 'incompatible';

/** The CPU that the machines of a host can have (`host-model`). */
export interface HostCpu {
  connectionId: string;
  /** Null where it could not be read. */
  cpu: NamedCpu | null;
  /** Null where there is no common CPU, or the host did not say. */
  verdict: CpuVerdict | null;
  error: AppErrorData | null;
}

/** The CPUs of hosts beside each other. */
export interface CpuComparison {
  hosts: HostCpu[];
  /** The best CPU that each of them can give its machines. */
  common: { cpu: NamedCpu; xml: string } | null;
  /** Why there is none. */
  error: AppErrorData | null;
}
