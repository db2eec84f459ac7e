import type { FeedEvent } from '../../../../../shared/contract/feed.ts';
import {
  MAX_FILTER_ENTRIES,
  type CopyFilterInput,
  type FilterChange,
  type NetworkFilter,
  type NewFilterInput,
} from '../../../../../shared/contract/network-filters.ts';
import type { NetworkMachine } from '../../../../../shared/contract/networks.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { KeyedMutex } from '../../../kernel/keyed-mutex.ts';
import type { LiveList, Watcher } from '../../../kernel/live-list.ts';
import { WatchedList } from '../../../kernel/watched-list.ts';
import type { NwfilterRef } from '../../../libvirt/protocol/references.ts';
import { defineNetworkFilter } from '../../../libvirt/session/define-network-filter.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { NetworkFilterXml } from '../../../libvirt/xml/network-filter-xml.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import type { NetworkFilterBackend } from '../ports.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Writing a filter writes the firewall of every running machine that has it. */
const WRITE_TIMEOUT_MS = 2 * 60_000;
/** Filters beyond these are not shown; each costs a call per reading. */
const MAX_FILTERS = 500;
/** Names in an error; more would not be read. */
const MAX_NAMES = 8;

/** Which machines have cards with which filter. */
interface FilterUsers {
  ofFilter(name: string): NetworkMachine[];
}

interface FilterDeps {
  /** Null users where the host does not tell. */
  users: { read(): Promise<FilterUsers | null>; onChanged(listener: () => void): void };
  /** Whoever writes a filter takes turns, by its UUID: each would write over the other's. */
  turns: KeyedMutex;
}

/** The network filters of one libvirt host. Costs no call before the first who watches; no event tells of changes. */
export class LibvirtNetworkFilters implements NetworkFilterBackend {
  readonly #context: ConnectContext;
  readonly #session: LibvirtSession;
  readonly #deps: FilterDeps;
  readonly #list: WatchedList<NetworkFilter>;

