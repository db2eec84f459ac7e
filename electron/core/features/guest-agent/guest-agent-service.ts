import type {
  AgentState,
  ChangeSshKeysInput,
  FreezeInput,
  GuestInfo,
  SetPasswordInput,
  SshKeysInput,
} from '../../../../shared/contract/guest-agent.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import type { GuestAgentApi } from './api.ts';
import type { GuestAgentBackend } from './ports.ts';

/** Where agents of a connection are asked, nowhere for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type GuestAgentSource = (connectionId: string) => GuestAgentBackend | undefined;

/** The agents in the guests of all connections. */
export class GuestAgentService implements GuestAgentApi {
  readonly #source: GuestAgentSource;
  readonly #tasks: TaskEngine;
  readonly #machineName: (ref: MachineRef) => string;

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
