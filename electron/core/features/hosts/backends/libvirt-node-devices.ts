import type { FeedEvent } from '../../../../../shared/contract/feed.ts';
import type {
  NewMdevInput,
  NodeDevice,
  NodeDeviceDetails,
  NodeDeviceImpact,
  NodeDeviceKind,
} from '../../../../../shared/contract/hosts.ts';
import type { NodeDeviceAction } from '../../../../../shared/model/node-devices.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { LiveList, Watcher } from '../../../kernel/live-list.ts';
import { WatchedList } from '../../../kernel/watched-list.ts';
import { listNodeDevicesFlags as flag, nodeDeviceEventId } from '../../../libvirt/protocol/constants.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { readAssignableDevice, type AssignableDevice } from '../../../libvirt/xml/assignable-device-xml.ts';
import { newMdevXml, readNodeDeviceXml } from '../../../libvirt/xml/node-device-xml.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import type { NodeDeviceBackend } from '../ports.ts';
import { DeviceUserReader, type DeviceUsers } from './device-users.ts';
import { ifTold } from './if-told.ts';

const CALL_TIMEOUT_MS = 30_000;
/** A card may take its time until a driver has it. */
const ACTION_TIMEOUT_MS = 2 * 60_000;
/** A list tells names only, but can be asked for a kind: a device is of the first kind whose list has it. */
const kindFlags: readonly [NodeDeviceKind, number][] = [
  ['system', flag.system],
  ['pci', flag.pci],
  ['usb', flag.usb | flag.usbInterface],
  ['net', flag.net],
  ['storage', flag.storage],
  ['scsi', flag.scsiHost | flag.scsiTarget | flag.scsi | flag.scsiGeneric],
  ['gpu', flag.drm],
  ['mdev', flag.mdev],
];
/** Devices beyond these are not shown. */
const MAX_DEVICES = 10_000;
/** Beyond these nobody looks for what else is touched. */
const MAX_IMPACT = 1_000;
/** More than this wait for nobody: what is on the screen comes first. */
const MAX_QUEUE = 2_000;
/** The window of the connection is four; one stays free. */
const PARALLEL = 3;
/** Behind everything a person waits for. */
const BACKGROUND = -10;

/**
 * The devices of one libvirt host: nine lists tell their names and kinds, however many there are. All else, also what
 * a device is attached to, costs a call for each, and is read for those that somebody looks at.
 */
export class LibvirtNodeDevices implements NodeDeviceBackend {
  readonly #context: ConnectContext;
  readonly #rpc: Pick<RpcClient, 'call' | 'onEvent'>;
  readonly #list: WatchedList<NodeDevice>;
  readonly #details = new Map<string, NodeDeviceDetails>();
  /** Of those of `#details` that a machine can be given. */
  readonly #assignable = new Map<string, AssignableDevice>();
  readonly #userReader: DeviceUserReader;
  #users: DeviceUsers | null = null;
  /** What rows are patched in; null before the first reading. */
  #rows: LiveList<NodeDevice> | null = null;
  #queue: string[] = [];
  #readers = 0;
  #events: Promise<void> | null = null;

  constructor(context: ConnectContext, rpc: Pick<RpcClient, 'call' | 'onEvent'>) {
    this.#context = context;
    this.#rpc = rpc;
    this.#userReader = new DeviceUserReader(context, rpc, () => this.#list.refreshSoon());
    this.#list = new WatchedList(context, async (list) => {
      this.#rows = list;
      // Events first, in the same pipeline: what changes while the lists are read is not missed.
      await Promise.all([this.#registerEvents(), this.#read(list)]);
    });
  }

  watch(watcher: Watcher): AsyncIterable<FeedEvent<NodeDevice>> {
    return this.#list.watch(watcher);
  }

