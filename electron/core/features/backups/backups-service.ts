import type {
  BackupOverview,
  BeginBackupInput,
  CheckpointRef,
  CoreDumpInput,
  MemoryFileInput,
} from '../../../../shared/contract/backups.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import type { BackupsApi } from './api.ts';
import type { BackupBackend, MemoryFileBackend } from './ports.ts';

/** What a host knows about backups. */
interface BackupBackends {
  backups: BackupBackend;
  memoryFiles: MemoryFileBackend;
}

/** Where backups of a connection are found, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type BackupSource = (connectionId: string) => Partial<BackupBackends>;

/** Backups and memory files of the domains of all connections. */
export class BackupsService implements BackupsApi {
  readonly #source: BackupSource;
  readonly #tasks: TaskEngine;
  readonly #machineName: (ref: MachineRef) => string;

  constructor(source: BackupSource, tasks: TaskEngine, machineName: (ref: MachineRef) => string) {
    this.#source = source;
    this.#tasks = tasks;
    this.#machineName = machineName;
  }

  overview(ref: MachineRef, signal: AbortSignal): Promise<BackupOverview> {
    return this.#backends(ref.connectionId).backups.overview(ref.id, signal);
  }

  begin(input: BeginBackupInput): { taskId: string } {
    return this.#start('backup.begin', true, input, ({ backups }, task) => backups.begin(input.id, input, task));
  }

  removeCheckpoint(ref: CheckpointRef): { taskId: string } {
    return this.#start('backup.removeCheckpoint', false, ref, ({ backups }, task) =>
      backups.removeCheckpoint(ref.id, ref.name, task),
    );
  }

  saveToFile(input: MemoryFileInput): { taskId: string } {
    return this.#start('backup.saveToFile', true, input, ({ memoryFiles }, task) =>
      memoryFiles.save(input.id, input, task),
    );
  }

  restoreFromFile(input: MemoryFileInput): { taskId: string } {
    return this.#start('backup.restoreFromFile', false, input, ({ memoryFiles }, task) =>
      memoryFiles.restore(input.id, input, task),
    );
  }

  coreDump(input: CoreDumpInput): { taskId: string } {
    // QEMU does not stop once it writes the memory only.
    const isCancelable = input.format === 'migration';
    return this.#start('backup.coreDump', isCancelable, input, ({ memoryFiles }, task) =>
      memoryFiles.dump(input.id, input, task),
    );
  }

  #start(
    kind: string,
    cancelable: boolean,
    ref: MachineRef,
    run: (backends: BackupBackends, task: TaskContext) => Promise<void>,
  ): { taskId: string } {
    const { connectionId, id } = ref;
    const taskId = this.#tasks.start({
      kind,
      target: { connectionId, resource: 'machine', id, name: this.#machineName(ref) },
      cancelable,
      run: async (task) => run(this.#backends(connectionId), task),
    });
    return { taskId };
  }

  #backends(connectionId: string): BackupBackends {
    const { backups, memoryFiles } = this.#source(connectionId);
    if (backups === undefined || memoryFiles === undefined) {
      throw new AppError('UNSUPPORTED', { params: { action: 'backups' } });
    }
    return { backups, memoryFiles };
  }
}
