import type { HardwareOffer, HostDevice } from '../../../../shared/contract/hardware-devices.ts';
import type { ChangeHardwareInput, Hardware, HardwareNetwork } from '../../../../shared/contract/hardware.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { HostCpus } from '../../../../shared/contract/placement.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { TaskEngine } from '../../tasks/task-engine.ts';
import type { HardwareApi } from './api.ts';
import type { HardwareBackend } from './ports.ts';

/** Where the hardware of a connection's domains is found, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type HardwareSource = (connectionId: string) => HardwareBackend | undefined;

/** Hardware of the domains of all connections. */
export class HardwareService implements HardwareApi {
  readonly #source: HardwareSource;
  readonly #tasks: TaskEngine;
  readonly #machineName: (ref: MachineRef) => string;

  constructor(source: HardwareSource, tasks: TaskEngine, machineName: (ref: MachineRef) => string) {
    this.#source = source;
    this.#tasks = tasks;
    this.#machineName = machineName;
  }

  read(ref: MachineRef, signal: AbortSignal): Promise<Hardware> {
    return this.#backend(ref.connectionId).read(ref.id, signal);
  }

  networks(ref: MachineRef, signal: AbortSignal): Promise<HardwareNetwork[]> {
    return this.#backend(ref.connectionId).networks(signal);
  }

  offer(ref: MachineRef, signal: AbortSignal): Promise<HardwareOffer> {
    return this.#backend(ref.connectionId).offer(ref.id, signal);
  }

  hostDevices(ref: MachineRef, signal: AbortSignal): Promise<HostDevice[]> {
    return this.#backend(ref.connectionId).hostDevices(signal);
  }

  hostCpus(ref: MachineRef, signal: AbortSignal): Promise<HostCpus> {
    return this.#backend(ref.connectionId).hostCpus(signal);
  }

  change({ connectionId, id, change, when }: ChangeHardwareInput): { taskId: string } {
    const taskId = this.#tasks.start({
      kind: `hardware.${change.what}`,
      target: { connectionId, resource: 'machine', id, name: this.#machineName({ connectionId, id }) },
      // Halfway, the definition and the running domain would differ.
      cancelable: false,
      run: (task) => this.#backend(connectionId).change(id, change, when, task),
    });
    return { taskId };
  }

  #backend(connectionId: string): HardwareBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'hardware' } });
    return backend;
  }
}
