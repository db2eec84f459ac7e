import type { DiskChain, DiskChainRef } from '../../../../shared/contract/disk-chains.ts';
import type { DiskMoveOffer, MoveDiskInput } from '../../../../shared/contract/disk-moves.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type {
  CreateSnapshotInput,
  DescribeSnapshotInput,
  SnapshotOverview,
  SnapshotRef,
} from '../../../../shared/contract/snapshots.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import type { SnapshotsApi } from './api.ts';
import type { DiskChainBackend, DiskMoveBackend, SnapshotBackend } from './ports.ts';

/** What a host knows about snapshots. */
interface SnapshotBackends {
  snapshots: SnapshotBackend;
  diskChains: DiskChainBackend;
  diskMoves: DiskMoveBackend;
}

/** Where snapshots of a connection are found, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type SnapshotSource = (connectionId: string) => Partial<SnapshotBackends>;

/** Snapshots and disk chains of the domains of all connections. */
export class SnapshotsService implements SnapshotsApi {
  readonly #source: SnapshotSource;
  readonly #tasks: TaskEngine;
  readonly #machineName: (ref: MachineRef) => string;

  constructor(source: SnapshotSource, tasks: TaskEngine, machineName: (ref: MachineRef) => string) {
    this.#source = source;
    this.#tasks = tasks;
    this.#machineName = machineName;
  }

  overview(ref: MachineRef, signal: AbortSignal): Promise<SnapshotOverview> {
    return this.#backends(ref.connectionId).snapshots.overview(ref.id, signal);
  }

  create(input: CreateSnapshotInput): { taskId: string } {
    return this.#start('snapshot.create', true, input, ({ snapshots }, task) =>
      snapshots.create(input.id, input, task),
    );
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
    const { snapshots } = this.#source(ref.connectionId);
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
    const taskId = this.#tasks.start({
      kind,
      target: { connectionId, resource: 'machine', id, name: this.#machineName(ref) },
      cancelable,
      run: async (task) => run(this.#backends(connectionId), task),
    });
    return { taskId };
  }

  #backends(connectionId: string): SnapshotBackends {
    const { snapshots, diskChains, diskMoves } = this.#source(connectionId);
    if (snapshots === undefined || diskChains === undefined || diskMoves === undefined) {
      throw new AppError('UNSUPPORTED', { params: { action: 'snapshots' } });
    }
    return { snapshots, diskChains, diskMoves };
  }
}
