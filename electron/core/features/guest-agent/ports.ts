import type { AgentState, GuestInfo } from '../../../../shared/contract/guest-agent.ts';
import type { GrowInput, GrowthPlan, GuestOutput } from '../../../../shared/contract/guest-growth.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/**
 * The agents in the guests of one libvirt host, while it is online. All throw MACHINE_GONE; what asks the agent throws
 * LIBVIRT_ERROR with the agent's own words, and UNSUPPORTED where libvirt is too old for it.
 */
export interface GuestAgentBackend {
  state(machineId: string, signal: AbortSignal): Promise<AgentState>;
  info(machineId: string, signal: AbortSignal): Promise<GuestInfo>;
  /** The lines of a user's authorized_keys. */
  sshKeys(machineId: string, user: string, signal: AbortSignal): Promise<string[]>;
  /** By the place of the disk on the host; null where the agent is not connected. */
  growthPlan(machineId: string, path: string, signal: AbortSignal): Promise<GrowthPlan>;
  /**
   * Runs the commands of the plan one after the other (guest-exec) and tells what each printed; ends at the first that
   * fails with LIBVIRT_ERROR. Throws NOT_FOUND where the plan has no such file system.
   */
  grow(machineId: string, input: GrowInput, told: (output: GuestOutput) => void, task: TaskContext): Promise<void>;
  /** Tells the host which blocks of the disks are free. */
  trim(machineId: string, task: TaskContext): Promise<void>;
  /** Thaws after `seconds`, when the task is cancelled, and when anything goes wrong. */
  freeze(machineId: string, seconds: number, task: TaskContext): Promise<void>;
  thaw(machineId: string, task: TaskContext): Promise<void>;
  /** Sets the guest's clock by the machine's own, which the host keeps. */
  syncTime(machineId: string, task: TaskContext): Promise<void>;
  setPassword(machineId: string, user: string, password: string, task: TaskContext): Promise<void>;
  /** Keys of others stay. */
  changeSshKeys(
    machineId: string,
    user: string,
    change: { add: readonly string[]; remove: readonly string[] },
    task: TaskContext,
  ): Promise<void>;
}
