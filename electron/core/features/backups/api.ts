import type {
  BackupOverview,
  BeginBackupInput,
  CheckpointRef,
  CoreDumpInput,
  MemoryFileInput,
} from '../../../../shared/contract/backups.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';

/** Backups, checkpoints and memory files of domains, as the router offers them. Throws NOT_FOUND for an unknown connection, UNSUPPORTED for a cloud. */
export interface BackupsApi {
  overview(ref: MachineRef, signal: AbortSignal): Promise<BackupOverview>;
  begin(input: BeginBackupInput): { taskId: string };
  removeCheckpoint(ref: CheckpointRef): { taskId: string };
  saveToFile(input: MemoryFileInput): { taskId: string };
  restoreFromFile(input: MemoryFileInput): { taskId: string };
  coreDump(input: CoreDumpInput): { taskId: string };
}
