import type { FeedEvent } from '../../../../../shared/contract/feed.ts';
import type {
  ChangeNetworkInput,
  EditedNetwork,
  EditNetworkInput,
  DhcpLease,
  HostInterface,
  NetworkDetails,
  NetworkSettingsView,
  NewNetworkInput,
  NewNetworkPreview,
  VirtualNetwork,
} from '../../../../../shared/contract/networks.ts';
import type { NetworkAction } from '../../../../../shared/model/networks.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { LiveList, Watcher } from '../../../kernel/live-list.ts';
import { WatchedList } from '../../../kernel/watched-list.ts';
import { listNetworksFlags, networkEventId } from '../../../libvirt/protocol/constants.ts';
import type { NetworkRef } from '../../../libvirt/protocol/references.ts';
import { readNetworkDefinition } from '../../../libvirt/session/read-network.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readNetworkSettings } from '../../../libvirt/xml/network-settings.ts';
import { readNetworkXml } from '../../../libvirt/xml/network-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import type { NetworkBackend } from '../ports.ts';
import { LibvirtHostLinks } from './libvirt-host-links.ts';
import { compareNetworks } from './network-comparison.ts';
import { editedNetwork } from './edited-network.ts';
import { NetworkChanger } from './network-changer.ts';
import { NetworkMaker } from './network-maker.ts';
import type { NetworkUserReader, NetworkUsers } from './network-users.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Starting one sets up a bridge, the firewall and a DHCP server. */
const ACTION_TIMEOUT_MS = 2 * 60_000;
/** More networks than this are not shown; each costs a call per reading. */
const MAX_NETWORKS = 1_000;

type NetworkSets = Record<'active' | 'persistent' | 'autostart', ReadonlySet<string>>;

/** The virtual networks of one libvirt host. Costs no call before the first who watches. */
export class LibvirtNetworks implements NetworkBackend {
  readonly links: LibvirtHostLinks;
  readonly #context: ConnectContext;
  readonly #session: LibvirtSession;
  readonly #users: NetworkUserReader;
  readonly #maker: NetworkMaker;
  readonly #changer: NetworkChanger;
  readonly #list: WatchedList<VirtualNetwork>;
  #events: Promise<void> | null = null;

