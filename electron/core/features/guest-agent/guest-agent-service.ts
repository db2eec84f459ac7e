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
import { AppError } from '../../kernel/app-error.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import type { GuestAgentApi } from './api.ts';
import type { GuestAgentBackend } from './ports.ts';

/** Outputs of more tasks than these are forgotten, the oldest first. */
const MAX_OUTPUTS = 50;

/** Where agents of a connection are asked, nowhere for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type GuestAgentSource = (connectionId: string) => GuestAgentBackend | undefined;

/** The agents in the guests of all connections. */
export class GuestAgentService implements GuestAgentApi {
  readonly #source: GuestAgentSource;
  readonly #tasks: TaskEngine;
  readonly #machineName: (ref: MachineRef) => string;

  /** What commands in guests printed, by task. */
  readonly #outputs = new Map<string, GuestOutput[]>();

  constructor(source: GuestAgentSource, tasks: TaskEngine, machineName: (ref: MachineRef) => string) {
    this.#source = source;
    this.#tasks = tasks;
    this.#machineName = machineName;
  }

  async state({ connectionId, id }: MachineRef, signal: AbortSignal): Promise<AgentState> {
    return this.#backend(connectionId).state(id, signal);
  }

  async info({ connectionId, id }: MachineRef, signal: AbortSignal): Promise<GuestInfo> {
    return this.#backend(connectionId).info(id, signal);
  }

  async sshKeys({ connectionId, id, user }: SshKeysInput, signal: AbortSignal): Promise<string[]> {
    return this.#backend(connectionId).sshKeys(id, user, signal);
  }

  async growthPlan({ connectionId, id, path }: GrowthPlanInput, signal: AbortSignal): Promise<GrowthPlan> {
    return this.#backend(connectionId).growthPlan(id, path, signal);
  }

  grow(input: GrowInput): { taskId: string } {
    const outputs: GuestOutput[] = [];
    const started = this.#start('grow', input, (backend, task) =>
      backend.grow(input.id, input, (output) => void outputs.push(output), task),
    );
    this.#outputs.set(started.taskId, outputs);
    const [oldest] = this.#outputs.keys();
    if (this.#outputs.size > MAX_OUTPUTS && oldest !== undefined) this.#outputs.delete(oldest);
    return started;
  }

  growthOutput(taskId: string): GuestOutput[] {
    return [...(this.#outputs.get(taskId) ?? [])];
  }

  trim(ref: MachineRef): { taskId: string } {
    return this.#start('trim', ref, (backend, task) => backend.trim(ref.id, task));
  }

  freeze(input: FreezeInput): { taskId: string } {
    return this.#start('freeze', input, (backend, task) => backend.freeze(input.id, input.seconds, task), true);
  }

  thaw(ref: MachineRef): { taskId: string } {
    return this.#start('thaw', ref, (backend, task) => backend.thaw(ref.id, task));
  }

  syncTime(ref: MachineRef): { taskId: string } {
    return this.#start('syncTime', ref, (backend, task) => backend.syncTime(ref.id, task));
  }

  setPassword(input: SetPasswordInput): { taskId: string } {
    const { id, user, password } = input;
    return this.#start('setPassword', input, (backend, task) => backend.setPassword(id, user, password, task));
  }

  changeSshKeys(input: ChangeSshKeysInput): { taskId: string } {
    const { id, user } = input;
    return this.#start('changeSshKeys', input, (backend, task) => backend.changeSshKeys(id, user, input, task));
  }

  /** What the guest has begun cannot be stopped, unless `cancelable`. */
  #start(
    what: string,
    { connectionId, id }: MachineRef,
    run: (backend: GuestAgentBackend, task: TaskContext) => Promise<void>,
    cancelable = false,
  ): { taskId: string } {
    const taskId = this.#tasks.start({
      kind: `guestAgent.${what}`,
      target: { connectionId, resource: 'machine', id, name: this.#machineName({ connectionId, id }) },
      cancelable,
      run: (task) => run(this.#backend(connectionId), task),
    });
    return { taskId };
  }

  #backend(connectionId: string): GuestAgentBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'guestAgent' } });
    return backend;
  }
}
