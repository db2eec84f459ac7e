import type { NodeDeviceUser } from '../../../../../shared/contract/hosts.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { readEachDomain } from '../../../libvirt/session/each-domain.ts';
import { isSameDevice, type AssignableDevice } from '../../../libvirt/xml/assignable-device-xml.ts';
import { hostDeviceLabels } from '../../../libvirt/xml/domain-devices.ts';
import type { ConnectContext } from '../../connections/ports.ts';

/** Behind everything a person waits for. */
const BACKGROUND = -10;

/** A domain with the devices of the host that it has, by their labels. */
interface Owner {
  id: string;
  name: string;
  labels: readonly string[];
}

/** Tells which machines have a device. */
export type DeviceUsers = (device: AssignableDevice) => NodeDeviceUser[];

/** Reads which machines have which devices of the host, each domain once until an event tells that it has changed. */
export class DeviceUserReader {
  readonly #context: Pick<ConnectContext, 'scope' | 'log'>;
  readonly #rpc: Pick<RpcClient, 'call' | 'onEvent'>;
  readonly #owners = new Map<string, Owner>();

  /** `onChanged` is called when the answer of `read` may be another one. Costs no call: the events are registered. */
  constructor(
    context: Pick<ConnectContext, 'scope' | 'log'>,
    rpc: Pick<RpcClient, 'call' | 'onEvent'>,
    onChanged: () => void,
  ) {
    this.#context = context;
    this.#rpc = rpc;
    const changed = ({ uuid }: { uuid: string }): void => {
      this.#owners.delete(uuid);
      onChanged();
    };
    const { scope } = context;
    scope.defer(rpc.onEvent('DOMAIN_EVENT_CALLBACK_LIFECYCLE', ({ msg }) => changed(msg.dom)));
    scope.defer(rpc.onEvent('DOMAIN_EVENT_CALLBACK_DEVICE_ADDED', ({ dom }) => changed(dom)));
    scope.defer(rpc.onEvent('DOMAIN_EVENT_CALLBACK_DEVICE_REMOVED', ({ msg }) => changed(msg.dom)));
  }

  /** Null where the host does not tell of all its domains. Throws where the connection is lost. */
  async read(): Promise<DeviceUsers | null> {
    const running = new Set<string>();
    try {
      const { found, isPartial } = await readEachDomain(
        this.#rpc,
        0,
        (dom, root): Owner => {
          const owner = { id: dom.uuid, name: dom.name, labels: hostDeviceLabels(root) };
          this.#owners.set(dom.uuid, owner);
          return owner;
        },
        {
          signal: this.#context.scope.signal,
          priority: BACKGROUND,
          known: (dom) => {
            if (dom.id !== -1) running.add(dom.uuid);
            return this.#owners.get(dom.uuid);
          },
        },
      );
      const ids = new Set(found.map(({ id }) => id));
      for (const id of [...this.#owners.keys()]) if (!ids.has(id)) this.#owners.delete(id);
      if (isPartial) return null;
      return (device) =>
        found
          .filter(({ labels }) => labels.some((label) => isSameDevice(device, label)))
          .map(({ id, name }) => ({ id, name, isRunning: running.has(id) }));
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.source === null) throw error;
      this.#context.log.debug('users of devices not available', { code: error.code });
      return null;
    }
  }
}
