import type { FeedEvent } from '../../../../../shared/contract/feed.ts';
import type { HostLink } from '../../../../../shared/contract/host-links.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { LiveList, Watcher } from '../../../kernel/live-list.ts';
import { WatchedList } from '../../../kernel/watched-list.ts';
import { listNodeDevicesFlags } from '../../../libvirt/protocol/constants.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { readInterfacesXml, readNetDeviceXml } from '../../../libvirt/xml/interface-xml.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import type { NetworkUserReader } from './network-users.ts';
import { ofMachines } from './of-machines.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Interfaces beyond these are not shown; each costs a call per reading. */
const MAX_LINKS = 200;

type Told = Omit<HostLink, 'usedBy' | 'connectionId'>;

/** The network interfaces of one libvirt host. Costs no call before the first who watches; no event tells of changes. */
export class LibvirtHostLinks {
  readonly #rpc: Pick<RpcClient, 'call'>;
  readonly #list: WatchedList<HostLink>;

  constructor(context: ConnectContext, rpc: Pick<RpcClient, 'call'>, users: NetworkUserReader) {
    this.#rpc = rpc;
    const { connectionId } = context;
    this.#list = new WatchedList(context, async (list: LiveList<HostLink>) => {
      const [links, cards] = await Promise.all([this.#links(), users.read()]);
      list.reset(
        links.map((link) => ({ ...link, connectionId, usedBy: cards?.ofLink(link.id) ?? null })),
        'live',
      );
    });
    users.onChanged(() => this.#list.refreshSoon());
  }

  watch(watcher: Watcher): AsyncIterable<FeedEvent<HostLink>> {
    return this.#list.watch(watcher);
  }

  async #links(): Promise<Told[]> {
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    try {
      const { ifaces } = await this.#rpc.call('CONNECT_LIST_ALL_INTERFACES', { needResults: 1, flags: 0 }, options);
      const shown = ifaces.filter(({ name }) => !ofMachines(name)).slice(0, MAX_LINKS);
      const read = await present(
        shown.map(async (iface) => {
          const { xml } = await this.#rpc.call('INTERFACE_GET_XML_DESC', { iface, flags: 0 }, options);
          return readInterfacesXml(xml);
        }),
      );
      const links = read.flat().filter(({ name }) => !ofMachines(name));
      return [...new Map(links.map((link) => [link.name, link])).values()].map(({ name, parts, ...link }): Told => ({
        ...{ id: name, ...link, toldBy: 'interface' },
        parts: parts.filter((part) => !ofMachines(part)),
      }));
    } catch (thrown) {
      // A daemon without netcf or udev has no driver for interfaces.
      if (AppError.from(thrown).code !== 'UNSUPPORTED') throw thrown;
      return this.#netDevices();
    }
  }

  async #netDevices(): Promise<Told[]> {
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    const args = { needResults: 1, flags: listNodeDevicesFlags.net };
    const { devices } = await this.#rpc.call('CONNECT_LIST_ALL_NODE_DEVICES', args, options);
    const shown = devices.filter(({ name }) => !ofMachines(name.replace(/^net_/, ''))).slice(0, MAX_LINKS);
    const read = await present(
      shown.map(async ({ name: device }) => {
        const { xml } = await this.#rpc.call('NODE_DEVICE_GET_XML_DESC', { name: device, flags: 0 }, options);
        return readNetDeviceXml(xml);
      }),
    );
    return read.map(({ name, ...link }): Told => ({ id: name, ...link, toldBy: 'device' }));
  }
}

/** Those that are there; without what has gone meanwhile, or is of a kind that libvirt cannot describe. */
async function present<T>(reading: readonly Promise<T | null>[]): Promise<T[]> {
  const read = reading.map((each) =>
    each.catch((thrown: unknown) => {
      if (AppError.from(thrown).source === null) throw thrown;
      return null;
    }),
  );
  return (await Promise.all(read)).filter((each) => each !== null);
}