  look(names: readonly string[]): void {
    const wanted = names.filter((name) => this.#list.items.has(name) && !this.#details.has(name));
    this.#queue = [...new Set([...wanted, ...this.#queue])].slice(0, MAX_QUEUE);
    while (this.#readers < Math.min(PARALLEL, this.#queue.length)) {
      this.#readers += 1;
      void this.#readQueue();
    }
  }

  async xml(name: string): Promise<string> {
    return (await this.#rpc.call('NODE_DEVICE_GET_XML_DESC', { name, flags: 0 }, { timeoutMs: CALL_TIMEOUT_MS })).xml;
  }

  device(name: string): NodeDevice | undefined {
    return this.#list.items.get(name);
  }

  async impact(name: string): Promise<NodeDeviceImpact> {
    // Also where nobody watches: what is not there is said.
    const own = readAssignableDevice(await this.xml(name));
    const rows = [...this.#list.items.values()];
    const looked = rows.slice(0, MAX_IMPACT).filter(({ id }) => !this.#details.has(id));
    for (let from = 0; from < looked.length; from += PARALLEL) {
      await Promise.all(looked.slice(from, from + PARALLEL).map(({ id }) => this.#readDetails(id)));
    }
    const group = new Set(own?.groupAddresses.filter((address) => address !== own.address));
    const members = [...this.#assignable.values()].filter(({ type, address }) => type === 'pci' && group.has(address));
    return {
      group: members.map((member) => {
        const { label = null, driver = null } = this.#details.get(member.name) ?? {};
        return { name: member.name, label, driver, usedBy: this.#users?.(member) ?? [] };
      }),
      below: this.#below(name, rows),
      isComplete: rows.length <= MAX_IMPACT && this.#users !== null,
    };
  }

  /** All that hangs below a device. */
  #below(name: string, rows: readonly NodeDevice[]): NodeDeviceImpact['below'] {
    const found = new Map<string, NodeDeviceImpact['below'][number]>();
    const above = new Set([name]);
    for (let count = -1; count !== found.size;) {
      count = found.size;
      for (const { id, kind } of rows) {
        const details = this.#details.get(id);
        if (details === undefined || found.has(id) || !above.has(details.parent ?? '')) continue;
        above.add(id);
        found.set(id, { name: id, kind, label: details.label, devNode: details.devNode });
      }
    }
    return [...found.values()];
  }

  async runAction(action: NodeDeviceAction, name: string, signal: AbortSignal): Promise<void> {
    const options = { timeoutMs: ACTION_TIMEOUT_MS, signal };
    switch (action) {
      case 'detach':
        // No driver named: the host's own for passing devices on.
        await this.#rpc.call('NODE_DEVICE_DETACH_FLAGS', { name, driverName: null, flags: 0 }, options);
        break;
      case 'reattach':
        await this.#rpc.call('NODE_DEVICE_RE_ATTACH', { name }, options);
        break;
      case 'reset':
        await this.#rpc.call('NODE_DEVICE_RESET', { name }, options);
        break;
      case 'start':
        await this.#rpc.call('NODE_DEVICE_CREATE', { name, flags: 0 }, options);
        break;
      case 'stop':
        await this.#rpc.call('NODE_DEVICE_DESTROY', { name }, options);
        break;
      case 'delete':
        await this.#rpc.call('NODE_DEVICE_UNDEFINE', { name, flags: 0 }, options);
    }
    await this.#changed(name);
  }

  async createMdev(input: NewMdevInput, signal: AbortSignal): Promise<void> {
    const options = { timeoutMs: ACTION_TIMEOUT_MS, signal };
    const xmlDesc = newMdevXml(input);
    if (!input.isDefined) {
      await this.#rpc.call('NODE_DEVICE_CREATE_XML', { xmlDesc, flags: 0 }, options);
    } else {
      const { dev } = await this.#rpc.call('NODE_DEVICE_DEFINE_XML', { xmlDesc, flags: 0 }, options);
      try {
        await this.#rpc.call('NODE_DEVICE_CREATE', { name: dev.name, flags: 0 }, options);
        await this.#rpc.call('NODE_DEVICE_SET_AUTOSTART', { name: dev.name, autostart: 1 }, options);
      } catch (thrown) {
        throw await this.#undefine(dev.name, AppError.from(thrown));
      }
    }
    // What the parent can still be divided into is another number now.
    await this.#changed(input.parent);
  }

  /** The error, with what has become of the half-made device. */
  async #undefine(name: string, error: AppError): Promise<AppError> {
    const options = { timeoutMs: ACTION_TIMEOUT_MS };
    try {
      const { active } = await this.#rpc.call('NODE_DEVICE_IS_ACTIVE', { name }, options);
      if (active === 1) await this.#rpc.call('NODE_DEVICE_DESTROY', { name }, options);
      await this.#rpc.call('NODE_DEVICE_UNDEFINE', { name, flags: 0 }, options);
      return error.withParams({ removed: name });
    } catch (failure) {
      const { code, detail } = AppError.from(failure);
      if (code === 'NOT_FOUND') return error.withParams({ removed: name });
      this.#context.log.warn('a mediated device is left half made', { name, error: detail });
      return error.withParams({ left: name });
    }
  }

  /** Not every change has an event: its driver is read anew, and the list. */
  async #changed(name: string): Promise<void> {
    this.#forget(name);
    await this.#list.refresh();
    this.look([name]);
  }

  async #read(list: LiveList<NodeDevice>): Promise<void> {
    const [users, all, ...ofKinds] = await Promise.all([
      this.#userReader.read(),
      this.#names(0),
      // An older daemon does not know every kind.
      ...kindFlags.map(([, flags]) => ifTold(this.#names(flags), this.#context.log)),
    ]);
    this.#users = users;
    const kinds = new Map<string, NodeDeviceKind>();
    for (const [at, [kind]] of kindFlags.entries()) {
      for (const name of ofKinds[at] ?? []) if (!kinds.has(name)) kinds.set(name, kind);
    }
    const names = new Set(all.slice(0, MAX_DEVICES));
    for (const name of [...this.#details.keys()]) if (!names.has(name)) this.#forget(name);
    list.reset(
      [...names].map((name) => this.#row(name, kinds.get(name) ?? 'other')),
      'live',
    );
  }

  async #names(flags: number): Promise<string[]> {
    const args = { needResults: 1, flags };
    const { devices } = await this.#rpc.call('CONNECT_LIST_ALL_NODE_DEVICES', args, { timeoutMs: CALL_TIMEOUT_MS });
    return devices.map(({ name }) => name);
  }

  async #readQueue(): Promise<void> {
    try {
      for (let name = this.#queue.shift(); name !== undefined; name = this.#queue.shift()) {
        // Nobody looks any more.
        if (!this.#list.isWatched) this.#queue = [];
        else if (!this.#details.has(name)) await this.#readDetails(name);
      }
    } catch (thrown) {
      // The rows keep their dashes; a lost connection ends the list by itself.
      this.#context.log.debug('a device was not read', { code: AppError.from(thrown).code });
    } finally {
      this.#readers -= 1;
    }
  }

  async #readDetails(name: string): Promise<void> {
    const { log, scope } = this.#context;
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND, signal: scope.signal };
    // It may have gone meanwhile.
    const answer = await ifTold(this.#rpc.call('NODE_DEVICE_GET_XML_DESC', { name, flags: 0 }, options), log);
    if (answer === null) return;
    const assignable = readAssignableDevice(answer.xml);
    const mdev = assignable?.type === 'mdev' ? await this.#readMdev(name) : null;
    if (assignable !== null) this.#assignable.set(name, assignable);
    this.#details.set(name, {
      ...readNodeDeviceXml(answer.xml),
      assignable:
        assignable === null
          ? null
          : { type: assignable.type, address: assignable.address, groupAddresses: assignable.groupAddresses },
      mdev,
    });
    const row = this.#list.items.get(name);
    if (row !== undefined) this.#rows?.patch([this.#row(name, row.kind)]);
  }

  /** Null for a daemon before 7.8, which knows only those that are there. */
  async #readMdev(name: string): Promise<NodeDeviceDetails['mdev']> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND, signal: this.#context.scope.signal };
    const [active, persistent, autostart] = await Promise.all(
      (
        [
          this.#rpc.call('NODE_DEVICE_IS_ACTIVE', { name }, options).then((answer) => answer.active),
          this.#rpc.call('NODE_DEVICE_IS_PERSISTENT', { name }, options).then((answer) => answer.persistent),
          this.#rpc.call('NODE_DEVICE_GET_AUTOSTART', { name }, options).then((answer) => answer.autostart),
        ] as const
      ).map((answer) => ifTold(answer, this.#context.log)),
    );
    if (active == null || persistent == null) return null;
    return { isActive: active === 1, isDefined: persistent === 1, autostart: autostart === 1 };
  }

  #forget(name: string): boolean {
    this.#assignable.delete(name);
    return this.#details.delete(name);
  }

  #usedBy(name: string): NodeDevice['usedBy'] {
    if (this.#users === null || !this.#details.has(name)) return null;
    const assignable = this.#assignable.get(name);
    return assignable === undefined ? [] : this.#users(assignable);
  }

  #row(name: string, kind: NodeDeviceKind): NodeDevice {
    return {
      usedBy: this.#usedBy(name),
      id: name,
      connectionId: this.#context.connectionId,
      kind,
      details: this.#details.get(name) ?? null,
    };
  }

  /** Once per connection, when devices are first looked at. */
  #registerEvents(): Promise<void> {
    this.#events ??= this.#register();
    return this.#events;
  }

  async #register(): Promise<void> {
    const { scope, log } = this.#context;
    scope.defer(
      this.#rpc.onEvent('NODE_DEVICE_EVENT_LIFECYCLE', ({ dev }) => {
        this.#forget(dev.name);
        this.#list.refreshSoon();
      }),
    );
    scope.defer(
      this.#rpc.onEvent('NODE_DEVICE_EVENT_UPDATE', ({ dev }) => {
        if (this.#forget(dev.name)) this.look([dev.name]);
      }),
    );
    await Promise.all(
      Object.values(nodeDeviceEventId).map((eventID) =>
        // A daemon older than the event: what it would tell is found by the next reading.
        ifTold(
          this.#rpc.call(
            'CONNECT_NODE_DEVICE_EVENT_REGISTER_ANY',
            { eventID, dev: null },
            { timeoutMs: CALL_TIMEOUT_MS },
          ),
          log,
        ),
      ),
    );
  }
}
