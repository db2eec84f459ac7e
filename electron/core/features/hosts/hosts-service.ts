import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type {
  HostDetails,
  HostEvent,
  HostRef,
  LookAtDevicesInput,
  NodeDevice,
  NodeDeviceRef,
} from '../../../../shared/contract/hosts.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { HostsApi } from './api.ts';
import type { HostBackend } from './ports.ts';

/** The host of a connection, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while it is not online. */
type HostSource = (connectionId: string) => HostBackend | undefined;

/** The hosts of all connections. */
export class HostsService implements HostsApi {
  readonly #source: HostSource;

  constructor(source: HostSource) {
    this.#source = source;
  }

  async details({ connectionId }: HostRef): Promise<HostDetails> {
    return this.#backend(connectionId).details();
  }

  watch({ connectionId }: HostRef, watcher: Watcher): AsyncIterable<HostEvent> {
    return this.#backend(connectionId).watch(watcher);
  }

  watchDevices({ connectionId }: HostRef, watcher: Watcher): AsyncIterable<FeedEvent<NodeDevice>> {
    return this.#backend(connectionId).devices.watch(watcher);
  }

  lookAtDevices({ connectionId, names }: LookAtDevicesInput): void {
    this.#backend(connectionId).devices.look(names);
  }

  async deviceXml({ connectionId, name }: NodeDeviceRef): Promise<{ xml: string }> {
    return { xml: await this.#backend(connectionId).devices.xml(name) };
  }

  #backend(connectionId: string): HostBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { detail: 'this connection is no libvirt host' });
    return backend;
  }
}
