import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type {
  ChangeFilterInput,
  CopyFilterInput,
  FilterRef,
  NetworkFilter,
  NewFilterInput,
} from '../../../../shared/contract/network-filters.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { TaskEngine } from '../../tasks/task-engine.ts';
import type { NetworkFiltersApi } from './api.ts';
import type { NetworkFilterBackend } from './ports.ts';

/** The filters of a connection, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while it is not online. */
type FilterSource = (connectionId: string) => NetworkFilterBackend | undefined;

/** Network filters of all connections. */
export class NetworkFiltersService implements NetworkFiltersApi {
  readonly #source: FilterSource;
  readonly #tasks: TaskEngine;

  constructor(source: FilterSource, tasks: TaskEngine) {
    this.#source = source;
    this.#tasks = tasks;
  }

  watch(connectionId: string, watcher: Watcher): AsyncIterable<FeedEvent<NetworkFilter>> {
    return this.#backend(connectionId).watch(watcher);
  }

  async names(connectionId: string): Promise<string[] | null> {
    return this.#backend(connectionId).names();
  }

  create(input: NewFilterInput): { taskId: string } {
    const backend = this.#backend(input.connectionId);
    const ref = { connectionId: input.connectionId, filterId: input.id };
    return { taskId: this.#start('create', ref, input.name, (signal) => backend.create(input, signal)) };
  }

  copy(input: CopyFilterInput): { taskId: string } {
    const backend = this.#backend(input.connectionId);
    const ref = { connectionId: input.connectionId, filterId: input.id };
    return { taskId: this.#start('copy', ref, input.name, (signal) => backend.copy(input, signal)) };
  }

  change(input: ChangeFilterInput): { taskId: string } {
    const backend = this.#backend(input.connectionId);
    const run = (signal: AbortSignal): Promise<void> => backend.change(input.filterId, input.change, signal);
    return { taskId: this.#start('change', input, this.#name(input), run) };
  }

  delete(filters: readonly FilterRef[]): { taskIds: string[] } {
    const groupId = filters.length > 1 ? crypto.randomUUID() : null;
    const taskIds = filters.map((ref) => {
      const backend = this.#backend(ref.connectionId);
      return this.#start('delete', ref, this.#name(ref), (signal) => backend.delete(ref.filterId, signal), groupId);
    });
    return { taskIds };
  }

  #start(
    what: 'create' | 'copy' | 'change' | 'delete',
    { connectionId, filterId }: FilterRef,
    name: string,
    run: (signal: AbortSignal) => Promise<void>,
    groupId: string | null = null,
  ): string {
    return this.#tasks.start({
      kind: `networkFilter.${what}`,
      target: { connectionId, resource: 'networkFilter', id: filterId, name },
      groupId,
      // libvirt cannot be stopped once it was asked.
      cancelable: false,
      run: async (task) => {
        task.progress('request');
        await run(task.signal);
      },
    });
  }

  #name({ connectionId, filterId }: FilterRef): string {
    return this.#backend(connectionId).filter(filterId)?.name ?? filterId;
  }

  #backend(connectionId: string): NetworkFilterBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { detail: 'this connection has no network filters' });
    return backend;
  }
}
