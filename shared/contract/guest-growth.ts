import { z } from 'zod';
import { machineRef } from './machines.ts';

/** A file system of a guest that lies on a disk, and the commands that give it the room that the disk has got. */
export interface GrowableFileSystem {
  mountPoint: string;
  /** The guest's name of the device, e.g. `vda1`. */
  device: string;
  type: string;
  /** Each is one program with its arguments; null where it takes more than that, e.g. LVM or encryption. */
  commands: string[][] | null;
}

/** What the guest could do with a disk that has grown; null where its agent does not answer. */
export type GrowthPlan = GrowableFileSystem[] | null;

/** What a command in the guest printed, and how it ended. */
export interface GuestOutput {
  command: string[];
  /** Null where the guest could not start it, or it was ended by a signal. */
  exitCode: number | null;
  /** Bounded; both of its outputs. */
  text: string;
}

export const growthPlanInput = machineRef.extend({
  /** Where the disk is on the host. */
  path: z.string().min(1).max(4_096),
});
export type GrowthPlanInput = z.infer<typeof growthPlanInput>;

export const growInput = growthPlanInput.extend({ mountPoint: z.string().min(1).max(4_096) });
export type GrowInput = z.infer<typeof growInput>;
