import type {
  BackupOverview,
  BeginBackupInput,
  CoreDumpInput,
  MemoryFileInput,
} from '../../../../shared/contract/backups.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';

/**
 * Backups and checkpoints of the domains of one libvirt host while it is online. All throw MACHINE_GONE, and CONFLICT
 * with the reason (a BackupReason, or `fileExists`) for what would go wrong, before anything is done.
 */
export interface BackupBackend {
  overview(machineId: string, signal: AbortSignal): Promise<BackupOverview>;
  /** Writes the disks of a running domain to new files (DOMAIN_BACKUP_BEGIN) and follows that to its end. */
  begin(machineId: string, input: BeginBackupInput, task: TaskContext): Promise<void>;
  /** Forgets a checkpoint; what has changed since is added to the one before. Throws NOT_FOUND. */
  removeCheckpoint(machineId: string, name: string, task: TaskContext): Promise<void>;
}

/** Memory of the domains of one libvirt host in files, while it is online. Throws as `BackupBackend` does. */
export interface MemoryFileBackend {
  /** Writes the memory to a new file and turns the domain off (DOMAIN_SAVE_FLAGS). */
  save(machineId: string, input: MemoryFileInput, task: TaskContext): Promise<void>;
  /** Goes on from such a file (DOMAIN_RESTORE_FLAGS), which stays. */
  restore(machineId: string, input: MemoryFileInput, task: TaskContext): Promise<void>;
  /** Writes a core dump to a new file (DOMAIN_CORE_DUMP_WITH_FORMAT). */
  dump(machineId: string, input: CoreDumpInput, task: TaskContext): Promise<void>;
}
