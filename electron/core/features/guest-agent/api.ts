import type {
  AgentState,
  ChangeSshKeysInput,
  FreezeInput,
  GuestInfo,
  SetPasswordInput,
  SshKeysInput,
} from '../../../../shared/contract/guest-agent.ts';
import type { GrowInput, GrowthPlan, GrowthPlanInput, GuestOutput } from '../../../../shared/contract/guest-growth.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';

/** What the agents in guests tell and do, as the router offers it. Throws NOT_FOUND for an unknown connection. */
export interface GuestAgentApi {
  state(ref: MachineRef, signal: AbortSignal): Promise<AgentState>;
  info(ref: MachineRef, signal: AbortSignal): Promise<GuestInfo>;
  sshKeys(input: SshKeysInput, signal: AbortSignal): Promise<string[]>;
  /** What the guest could do with a disk that has grown. */
  growthPlan(input: GrowthPlanInput, signal: AbortSignal): Promise<GrowthPlan>;
  /** Has a file system fill its disk, by the commands of the plan. */
  grow(input: GrowInput): { taskId: string };
  /** What the commands of a task have printed so far; nothing for one long ago. */
  growthOutput(taskId: string): GuestOutput[];
  trim(ref: MachineRef): { taskId: string };
  /** File systems hold still for a bounded time, or until the task is cancelled. */
  freeze(input: FreezeInput): { taskId: string };
  thaw(ref: MachineRef): { taskId: string };
  syncTime(ref: MachineRef): { taskId: string };
  setPassword(input: SetPasswordInput): { taskId: string };
  changeSshKeys(input: ChangeSshKeysInput): { taskId: string };
}
