import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { HostLink } from '../../../../shared/contract/host-links.ts';
import type {
  ChangeNetworkInput,
  EditedNetwork,
  EditNetworkInput,
  HostInterface,
  NetworkDetails,
  NetworkRef,
  NetworkSettingsView,
  NewNetworkInput,
  NewNetworkPreview,
  VirtualNetwork,
} from '../../../../shared/contract/networks.ts';
import { canRunNetworkAction, type NetworkAction } from '../../../../shared/model/networks.ts';
import { AppError } from '../../kernel/app-error.ts';
import { KeyedMutex } from '../../kernel/keyed-mutex.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { TaskEngine } from '../../tasks/task-engine.ts';
import type { NetworksApi } from './api.ts';
import type { NetworkBackend } from './ports.ts';

/** The networks of a connection, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while it is not online. */
type NetworkSource = (connectionId: string) => NetworkBackend | undefined;

/** Virtual networks of all connections. */
export class NetworksService implements NetworksApi {
  readonly #source: NetworkSource;
  readonly #tasks: TaskEngine;
  /** What changes one network runs one after the other: what may be done depends on what was done before. */
  readonly #perNetwork = new KeyedMutex();

  constructor(source: NetworkSource, tasks: TaskEngine) {
    this.#source = source;
    this.#tasks = tasks;
  }

  watch(connectionId: string, watcher: Watcher): AsyncIterable<FeedEvent<VirtualNetwork>> {
    return this.#backend(connectionId).watch(watcher);
  }

  watchLinks(connectionId: string, watcher: Watcher): AsyncIterable<FeedEvent<HostLink>> {
    return this.#backend(connectionId).links.watch(watcher);
  }

  async details({ connectionId, networkId }: NetworkRef): Promise<NetworkDetails> {
    return this.#backend(connectionId).details(networkId);
  }

  async settings({ connectionId, networkId }: NetworkRef): Promise<NetworkSettingsView> {
    return this.#backend(connectionId).settings(networkId);
  }

  edit(input: EditNetworkInput): EditedNetwork {
    return this.#backend(input.connectionId).edit(input);
  }

  async hostInterfaces(connectionId: string): Promise<HostInterface[] | null> {
    return this.#backend(connectionId).hostInterfaces();
  }

  async preview(input: NewNetworkInput): Promise<NewNetworkPreview> {
    return this.#backend(input.connectionId).preview(input);
  }

  create(input: NewNetworkInput): { taskId: string } {
    const { connectionId, id, values } = input;
    const backend = this.#backend(connectionId);
    const taskId = this.#tasks.start({
      kind: 'network.create',
      target: { connectionId, resource: 'network', id, name: values.name },
      cancelable: false,
      run: (task) => this.#perNetwork.run(`${connectionId}/${id}`, () => backend.create(input, task)),
    });
    return { taskId };
  }

  change(input: ChangeNetworkInput): { taskId: string } {
    const { connectionId, networkId } = input;
    const taskId = this.#tasks.start({
      kind: 'network.change',
      target: { connectionId, resource: 'network', id: networkId, name: this.#name(input) },
      cancelable: false,
      run: (task) =>
        this.#perNetwork.run(`${connectionId}/${networkId}`, () => {
          task.progress('request');
          return this.#backend(connectionId).change(input, task);
        }),
    });
    return { taskId };
  }

  runAction(action: NetworkAction, networks: NetworkRef[]): { taskIds: string[] } {
    const groupId = networks.length > 1 ? crypto.randomUUID() : null;
    const taskIds = networks.map(({ connectionId, networkId }) => {
      const name = this.#name({ connectionId, networkId });
      return this.#tasks.start({
        kind: `network.${action}`,
        target: { connectionId, resource: 'network', id: networkId, name },
        groupId,
        // libvirt cannot be stopped once it was asked.
        cancelable: false,
        run: (task) =>
          this.#perNetwork.run(`${connectionId}/${networkId}`, async () => {
            task.progress('request');
            const backend = this.#backend(connectionId);
            const row = backend.network(networkId);
            const allowed = row === undefined ? true : canRunNetworkAction(action, row);
            if (allowed !== true) {
              throw new AppError('CONFLICT', { params: { action, reason: allowed }, detail: `${action}: ${allowed}` });
            }
            await backend.runAction(action, networkId, task);
          }),
      });
    });
    return { taskIds };
  }

  #name({ connectionId, networkId }: NetworkRef): string {
    return this.#backend(connectionId).network(networkId)?.name ?? networkId;
  }

  #backend(connectionId: string): NetworkBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { detail: 'this connection has no virtual networks' });
    return backend;
  }
}
