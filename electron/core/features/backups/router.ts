import {
  beginBackupInput,
  checkpointRef,
  coreDumpInput,
  memoryFileInput,
} from '../../../../shared/contract/backups.ts';
import { machineRef } from '../../../../shared/contract/machines.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { BackupsApi } from './api.ts';

export function createBackupsRouter(backups: BackupsApi) {
  return router({
    overview: procedure.input(machineRef).query((o) => backups.overview(o.input, watcherOf(o).signal)),
    begin: procedure.input(beginBackupInput).mutation(({ input }) => backups.begin(input)),
    removeCheckpoint: procedure.input(checkpointRef).mutation(({ input }) => backups.removeCheckpoint(input)),
    saveToFile: procedure.input(memoryFileInput).mutation(({ input }) => backups.saveToFile(input)),
    restoreFromFile: procedure.input(memoryFileInput).mutation(({ input }) => backups.restoreFromFile(input)),
    coreDump: procedure.input(coreDumpInput).mutation(({ input }) => backups.coreDump(input)),
  });
}
