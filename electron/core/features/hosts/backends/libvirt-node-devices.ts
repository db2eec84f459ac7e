import type { FeedEvent } from '../../../../../shared/contract/feed.ts';
import type { NodeDevice, NodeDeviceDetails, NodeDeviceKind } from '../../../../../shared/contract/hosts.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { LiveList, Watcher } from '../../../kernel/live-list.ts';
import { WatchedList } from '../../../kernel/watched-list.ts';
import { listNodeDevicesFlags as flag, nodeDeviceEventId } from '../../../libvirt/protocol/constants.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { readNodeDeviceXml } from '../../../libvirt/xml/node-device-xml.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import type { NodeDeviceBackend } from '../ports.ts';
import { ifTold } from './if-told.ts';

const CALL_TIMEOUT_MS = 30_000;
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
  /** What rows are patched in; null before the first reading. */
  #rows: LiveList<NodeDevice> | null = null;
  #queue: string[] = [];
  #readers = 0;
  #events: Promise<void> | null = null;

  constructor(context: ConnectContext, rpc: Pick<RpcClient, 'call' | 'onEvent'>) {
    this.#context = context;
    this.#rpc = rpc;
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

  async #read(list: LiveList<NodeDevice>): Promise<void> {
    const [all, ...ofKinds] = await Promise.all([
      this.#names(0),
      // An older daemon does not know every kind.
      ...kindFlags.map(([, flags]) => ifTold(this.#names(flags), this.#context.log)),
    ]);
    const kinds = new Map<string, NodeDeviceKind>();
    for (const [at, [kind]] of kindFlags.entries()) {
      for (const name of ofKinds[at] ?? []) if (!kinds.has(name)) kinds.set(name, kind);
    }
    const names = new Set(all.slice(0, MAX_DEVICES));
    for (const name of [...this.#details.keys()]) if (!names.has(name)) this.#details.delete(name);
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
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND, signal: this.#context.scope.signal };
    const args = { name, flags: 0 };
    // It may have gone meanwhile.
    const answer = await ifTold(this.#rpc.call('NODE_DEVICE_GET_XML_DESC', args, options), this.#context.log);
    if (answer === null) return;
    this.#details.set(name, readNodeDeviceXml(answer.xml));
    const row = this.#list.items.get(name);
    if (row !== undefined) this.#rows?.patch([this.#row(name, row.kind)]);
  }

  #row(name: string, kind: NodeDeviceKind): NodeDevice {
    return {
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
        this.#details.delete(dev.name);
        this.#list.refreshSoon();
      }),
    );
    scope.defer(
      this.#rpc.onEvent('NODE_DEVICE_EVENT_UPDATE', ({ dev }) => {
        if (this.#details.delete(dev.name)) this.look([dev.name]);
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
