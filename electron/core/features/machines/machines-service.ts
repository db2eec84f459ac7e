import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type {
  ConsoleLogChunk,
  Machine,
  MachineDisk,
  MachineDetails,
  MachineRef,
  RunMachinePlanInput,
  UsageSample,
} from '../../../../shared/contract/machines.ts';
import { canRunMachineAction, type MachineAction } from '../../../../shared/model/machine-actions.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { Gate } from '../../kernel/gate.ts';
import { KeyedMutex } from '../../kernel/keyed-mutex.ts';
import type { LiveList, Watcher } from '../../kernel/live-list.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import { ActionPlan } from './action-plan.ts';
import type { MachinesApi } from './api.ts';
import type { MachineBackend, OpenConsole } from './ports.ts';

/** Where the machines of a connection are found. Both throw NOT_FOUND for an unknown connection. */
export interface MachineSource {
  machines(connectionId: string): LiveList<Machine>;
  /** Throws DISCONNECTED while the connection is not online. */
  backend(connectionId: string): MachineBackend;
  /** Told of a machine that stood still and goes on: it was resumed, or started from its saved state. */
  wentOn?(ref: MachineRef): void;
}

/** How many machines of one connection a bulk action works on at once. */
const PARALLEL_PER_CONNECTION = 10;

/** Machines of all connections. */
export class MachinesService implements MachinesApi {
  readonly #source: MachineSource;
  readonly #tasks: TaskEngine;
  readonly #clock: Clock;
  readonly #perMachine = new KeyedMutex();
  readonly #gates = new Map<string, Gate>();

  constructor(source: MachineSource, tasks: TaskEngine, clock: Clock) {
    this.#source = source;
    this.#tasks = tasks;
    this.#clock = clock;
  }

  watch(connectionId: string, watcher: Watcher): AsyncIterable<FeedEvent<Machine>> {
    return this.#source.machines(connectionId).watch(watcher);
  }

  look(connectionId: string, ids: string[]): void {
    this.#source.backend(connectionId).look?.(ids);
  }

  runAction(action: MachineAction, machines: MachineRef[], deleteDisks: readonly string[] = []): { taskIds: string[] } {
    if (deleteDisks.length > 0 && (action !== 'delete' || machines.length !== 1)) {
      throw new AppError('BAD_INPUT', {
        params: { field: 'deleteDisks' },
        detail: 'disks go with one deleted machine',
      });
    }
    return this.#start(action, machines, (ref, task) => this.#run(action, ref, task, deleteDisks));
  }

  runPlan({ action, machines, delaySeconds, parallel, stopOnFailure }: RunMachinePlanInput): { taskIds: string[] } {
    const plan = new ActionPlan({ clock: this.#clock, delayMs: delaySeconds * 1_000, parallel, stopOnFailure });
    return this.#start(action, machines, (ref, task) => {
      task.progress('waitingForTurn');
      return plan.run(task.signal, () => {
        task.progress('request');
        return this.#run(action, ref, task, []);
      });
    });
  }

  #start(
    action: MachineAction,
    machines: readonly MachineRef[],
    run: (ref: MachineRef, task: TaskContext) => Promise<void>,
  ): { taskIds: string[] } {
    const groupId = machines.length > 1 ? crypto.randomUUID() : null;
    const taskIds = machines.map((ref) => {
      const name = this.#source.machines(ref.connectionId).items.get(ref.id)?.name ?? ref.id;
      return this.#tasks.start({
        kind: `machine.${action}`,
        target: { connectionId: ref.connectionId, resource: 'machine', id: ref.id, name },
        groupId,
        run: (task) => run(ref, task),
      });
    });
    return { taskIds };
  }

  async disks(ref: MachineRef, signal: AbortSignal): Promise<MachineDisk[]> {
    const backend = this.#source.backend(ref.connectionId);
    if (backend.disks === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'disks' } });
    return backend.disks(ref.id, signal);
  }

  details(ref: MachineRef, signal: AbortSignal): Promise<MachineDetails> {
    return this.#source.backend(ref.connectionId).details(ref.id, signal);
  }

  watchUsage(ref: MachineRef, watcher: Watcher): AsyncIterable<UsageSample> {
    return this.#source.backend(ref.connectionId).watchUsage(ref.id, watcher.signal);
  }

  watchConsoleLog(ref: MachineRef, watcher: Watcher): AsyncIterable<ConsoleLogChunk> {
    return this.#source.backend(ref.connectionId).watchConsoleLog(ref.id, watcher.signal);
  }

  /** Opens the VNC console; see MachineBackend.openConsole. */
  openConsole(ref: MachineRef, signal: AbortSignal): Promise<OpenConsole> {
    return this.#source.backend(ref.connectionId).openConsole(ref.id, signal);
  }

  #run(action: MachineAction, ref: MachineRef, task: TaskContext, deleteDisks: readonly string[]): Promise<void> {
    return this.#gate(ref.connectionId).run(
      () =>
        this.#perMachine.run(`${ref.connectionId}/${ref.id}`, async () => {
          const backend = this.#source.backend(ref.connectionId);
          const machine = this.#source.machines(ref.connectionId).items.get(ref.id);
          if (machine === undefined) throw new AppError('MACHINE_GONE', { params: { machine: ref.id } });
          const allowed = canRunMachineAction(action, machine);
          if (allowed !== true) {
            throw new AppError('CONFLICT', {
              params: { machine: machine.name, reason: allowed },
              detail: `${action}: ${allowed}`,
            });
          }
          await backend.runAction(action, ref.id, task, deleteDisks);
          const stoodStill = action === 'resume' ? machine.state === 'paused' : machine.hasManagedSave;
          if ((action === 'resume' || action === 'start') && stoodStill) this.#source.wentOn?.(ref);
        }),
      { signal: task.signal },
    );
  }

  #gate(connectionId: string): Gate {
    let gate = this.#gates.get(connectionId);
    if (gate === undefined) this.#gates.set(connectionId, (gate = new Gate(PARALLEL_PER_CONNECTION, 20_000)));
    return gate;
  }
}
