import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type {
  CheckMigrationInput,
  MachineMigrationCheck,
  StartMigrationInput,
} from '../../../../shared/contract/migration.ts';
import { MAX_PARALLEL_MIGRATIONS } from '../../../../shared/contract/migration.ts';
import type { VolumeRef } from '../../../../shared/contract/storage.ts';
import { AppError } from '../../kernel/app-error.ts';
import { Gate } from '../../kernel/gate.ts';
import { KeyedMutex } from '../../kernel/keyed-mutex.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import type { MigrationApi } from './api.ts';
import type { CopyVolume, MigrationBackend } from './ports.ts';

/** A connection's host, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while it is not online. */
type MigrationSource = (connectionId: string) => MigrationBackend | undefined;

/** Copies a volume between two connected hosts. */
type CopyBetween = (from: VolumeRef, to: VolumeRef, task: TaskContext) => Promise<void>;

/** Pre-flights of a bulk migration that ask the hosts at once. */
const PARALLEL_CHECKS = 4;

/** Migrates machines between all connected hosts. */
export class MigrationService implements MigrationApi {
  readonly #source: MigrationSource;
  readonly #tasks: TaskEngine;
  readonly #nameOf: (ref: MachineRef) => string;
  readonly #copyVolume: CopyBetween;
  readonly #perMachine = new KeyedMutex();
  readonly #perSource = new Map<string, Gate>();

  constructor(
    source: MigrationSource,
    tasks: TaskEngine,
    nameOf: (ref: MachineRef) => string,
    copyVolume: CopyBetween,
  ) {
    this.#source = source;
    this.#tasks = tasks;
    this.#nameOf = nameOf;
    this.#copyVolume = copyVolume;
  }

  check({ machines, plan }: CheckMigrationInput, signal: AbortSignal): Promise<MachineMigrationCheck[]> {
    const gate = new Gate(PARALLEL_CHECKS);
    return Promise.all(
      machines.map((machine) =>
        gate.run(
          async () => ({
            machine,
            checks: await this.#backend(machine.connectionId).check(
              machine.id,
              plan,
              this.#backend(plan.toConnectionId),
              signal,
            ),
          }),
          { signal },
        ),
      ),
    );
  }

  start({ machines, plan, parallel }: StartMigrationInput): { taskIds: string[] } {
    const groupId = machines.length > 1 ? crypto.randomUUID() : null;
    const gate = new Gate(parallel);
    const taskIds = machines.map((ref) =>
      this.#tasks.start({
        kind: 'machine.migrate',
        target: { connectionId: ref.connectionId, resource: 'machine', id: ref.id, name: this.#nameOf(ref) },
        groupId,
        run: (task) => {
          const destination = (): MigrationBackend => this.#backend(plan.toConnectionId);
          const copyVolume: CopyVolume = (from, to, copying) =>
            this.#copyVolume(
              { connectionId: ref.connectionId, ...from },
              { connectionId: plan.toConnectionId, ...to },
              copying,
            );
          const migrate = (): Promise<void> =>
            this.#backend(ref.connectionId).migrate(ref.id, plan, destination, copyVolume, task);
          task.progress('waitingForTurn');
          const inTurn = (): Promise<void> => this.#perMachine.run(`${ref.connectionId}/${ref.id}`, migrate);
          const { signal } = task;
          return gate.run(() => this.#gateOf(ref.connectionId).run(inTurn, { signal }), { signal });
        },
      }),
    );
    return { taskIds };
  }

  /** A migration holds one of the few calls that a host answers at once. */
  #gateOf(connectionId: string): Gate {
    let gate = this.#perSource.get(connectionId);
    if (gate === undefined) this.#perSource.set(connectionId, (gate = new Gate(MAX_PARALLEL_MIGRATIONS)));
    return gate;
  }

  #backend(connectionId: string): MigrationBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'migrate' } });
    return backend;
  }
}
