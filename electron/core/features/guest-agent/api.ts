import type {
  AgentState,
  ChangeSshKeysInput,
  FreezeInput,
  GuestInfo,
  SetPasswordInput,
  SshKeysInput,
} from '../../../../shared/contract/guest-agent.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';

/** What the agents in guests tell and do, as the router offers it. Throws NOT_FOUND for an unknown connection. */
export interface GuestAgentApi {
  state(ref: MachineRef, signal: AbortSignal): Promise<AgentState>;
  info(ref: MachineRef, signal: AbortSignal): Promise<GuestInfo>;
  sshKeys(input: SshKeysInput, signal: AbortSignal): Promise<string[]>;
  trim(ref: MachineRef): { taskId: string };
  /** File systems hold still for a bounded time, or until the task is cancelled. */
  freeze(input: FreezeInput): { taskId: string };
  thaw(ref: MachineRef): { taskId: string };
  syncTime(ref: MachineRef): { taskId: string };
  setPassword(input: SetPasswordInput): { taskId: string };
  changeSshKeys(input: ChangeSshKeysInput): { taskId: string };
}
