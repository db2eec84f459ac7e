import type { HostInterface, NewNetworkInput, NewNetworkPreview } from '../../../../../shared/contract/networks.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { NetworkRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readInterfaceXml } from '../../../libvirt/xml/interface-xml.ts';
import { newNetworkCommands, newNetworkXml } from '../../../libvirt/xml/network-build.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import { ofMachines } from './of-machines.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Starting one sets up a bridge, the firewall and a DHCP server. */
const START_TIMEOUT_MS = 2 * 60_000;
/** Each costs a call; a host with many machines has one for each of their cards. */
const MAX_INTERFACES = 200;

/** Creates networks, and tells what they could clash with. */
export class NetworkMaker {
  readonly #session: LibvirtSession;

  constructor(session: LibvirtSession) {
    this.#session = session;
  }

  /** Null where the host's libvirt has no way to read them. */
  async hostInterfaces(): Promise<HostInterface[] | null> {
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    const { rpc } = this.#session;
    try {
      const { ifaces } = await rpc.call('CONNECT_LIST_ALL_INTERFACES', { needResults: 1, flags: 0 }, options);
      const shown = ifaces.filter(({ name }) => !ofMachines(name));
      // Half a list would call names unknown that are there.
      if (shown.length > MAX_INTERFACES) return null;
      const read = shown.map(async (iface): Promise<HostInterface | null> => {
        try {
          const { xml } = await rpc.call('INTERFACE_GET_XML_DESC', { iface, flags: 0 }, options);
          const { kind, addresses } = readInterfaceXml(xml);
          return { name: iface.name, isBridge: kind === 'bridge', addresses };
        } catch (thrown) {
          // It has gone meanwhile, or is of a kind that libvirt cannot describe.
          const error = AppError.from(thrown);
          if (error.source === null) throw error;
          return error.code === 'NOT_FOUND' ? null : { name: iface.name, isBridge: false, addresses: [] };
        }
      });
      return (await Promise.all(read)).filter((each) => each !== null);
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.source === null) throw error;
      return null;
    }
  }

  async preview(input: NewNetworkInput): Promise<NewNetworkPreview> {
    const { uri } = await this.#session.rpc.call('CONNECT_GET_URI', {}, { timeoutMs: CALL_TIMEOUT_MS });
    const xml = newNetworkXml(input);
    const { start, autostart, values } = input;
    return { xml, commands: newNetworkCommands(xml, { uri, name: values.name, start, autostart }) };
  }

  async create(input: NewNetworkInput, task: TaskContext): Promise<void> {
    const rpc = await this.#session.blocking(task.signal);
    const options = { timeoutMs: START_TIMEOUT_MS, signal: task.signal };
    task.progress('defining');
    const { net } = await rpc.call('NETWORK_DEFINE_XML', { xml: newNetworkXml(input) }, options);
    try {
      if (input.start) {
        task.progress('started');
        await rpc.call('NETWORK_CREATE', { net }, options);
      }
      if (input.autostart) await rpc.call('NETWORK_SET_AUTOSTART', { net, autostart: 1 }, options);
    } catch (thrown) {
      task.progress('undoing');
      throw await this.#forget(net, AppError.from(thrown));
    }
  }

  /** The error, with what has become of the half-made network: what went wrong first counts more than what does here. */
  async #forget(net: NetworkRef, error: AppError): Promise<AppError> {
    const options = { timeoutMs: START_TIMEOUT_MS };
    let end: 'removed' | 'left' = 'removed';
    try {
      const { active } = await this.#session.rpc.call('NETWORK_IS_ACTIVE', { net }, options);
      if (active === 1) await this.#session.rpc.call('NETWORK_DESTROY', { net }, options);
      await this.#session.rpc.call('NETWORK_UNDEFINE', { net }, options);
    } catch (failure) {
      if (AppError.from(failure).code !== 'NOT_FOUND') end = 'left';
    }
    return error.withParams({ [end]: net.name });
  }
}
