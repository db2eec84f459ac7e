import { z } from 'zod';
import { parseCpuSet } from '../model/cpu-set.ts';

/** Numbers as libvirt writes them, e.g. `0-3,8`; empty for none. */
const numberSet = z
  .string()
  .max(4_096)
  .refine((text) => parseCpuSet(text) !== null);

const pin = z.object({ id: z.number().int().min(0).max(4_294_967_295), cpus: numberSet });
/** A thread of a machine, and the CPUs of the host that it may run on. */
export type Pin = z.infer<typeof pin>;

/** Which CPUs of the host the threads of a machine may run on; a thread that is not named may run on any. */
export const cpuPins = z.object({
  vcpus: z.array(pin).max(4_096),
  /** QEMU's own threads; empty for any CPU. */
  emulator: numberSet,
  iothreads: z.array(pin).max(1_024),
});
export type CpuPins = z.infer<typeof cpuPins>;

/** Where a machine runs on its host. Sets of CPUs are in their shortest text, as {@link numberSet}. */
export interface CpuPlacement extends CpuPins {
  /** CPUs for the threads without a pin of their own; empty for any. */
  others: string;
}

export const numaModes = ['strict', 'preferred', 'interleave', 'restrictive'] as const;
/** From which cells of the host a machine's memory comes. */
export const numaTune = z.object({ mode: z.enum(numaModes), nodes: numberSet.min(1) });

/** The NUMA cells that a guest sees: each vCPU is in one of them, and their memory is the machine's. */
export const guestCells = z
  .array(
    z.object({
      vcpus: numberSet.min(1),
      memoryBytes: z
        .number()
        .int()
        .min(1024 ** 2),
      /** Cells of the host that its memory comes from; empty where that of the machine counts. */
      nodes: numberSet,
    }),
  )
  .max(64);
export type GuestCells = z.infer<typeof guestCells>;

/** `mixed` keeps pages of several sizes; a number is a size in bytes. */
export const hugepages = z.union([z.enum(['none', 'default', 'mixed']), z.number().int().min(1024)]);
export type Hugepages = z.infer<typeof hugepages>;

/** Where the memory of a machine lies on its host, and how the guest sees it. */
export interface NumaPlacement {
  /** Null leaves it to the host. */
  tune: { mode: string; nodes: string } | null;
  cells: GuestCells;
  hugepages: Hugepages;
  /** The host never swaps it out. */
  isLocked: boolean;
}

/** Memory pages of one size of a NUMA cell. */
export interface CellPages {
  sizeBytes: number;
  count: number;
  /** Null where the host does not tell. */
  free: number | null;
}

/** A NUMA cell of a host, with what is in it. */
export interface HostCpuCell {
  id: number;
  /** Null where the host does not tell. */
  memoryBytes: number | null;
  freeBytes: number | null;
  /** Pages larger than the usual. */
  hugepages: CellPages[];
  /** Cores are lists of the numbers of their CPUs (threads). */
  sockets: { id: number; cores: number[][] }[];
}

/** A machine that runs and whose vCPUs are pinned. */
export interface PinnedMachine {
  id: string;
  name: string;
  cpus: string;
}

/** The processors of a host, and who is pinned to them. */
export interface HostCpus {
  cells: HostCpuCell[];
  pinned: PinnedMachine[];
  /** True where the host has more machines than are looked at. */
  isPartial: boolean;
}