  constructor(context: ConnectContext, session: LibvirtSession, deps: FilterDeps) {
    this.#context = context;
    this.#session = session;
    this.#deps = deps;
    this.#list = new WatchedList(context, (list) => this.#read(list));
    deps.users.onChanged(() => this.#list.refreshSoon());
  }

  watch(watcher: Watcher): AsyncIterable<FeedEvent<NetworkFilter>> {
    return this.#list.watch(watcher);
  }

  filter(id: string): NetworkFilter | undefined {
    return this.#list.items.get(id);
  }

  async names(): Promise<string[] | null> {
    try {
      return (await this.#all()).map(({ name }) => name).sort();
    } catch (thrown) {
      if (AppError.from(thrown).code === 'UNSUPPORTED') return null;
      throw thrown;
    }
  }

  async create(input: NewFilterInput, signal: AbortSignal): Promise<void> {
    const xml = NetworkFilterXml.make(input.name, input.id);
    xml.moveTo(input.chain, input.priority);
    for (const entry of input.entries) xml.add(entry);
    await this.#defineNew(input.name, xml, signal);
  }

  async copy({ filterId, id, name }: CopyFilterInput, signal: AbortSignal): Promise<void> {
    const xml = new NetworkFilterXml(await this.#xml(await this.#find(filterId)));
    xml.name(name, id);
    await this.#defineNew(name, xml, signal);
  }

  change(id: string, change: FilterChange, signal: AbortSignal): Promise<void> {
    return this.#deps.turns.run(id, async () => {
      const xml = new NetworkFilterXml(await this.#xml(await this.#find(id)));
      if (!applied(xml, change)) {
        throw new AppError('CONFLICT', {
          params: { action: 'change', reason: 'entryGone' },
          detail: 'the host has another entry at this place by now',
        });
      }
      await this.#define(xml, signal);
    });
  }

  async delete(id: string, signal: AbortSignal): Promise<void> {
    const nwfilter = await this.#find(id);
    const { referredBy, usedBy } = await this.#usersOf(nwfilter);
    const users = [...referredBy, ...(usedBy ?? []).map(({ name }) => name)];
    if (users.length > 0) {
      throw new AppError('CONFLICT', {
        params: { action: 'delete', reason: 'filterInUse', users: users.slice(0, MAX_NAMES).join(', ') },
        detail: `${nwfilter.name} is used by ${users.slice(0, MAX_NAMES).join(', ')}`,
      });
    }
    await this.#session.rpc.call('NWFILTER_UNDEFINE', { nwfilter }, { timeoutMs: WRITE_TIMEOUT_MS, signal });
    await this.#list.refresh();
  }

  /** Defining it over one with its name would be refused in words about a UUID. */
  async #defineNew(name: string, xml: NetworkFilterXml, signal: AbortSignal): Promise<void> {
    if ((await this.#all()).some((each) => each.name === name)) {
      throw new AppError('CONFLICT', {
        params: { action: 'create', reason: 'filterTaken' },
        detail: `there is a filter ${name}`,
      });
    }
    await this.#define(xml, signal);
  }

  async #define(xml: NetworkFilterXml, signal: AbortSignal): Promise<void> {
    await defineNetworkFilter(this.#session.rpc, xml.toString(), { timeoutMs: WRITE_TIMEOUT_MS, signal });
    await this.#list.refresh();
  }

  /** One list, one call per filter, and the XML of each domain once. */
  async #read(list: LiveList<NetworkFilter>): Promise<void> {
    const [rows, users] = await Promise.all([this.#rows(), this.#deps.users.read()]);
    list.reset(
      rows.map((row) => ({ ...row, usedBy: users?.ofFilter(row.name) ?? null })),
      'live',
    );
  }

  async #usersOf({ uuid, name }: NwfilterRef): Promise<Pick<NetworkFilter, 'referredBy' | 'usedBy'>> {
    const [rows, users] = await Promise.all([this.#rows(), this.#deps.users.read()]);
    return { referredBy: rows.find(({ id }) => id === uuid)?.referredBy ?? [], usedBy: users?.ofFilter(name) ?? null };
  }

  async #rows(): Promise<Omit<NetworkFilter, 'usedBy'>[]> {
    const all = (await this.#all()).slice(0, MAX_FILTERS);
    const read = (await Promise.all(all.map((each) => this.#row(each)))).filter((row) => row !== null);
    return read.map((row) => ({
      ...row,
      referredBy: read
        .filter(({ entries }) => entries.some((entry) => entry.kind === 'reference' && entry.filter === row.name))
        .map(({ name }) => name),
    }));
  }

  /** Null for a filter that has gone meanwhile. */
  async #row(nwfilter: NwfilterRef): Promise<Omit<NetworkFilter, 'usedBy'> | null> {
    try {
      const { chain, priority, entries } = new NetworkFilterXml(await this.#xml(nwfilter));
      const { connectionId } = this.#context;
      const { uuid: id, name } = nwfilter;
      return { id, connectionId, name, chain, priority, entries: entries.slice(0, MAX_FILTER_ENTRIES), referredBy: [] };
    } catch (thrown) {
      if (AppError.from(thrown).code === 'NOT_FOUND') return null;
      throw thrown;
    }
  }

  async #all(): Promise<NwfilterRef[]> {
    const args = { needResults: 1, flags: 0 };
    return (await this.#session.rpc.call('CONNECT_LIST_ALL_NWFILTERS', args, { timeoutMs: CALL_TIMEOUT_MS })).filters;
  }

  async #xml(nwfilter: NwfilterRef): Promise<string> {
    const args = { nwfilter, flags: 0 };
    return (await this.#session.rpc.call('NWFILTER_GET_XML_DESC', args, { timeoutMs: CALL_TIMEOUT_MS })).xml;
  }

  /** Throws NOT_FOUND. */
  async #find(uuid: string): Promise<NwfilterRef> {
    return (await this.#session.rpc.call('NWFILTER_LOOKUP_BY_UUID', { uuid }, { timeoutMs: CALL_TIMEOUT_MS })).nwfilter;
  }
}

/** False where the host has something else at the place by now. */
function applied(xml: NetworkFilterXml, change: FilterChange): boolean {
  switch (change.what) {
    case 'add':
      for (const entry of change.entries) xml.add(entry);
      return true;
    case 'replace':
      return xml.replace(change.index, change.before, change.after);
    case 'remove':
      return xml.remove(change.index, change.before);
    case 'chain':
      xml.moveTo(change.chain, change.priority);
      return true;
  }
}
