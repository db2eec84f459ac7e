import { checkMigrationInput, startMigrationInput } from '../../../../shared/contract/migration.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { MigrationApi } from './api.ts';

export function createMigrationRouter(migration: MigrationApi) {
  return router({
    check: procedure.input(checkMigrationInput).query((o) => migration.check(o.input, watcherOf(o).signal)),
    start: procedure.input(startMigrationInput).mutation(({ input }) => migration.start(input)),
  });
}
