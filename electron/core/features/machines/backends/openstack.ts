import type { ConsoleLogChunk, MachineDetails, UsageSample } from '../../../../../shared/contract/machines.ts';
import type { MachineAction } from '../../../../../shared/model/machine-actions.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Cloud } from '../../../openstack/cloud.ts';
import { getVncPage } from '../../../openstack/compute/consoles.ts';
import { getServer } from '../../../openstack/compute/servers.ts';
import { openVncProxy } from '../../../openstack/compute/vnc-proxy.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { MachineBackend, OpenConsole } from '../ports.ts';
import { runServerAction } from './openstack-actions.ts';
import { watchServerConsoleLog } from './openstack-console-log.ts';
import { serverDetails } from './openstack-facts.ts';
import type { ServerInventory } from './openstack-inventory.ts';
import { stateOf } from './openstack-rows.ts';

/** The servers of one project of one cloud. */
export class OpenStackMachines implements MachineBackend {
  readonly #cloud: Cloud;
  readonly #inventory: ServerInventory;

  constructor(cloud: Cloud, inventory: ServerInventory) {
    this.#cloud = cloud;
    this.#inventory = inventory;
  }

  runAction(action: MachineAction, id: string, task: TaskContext): Promise<void> {
    const server = this.#inventory.get(id);
    return runServerAction(action, server, { cloud: this.#cloud, inventory: this.#inventory, task });
  }

  async details(id: string, signal: AbortSignal): Promise<MachineDetails> {
    const server = await getServer(this.#cloud, this.#inventory.get(id).id, signal);
    return serverDetails(this.#cloud, server, this.#inventory.flavorOf(server), signal);
  }

  /** Nova tells no figures to tenants; the graphs come from the host, where it is connected too. */
  watchUsage(_id: string, _signal: AbortSignal): AsyncIterable<UsageSample> {
    return noSamples();
  }

  watchConsoleLog(id: string, signal: AbortSignal): AsyncIterable<ConsoleLogChunk> {
    return watchServerConsoleLog(this.#cloud, this.#subject(id), signal);
  }

  async openConsole(id: string, signal: AbortSignal): Promise<OpenConsole> {
    const server = this.#subject(id);
    const state = stateOf(this.#inventory.get(id));
    // Nova gives an address for these too, where nobody answers.
    if (state === 'stopped' || state === 'suspended' || state === 'shelved') {
      throw new AppError('NO_CONSOLE', { params: { machine: server.name, reason: 'off' }, retryable: true });
    }
    const page = await getVncPage(this.#cloud, server, signal).catch((error: unknown) => {
      throw noConsole(error, server.name);
    });
    const stream = await openVncProxy(this.#cloud.http, this.#cloud.clock, page, signal);
    return { stream, password: null };
  }

  #subject(id: string): { id: string; name: string } {
    const { name } = this.#inventory.get(id);
    return { id, name: name ?? id };
  }
}

async function* noSamples(): AsyncGenerator<UsageSample> {
  // Ends at once: there is nothing to wait for.
}

/** Nova answers 409 for a server that does not run, 400 and 501 for one without VNC. */
function noConsole(thrown: unknown, machine: string): unknown {
  const error = AppError.from(thrown);
  const { source } = error;
  if (source?.kind !== 'openstack' || ![400, 409, 501].includes(source.status)) return thrown;
  const reason = source.status === 409 ? 'off' : 'unsupported';
  return new AppError('NO_CONSOLE', {
    params: { machine, reason },
    retryable: reason === 'off',
    detail: error.detail,
    source,
    cause: thrown,
  });
}
