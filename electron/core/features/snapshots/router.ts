import { diskChainRef } from '../../../../shared/contract/disk-chains.ts';
import { moveDiskInput } from '../../../../shared/contract/disk-moves.ts';
import { machineRef } from '../../../../shared/contract/machines.ts';
import {
  createSnapshotInput,
  describeSnapshotInput,
  snapshotPictureRef,
  snapshotRef,
} from '../../../../shared/contract/snapshots.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { SnapshotsApi } from './api.ts';

export function createSnapshotsRouter(snapshots: SnapshotsApi) {
  return router({
    overview: procedure.input(machineRef).query((o) => snapshots.overview(o.input, watcherOf(o).signal)),
    picture: procedure.input(snapshotPictureRef).query(({ input }) => snapshots.picture(input)),
    create: procedure.input(createSnapshotInput).mutation(({ input }) => snapshots.create(input)),
    describe: procedure.input(describeSnapshotInput).mutation(({ input }) => snapshots.describe(input)),
    revert: procedure.input(snapshotRef).mutation(({ input }) => snapshots.revert(input)),
    remove: procedure.input(snapshotRef).mutation(({ input }) => snapshots.remove(input)),
    chains: procedure.input(machineRef).query((o) => snapshots.chains(o.input, watcherOf(o).signal)),
    flatten: procedure.input(diskChainRef).mutation(({ input }) => snapshots.flatten(input)),
    commit: procedure.input(diskChainRef).mutation(({ input }) => snapshots.commit(input)),
    moveOffers: procedure.input(machineRef).query((o) => snapshots.moveOffers(o.input, watcherOf(o).signal)),
    moveDisk: procedure.input(moveDiskInput).mutation(({ input }) => snapshots.moveDisk(input)),
    stopCopy: procedure.input(diskChainRef).mutation(({ input }) => snapshots.stopCopy(input)),
  });
}
