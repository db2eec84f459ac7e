import { machineRef } from '../../../../shared/contract/machines.ts';
import { createSnapshotInput, snapshotRef } from '../../../../shared/contract/snapshots.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { SnapshotsApi } from './api.ts';

export function createSnapshotsRouter(snapshots: SnapshotsApi) {
  return router({
    list: procedure.input(machineRef).query((o) => snapshots.list(o.input, watcherOf(o).signal)),
    create: procedure.input(createSnapshotInput).mutation(({ input }) => snapshots.create(input)),
    revert: procedure.input(snapshotRef).mutation(({ input }) => snapshots.revert(input)),
    remove: procedure.input(snapshotRef).mutation(({ input }) => snapshots.remove(input)),
  });
}
