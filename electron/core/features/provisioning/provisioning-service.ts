import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type {
  CloneMachineInput,
  CloneSource,
  FetchImageInput,
  ImageRef,
  NewMachineInput,
  NewMachinePreview,
  OwnPublicKey,
  ProvisioningOffer,
  UserDataInput,
} from '../../../../shared/contract/provisioning.ts';
import type { IsoHeader } from '../../../../shared/model/iso-image.ts';
import { AppError, throwIfAborted } from '../../kernel/app-error.ts';
import { KeyedMutex } from '../../kernel/keyed-mutex.ts';
import type { TaskContext, TaskEngine } from '../../tasks/task-engine.ts';
import type { ProvisioningApi } from './api.ts';
import type { ProvisioningBackend } from './ports.ts';

/** Where machines of a connection are made, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type ProvisioningSource = (connectionId: string) => ProvisioningBackend | undefined;

/** What the service knows of the rest of the app. */
interface ProvisioningDeps {
  source: ProvisioningSource;
  tasks: TaskEngine;
  machineName: (ref: MachineRef) => string;
  /** As `ProvisioningApi.publicKeys`. */
  publicKeys: () => Promise<OwnPublicKey[]>;
}

/** Makes machines on all connections. */
export class ProvisioningService implements ProvisioningApi {
  readonly #deps: ProvisioningDeps;
  /** Copies of disks side by side only slow each other down. */
  readonly #perHost = new KeyedMutex();

  constructor(deps: ProvisioningDeps) {
    this.#deps = deps;
  }

  async offer(connectionId: string, signal: AbortSignal): Promise<ProvisioningOffer> {
    return this.#backend(connectionId).offer(signal);
  }

  async preview(input: NewMachineInput, signal: AbortSignal): Promise<NewMachinePreview> {
    return this.#backend(input.connectionId).preview(input, signal);
  }

  create(inputs: NewMachineInput[]): { taskIds: string[] } {
    const start = this.#starter('machine.create', inputs.length);
    return { taskIds: inputs.map((input) => start(input, (backend, task) => backend.create(input, task))) };
  }

  userData(input: UserDataInput): string {
    return this.#backend(input.connectionId).userData(input);
  }

  publicKeys(): Promise<OwnPublicKey[]> {
    return this.#deps.publicKeys();
  }

  removeSeed(ref: MachineRef): { taskId: string } {
    const { connectionId, id } = ref;
    const taskId = this.#deps.tasks.start({
      kind: 'machine.removeSeed',
      target: { connectionId, resource: 'machine', id, name: this.#deps.machineName(ref) },
      // Halfway the drive would be empty and the volume still there.
      cancelable: false,
      run: (task) => this.#backend(connectionId).removeSeed(id, task),
    });
    return { taskId };
  }

  async image(ref: ImageRef, signal: AbortSignal): Promise<IsoHeader> {
    return this.#backend(ref.connectionId).image(ref, signal);
  }

  fetchImage(input: FetchImageInput): { taskId: string } {
    const { connectionId, poolId, name } = input;
    const taskId = this.#deps.tasks.start({
      kind: 'storageVolume.fetch',
      target: { connectionId, resource: 'storageVolume', id: `${poolId}/${name}`, name },
      run: (task) => this.#backend(connectionId).fetchImage(input, task),
    });
    return { taskId };
  }

  async cloneSource({ connectionId, id }: MachineRef, signal: AbortSignal): Promise<CloneSource> {
    return this.#backend(connectionId).cloneSource(id, signal);
  }

  clone(inputs: CloneMachineInput[]): { taskIds: string[] } {
    const start = this.#starter('machine.clone', inputs.length);
    const taskIds = inputs.map((input) =>
      start({ ...input, id: input.newId }, (backend, task) => backend.clone(input, task)),
    );
    return { taskIds };
  }

  /** Starts tasks that make one machine each; several are a group. */
  #starter(
    kind: string,
    count: number,
  ): (
    machine: { connectionId: string; id: string; name: string },
    make: (backend: ProvisioningBackend, task: TaskContext) => Promise<void>,
  ) => string {
    const groupId = count > 1 ? crypto.randomUUID() : null;
    return ({ connectionId, id, name }, make) =>
      this.#deps.tasks.start({
        kind,
        target: { connectionId, resource: 'machine', id, name },
        groupId,
        run: async (task) => {
          task.progress('turn');
          await this.#perHost.run(connectionId, async () => {
            throwIfAborted(task.signal);
            await make(this.#backend(connectionId), task);
          });
        },
      });
  }

  #backend(connectionId: string): ProvisioningBackend {
    const backend = this.#deps.source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'create' } });
    return backend;
  }
}
