import type {
  CheckMigrationInput,
  MachineMigrationCheck,
  StartMigrationInput,
} from '../../../../shared/contract/migration.ts';

/**
 * Migration between connected libvirt hosts, as the router offers it. Throws NOT_FOUND for an unknown connection,
 * DISCONNECTED while one of the two is not online, UNSUPPORTED for a cloud.
 */
export interface MigrationApi {
  /** What stands in the way, before anything is sent. */
  check(input: CheckMigrationInput, signal: AbortSignal): Promise<MachineMigrationCheck[]>;
  /** One task per machine (a group), `parallel` of them at once. */
  start(input: StartMigrationInput): { taskIds: string[] };
}
