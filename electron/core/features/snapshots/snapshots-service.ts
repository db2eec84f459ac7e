import type { DiskChain, DiskChainRef } from '../../../../shared/contract/disk-chains.ts';
import type { DiskMoveOffer, MoveDiskInput } from '../../../../shared/contract/disk-moves.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type {
  CreateSnapshotInput,
  DescribeSnapshotInput,
  SnapshotOverview,
  SnapshotPicture,
  SnapshotPictureRef,
  SnapshotRef,
} from '../../../../shared/contract/snapshots.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import type { SnapshotsApi } from './api.ts';
import type { SnapshotPictures } from './snapshot-pictures.ts';
import type { DiskChainBackend, DiskMoveBackend, SnapshotBackend } from './ports.ts';

/** What a host knows about snapshots. */
interface SnapshotBackends {
  snapshots: SnapshotBackend;
  diskChains: DiskChainBackend;
  diskMoves: DiskMoveBackend;
}

/** Where snapshots of a connection are found, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type SnapshotSource = (connectionId: string) => Partial<SnapshotBackends>;

interface SnapshotServiceDeps {
  source: SnapshotSource;
  tasks: TaskEngine;
  machineName(ref: MachineRef): string;
  pictures: SnapshotPictures;
}

/** Snapshots and disk chains of the domains of all connections. */
export class SnapshotsService implements SnapshotsApi {
  readonly #deps: SnapshotServiceDeps;

  constructor(deps: SnapshotServiceDeps) {
    this.#deps = deps;
  }

  async overview(ref: MachineRef, signal: AbortSignal): Promise<SnapshotOverview> {
    const now = await this.#backends(ref.connectionId).snapshots.overview(ref.id, signal);
    return { ...now, pictured: await this.#deps.pictures.sync(ref, now) };
  }

  picture(ref: SnapshotPictureRef): Promise<SnapshotPicture | null> {
    return this.#deps.pictures.read(ref);
  }

  create(input: CreateSnapshotInput): { taskId: string } {
    const { pictures } = this.#deps;
    return this.#start('snapshot.create', true, input, async ({ snapshots }, task) => {
      // Before: while the snapshot is taken the emulator answers nobody.
      const picture = await pictures.take(input, task.signal);
      await snapshots.create(input.id, input, task);
      if (picture === null) return;
      // Only what is listed tells when it was taken; a snapshot that was taken is no failure for want of its picture.
      const now = await snapshots.overview(input.id, task.signal).catch(() => null);
      if (now !== null) await pictures.keep(input, input.name, picture, now);
    });
  }

  describe(input: DescribeSnapshotInput): { taskId: string } {
    return this.#start('snapshot.describe', false, input, ({ snapshots }, task) =>
      snapshots.describe(input.id, input, task),
    );
  }

  revert(ref: SnapshotRef): { taskId: string } {
    return this.#start('snapshot.revert', false, ref, ({ snapshots }, task) =>
      snapshots.revert(ref.id, ref.name, task),
    );
  }

  remove(ref: SnapshotRef): { taskId: string } {
    const { snapshots } = this.#deps.source(ref.connectionId);
    const cancelable = snapshots?.canStopRemoval ?? false;
    return this.#start('snapshot.remove', cancelable, ref, (backends, task) =>
      backends.snapshots.remove(ref.id, ref.name, task),
    );
  }

  chains(ref: MachineRef, signal: AbortSignal): Promise<DiskChain[]> {
    return this.#backends(ref.connectionId).diskChains.chains(ref.id, signal);
  }

  flatten(ref: DiskChainRef): { taskId: string } {
    return this.#start('diskChain.flatten', true, ref, ({ diskChains }, task) =>
      diskChains.flatten(ref.id, ref.target, task),
    );
  }

  commit(ref: DiskChainRef): { taskId: string } {
    return this.#start('diskChain.commit', true, ref, ({ diskChains }, task) =>
      diskChains.commit(ref.id, ref.target, task),
    );
  }

  moveOffers(ref: MachineRef, signal: AbortSignal): Promise<DiskMoveOffer[]> {
    return this.#backends(ref.connectionId).diskMoves.offers(ref.id, signal);
  }

  moveDisk(input: MoveDiskInput): { taskId: string } {
    const canStop = this.#backends(input.connectionId).diskMoves.canStop(input.id);
    return this.#start('diskChain.move', canStop, input, ({ diskMoves }, task) =>
      diskMoves.move(input.id, input, task),
    );
  }

  stopCopy(ref: DiskChainRef): { taskId: string } {
    return this.#start('diskChain.stopCopy', false, ref, ({ diskMoves }, task) =>
      diskMoves.stopCopy(ref.id, ref.target, task),
    );
  }

  #start(
    kind: string,
    cancelable: boolean,
    ref: MachineRef,
    run: (backends: SnapshotBackends, task: TaskContext) => Promise<void>,
  ): { taskId: string } {
    const { connectionId, id } = ref;
    const taskId = this.#deps.tasks.start({
      kind,
      target: { connectionId, resource: 'machine', id, name: this.#deps.machineName(ref) },
      cancelable,
      run: async (task) => run(this.#backends(connectionId), task),
    });
    return { taskId };
  }

  #backends(connectionId: string): SnapshotBackends {
    const { snapshots, diskChains, diskMoves } = this.#deps.source(connectionId);
    if (snapshots === undefined || diskChains === undefined || diskMoves === undefined) {
      throw new AppError('UNSUPPORTED', { params: { action: 'snapshots' } });
    }
    return { snapshots, diskChains, diskMoves };
  }
}
