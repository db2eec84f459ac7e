import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { ChangeTagsInput, EditNotesInput } from '../../../../shared/contract/notes.ts';
import type { MachineNotes } from '../../../../shared/model/notes.ts';
import { AppError } from '../../kernel/app-error.ts';
import { Gate } from '../../kernel/gate.ts';
import { KeyedMutex } from '../../kernel/keyed-mutex.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import type { NotesApi } from './api.ts';
import type { NotesBackend } from './ports.ts';

/** Where notes of a connection are kept, nowhere for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type NotesSource = (connectionId: string) => NotesBackend | undefined;

/** How many machines are written at once, of all connections. */
const PARALLEL = 10;

/** Tags, folders and notes of the machines of all connections. */
export class NotesService implements NotesApi {
  readonly #source: NotesSource;
  readonly #tasks: TaskEngine;
  readonly #machineName: (ref: MachineRef) => string;
  readonly #gate = new Gate(PARALLEL, 20_000);
  /** Each change reads and writes: one after the other per machine. */
  readonly #perMachine = new KeyedMutex();

  constructor(source: NotesSource, tasks: TaskEngine, machineName: (ref: MachineRef) => string) {
    this.#source = source;
    this.#tasks = tasks;
    this.#machineName = machineName;
  }

  watch({ connectionId, id }: MachineRef, { signal }: Watcher): AsyncIterable<MachineNotes> {
    return this.#backend(connectionId).watch(id, signal);
  }

  edit({ connectionId, id, before, after }: EditNotesInput): { taskId: string } {
    const taskId = this.#start('edit', { connectionId, id }, null, (backend, { signal }) =>
      backend.edit(id, before, after, signal),
    );
    return { taskId };
  }

  changeTags({ machines, add, remove }: ChangeTagsInput): { taskIds: string[] } {
    const groupId = machines.length > 1 ? crypto.randomUUID() : null;
    const taskIds = machines.map((ref) =>
      this.#start('changeTags', ref, groupId, (backend, { signal }) => backend.changeTags(ref.id, add, remove, signal)),
    );
    return { taskIds };
  }

  #start(
    what: 'edit' | 'changeTags',
    ref: MachineRef,
    groupId: string | null,
    run: (backend: NotesBackend, task: TaskContext) => Promise<void>,
  ): string {
    const { connectionId, id } = ref;
    return this.#tasks.start({
      kind: `notes.${what}`,
      target: { connectionId, resource: 'machine', id, name: this.#machineName(ref) },
      groupId,
      run: (task) =>
        this.#gate.run(
          () => this.#perMachine.run(`${connectionId}/${id}`, () => run(this.#backend(connectionId), task)),
          { signal: task.signal },
        ),
    });
  }

  #backend(connectionId: string): NotesBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'notes' } });
    return backend;
  }
}
