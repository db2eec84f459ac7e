import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { CreateSnapshotInput, DomainSnapshot, SnapshotRef } from '../../../../shared/contract/snapshots.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import type { SnapshotsApi } from './api.ts';
import type { SnapshotBackend } from './ports.ts';

/** Where snapshots of a connection are found, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type SnapshotSource = (connectionId: string) => SnapshotBackend | undefined;

/** Snapshots of the domains of all connections. */
export class SnapshotsService implements SnapshotsApi {
  readonly #source: SnapshotSource;
  readonly #tasks: TaskEngine;
  readonly #machineName: (ref: MachineRef) => string;

  constructor(source: SnapshotSource, tasks: TaskEngine, machineName: (ref: MachineRef) => string) {
    this.#source = source;
    this.#tasks = tasks;
    this.#machineName = machineName;
  }

  list(ref: MachineRef, signal: AbortSignal): Promise<DomainSnapshot[]> {
    return this.#backend(ref.connectionId).list(ref.id, signal);
  }

  create(input: CreateSnapshotInput): { taskId: string } {
    return this.#start('create', input, (backend, task) => backend.create(input.id, input, task));
  }

  revert(ref: SnapshotRef): { taskId: string } {
    return this.#start('revert', ref, (backend, task) => backend.revert(ref.id, ref.name, task));
  }

  remove(ref: SnapshotRef): { taskId: string } {
    return this.#start('remove', ref, (backend, task) => backend.remove(ref.id, ref.name, task));
  }

  #start(
    what: 'create' | 'revert' | 'remove',
    ref: SnapshotRef,
    run: (backend: SnapshotBackend, task: TaskContext) => Promise<void>,
  ): { taskId: string } {
    const { connectionId, id } = ref;
    const taskId = this.#tasks.start({
      kind: `snapshot.${what}`,
      target: { connectionId, resource: 'machine', id, name: this.#machineName(ref) },
      // Only the making is a job that libvirt can abort.
      cancelable: what === 'create',
      run: (task) => run(this.#backend(connectionId), task),
    });
    return { taskId };
  }

  #backend(connectionId: string): SnapshotBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'snapshots' } });
    return backend;
  }
}