  constructor(context: ConnectContext, session: LibvirtSession, users: NetworkUserReader) {
    this.#context = context;
    this.#session = session;
    this.#users = users;
    this.links = new LibvirtHostLinks(context, session.rpc, users);
    this.#maker = new NetworkMaker(session);
    this.#changer = new NetworkChanger(session);
    this.#list = new WatchedList(context, async (list) => {
      // Events first, in the same pipeline: what changes while the lists are read is not missed.
      await Promise.all([this.#registerEvents(), this.#read(list)]);
    });
    users.onChanged(() => this.#list.refreshSoon());
  }

  watch(watcher: Watcher): AsyncIterable<FeedEvent<VirtualNetwork>> {
    return this.#list.watch(watcher);
  }

  network(id: string): VirtualNetwork | undefined {
    return this.#list.items.get(id);
  }

  async details(id: string): Promise<NetworkDetails> {
    const net = await this.#find(id);
    const row = this.network(id);
    const known = row && { isActive: row.state === 'active', isPersistent: row.persistent };
    const [documents, leases] = await Promise.all([this.#changer.documents(net, known), this.#leases(net)]);
    const xml = documents.now ?? documents.next;
    // It has stopped between two answers and was never defined.
    if (xml === null) throw new AppError('NOT_FOUND', { params: { network: net.name }, detail: 'the network is gone' });
    return { xml, leases, ...compareNetworks(documents) };
  }

  async settings(id: string): Promise<NetworkSettingsView> {
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    const base = await readNetworkDefinition(this.#session.rpc, await this.#find(id), options);
    return { base, settings: readNetworkSettings(base) };
  }

  edit(input: EditNetworkInput): EditedNetwork {
    return editedNetwork(input);
  }

  hostInterfaces(): Promise<HostInterface[] | null> {
    return this.#maker.hostInterfaces();
  }

  preview(input: NewNetworkInput): Promise<NewNetworkPreview> {
    return this.#maker.preview(input);
  }

  async create(input: NewNetworkInput, task: TaskContext): Promise<void> {
    await this.#maker.create(input, task);
    await this.#list.refresh();
  }

  async change(input: ChangeNetworkInput, { signal }: TaskContext): Promise<void> {
    await this.#changer.change(await this.#find(input.networkId), input, signal);
    await this.#list.refresh();
  }

  async runAction(action: NetworkAction, id: string, { signal }: TaskContext): Promise<void> {
    const net = await this.#find(id);
    const rpc = await this.#session.blocking(signal);
    const options = { timeoutMs: ACTION_TIMEOUT_MS, signal };
    switch (action) {
      case 'start':
        await rpc.call('NETWORK_CREATE', { net }, options);
        break;
      case 'stop':
        await rpc.call('NETWORK_DESTROY', { net }, options);
        break;
      case 'restart':
        await this.#restart(net, signal);
        break;
      case 'enableAutostart':
      case 'disableAutostart':
        await rpc.call('NETWORK_SET_AUTOSTART', { net, autostart: action === 'enableAutostart' ? 1 : 0 }, options);
        break;
      case 'delete':
        await rpc.call('NETWORK_UNDEFINE', { net }, options);
    }
    await this.#list.refresh();
  }

  /** Once it is stopped it is started, whoever asks to stop: a network that stays off helps nobody. */
  async #restart(net: NetworkRef, signal: AbortSignal): Promise<void> {
    const rpc = await this.#session.blocking(signal);
    await rpc.call('NETWORK_DESTROY', { net }, { timeoutMs: ACTION_TIMEOUT_MS, signal });
    try {
      await rpc.call('NETWORK_CREATE', { net }, { timeoutMs: ACTION_TIMEOUT_MS });
    } catch (thrown) {
      const error = AppError.from(thrown);
      this.#list.refreshSoon();
      throw error.withParams({ message: `${error.detail.trim()} (half done: the network is stopped now)` });
    }
  }

  /** Five lists, one call per network, and the XML of each domain once. */
  async #read(list: LiveList<VirtualNetwork>): Promise<void> {
    const [all, active, persistent, autostart, users] = await Promise.all([
      this.#listOf(0),
      this.#listOf(listNetworksFlags.active),
      this.#listOf(listNetworksFlags.persistent),
      this.#listOf(listNetworksFlags.autostart),
      this.#users.read(),
    ]);
    const sets = { active: idsOf(active), persistent: idsOf(persistent), autostart: idsOf(autostart) };
    const rows = await Promise.all(all.slice(0, MAX_NETWORKS).map((net) => this.#row(net, sets, users)));
    list.reset(
      rows.filter((row) => row !== null),
      'live',
    );
  }

  async #listOf(flags: number): Promise<NetworkRef[]> {
    const args = { needResults: 1, flags };
    return (await this.#session.rpc.call('CONNECT_LIST_ALL_NETWORKS', args, { timeoutMs: CALL_TIMEOUT_MS })).nets;
  }

  /** Null for a network that has gone meanwhile. */
  async #row(net: NetworkRef, sets: NetworkSets, users: NetworkUsers | null): Promise<VirtualNetwork | null> {
    try {
      const args = { net, flags: 0 };
      const { xml } = await this.#session.rpc.call('NETWORK_GET_XML_DESC', args, { timeoutMs: CALL_TIMEOUT_MS });
      const read = readNetworkXml(xml);
      return {
        id: net.uuid,
        connectionId: this.#context.connectionId,
        name: net.name,
        state: sets.active.has(net.uuid) ? 'active' : 'inactive',
        ...read,
        autostart: sets.autostart.has(net.uuid),
        persistent: sets.persistent.has(net.uuid),
        usedBy: users?.of({ name: net.name, bridge: read.bridge }) ?? null,
      };
    } catch (error) {
      if (AppError.from(error).code === 'NOT_FOUND') return null;
      throw error;
    }
  }

  /** None for a network that does not run; null where the host does not tell, as for one without a DHCP server of its own. */
  async #leases(net: NetworkRef): Promise<DhcpLease[] | null> {
    try {
      const args = { net, mac: null, needResults: 1, flags: 0 };
      const { leases } = await this.#session.rpc.call('NETWORK_GET_DHCP_LEASES', args, {
        timeoutMs: CALL_TIMEOUT_MS,
      });
      return leases.map(({ mac, ipaddr, prefix, hostname, expirytime }) => ({
        mac: mac?.toLowerCase() ?? '',
        address: `${ipaddr}/${prefix}`,
        hostName: hostname === '' ? null : hostname,
        // Seconds since 1970; dnsmasq writes 0 for a lease without end.
        expiresAt: expirytime === 0 ? null : expirytime * 1_000,
      }));
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.source === null || error.code === 'NOT_FOUND') throw error;
      this.#context.log.debug('leases not available', { code: error.code });
      return null;
    }
  }

  /** What calls need to name a network. Throws NOT_FOUND. */
  async #find(id: string): Promise<NetworkRef> {
    const known = this.#list.items.get(id);
    if (known !== undefined) return { uuid: id, name: known.name };
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    return (await this.#session.rpc.call('NETWORK_LOOKUP_BY_UUID', { uuid: id }, options)).net;
  }

  /** Once per connection, when networks are first looked at. */
  #registerEvents(): Promise<void> {
    this.#events ??= this.#register();
    return this.#events;
  }

  async #register(): Promise<void> {
    const { rpc } = this.#session;
    const { scope, log } = this.#context;
    scope.defer(rpc.onEvent('NETWORK_EVENT_LIFECYCLE', () => this.#list.refreshSoon()));
    try {
      const args = { eventID: networkEventId.lifecycle, net: null };
      await rpc.call('CONNECT_NETWORK_EVENT_REGISTER_ANY', args, { timeoutMs: CALL_TIMEOUT_MS });
    } catch (thrown) {
      // A daemon older than the event: what it would tell is found by the next reading.
      const error = AppError.from(thrown);
      if (error.source === null) throw error;
      log.debug('network event not available', { code: error.code });
    }
  }
}

function idsOf(networks: readonly NetworkRef[]): ReadonlySet<string> {
  return new Set(networks.map(({ uuid }) => uuid));
}
