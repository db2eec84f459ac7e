import type { Machine } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { CancelTimer } from '../../../kernel/clock.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import {
  domainEventId,
  listDomainsFlags,
  startedDetail,
  statsFlags,
  statsGroups,
  stoppedDetail,
} from '../../../libvirt/protocol/constants.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import { DomainLooks } from './libvirt-looks.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import type { TypedParam } from '../../../libvirt/protocol/typed-params.ts';
import { statsOf } from './libvirt-records.ts';
import {
  afterEvent,
  cpuPercent,
  cpuReading,
  lifecycle,
  rowOf,
  withSets,
  withStats,
  type CpuReading,
  type DomainSets,
  type StatsRecord,
} from './libvirt-rows.ts';

/** Sets without an event (autostart, managed save) and DHCP leases are read again this often. */
const SLOW_TICK_MS = 30_000;
const VISIBLE_TICK_MS = 15_000;
/** Several events of one operation come together; one list follows them. */
const RELIST_DELAY_MS = 150;
/** A daemon that does not answer a bulk call for this long hangs. */
const CALL_TIMEOUT_MS = 30_000;
/** What a bulk call tells of one domain. */
interface DomainStats {
  dom: DomainRef;
  params: readonly TypedParam[];
}

const ROW_GROUPS = statsGroups.state | statsGroups.cpuTotal | statsGroups.balloon | statsGroups.vcpu;

/**
 * Keeps the rows of one host right: lists and bulk statistics once, then events without any call, one bulk call per
 * tick for the figures. The number of calls does not depend on the number of domains.
 */
export class DomainInventory {
  readonly looks: DomainLooks;
  readonly #context: ConnectContext;
  readonly #session: LibvirtSession;
  readonly #hostName: string;
  readonly #readings = new Map<string, CpuReading>();
  #lastTickAt: number;
  #lastSlowTickAt: number;
  #tickRunning = false;
  #cancelRelist: CancelTimer | null = null;
  /** For each read under way, the domains an event told of meanwhile: of those, the answer may be older. */
  readonly #overtaken = new Set<Set<string>>();
  #failed: (error: AppError) => void = () => undefined;
  /** Resolves when the daemon answers no bulk call any more. */
  readonly stuck = new Promise<AppError>((resolve) => (this.#failed = resolve));

  private constructor(context: ConnectContext, session: LibvirtSession, hostName: string) {
    this.#context = context;
    this.#session = session;
    this.#hostName = hostName;
    this.#lastTickAt = this.#lastSlowTickAt = context.clock.monotonic();
    this.looks = new DomainLooks(session, context);
  }

  /** Registers events, reads the first complete list into the context's rows as `live`, and starts ticking. */
  static async open(context: ConnectContext, session: LibvirtSession, hostName: string): Promise<DomainInventory> {
    const inventory = new DomainInventory(context, session, hostName);
    // Events first, in the same pipeline: what changes while the lists are read is not missed.
    const events = inventory.#registerEvents();
    await Promise.all([events, inventory.#readAll()]);
    context.scope.defer(() => inventory.#cancelRelist?.());
    inventory.#scheduleTick();
    // Addresses may come a moment after the rows.
    void inventory.#guard(() => inventory.looks.readLeases());
    return inventory;
  }

  async #registerEvents(): Promise<void> {
    const { rpc } = this.#session;
    const { scope, log } = this.#context;
    const register = (eventID: number): Promise<unknown> =>
      rpc.call('CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY', { eventID, dom: null }, { timeoutMs: CALL_TIMEOUT_MS });
    scope.defer(
      rpc.onEvent('DOMAIN_EVENT_CALLBACK_LIFECYCLE', ({ msg }) => this.#onLifecycle(msg.dom, msg.event, msg.detail)),
    );
    const stale = (dom: DomainRef): void => this.looks.forget(dom.uuid);
    scope.defer(rpc.onEvent('DOMAIN_EVENT_CALLBACK_DEVICE_ADDED', (message) => stale(message.dom)));
    scope.defer(rpc.onEvent('DOMAIN_EVENT_CALLBACK_DEVICE_REMOVED', ({ msg }) => stale(msg.dom)));
    scope.defer(rpc.onEvent('DOMAIN_EVENT_CALLBACK_METADATA_CHANGE', ({ dom }) => this.looks.refresh(dom.uuid)));
    const optional = [
      domainEventId.reboot,
      domainEventId.deviceAdded,
      domainEventId.deviceRemoved,
      domainEventId.metadataChange,
    ].map((id) =>
      register(id).catch((error: unknown) => {
        // An older daemon does not know the event; what it would tell is found by the next look instead.
        log.debug('event not available', { id, error: AppError.from(error).code });
      }),
    );
    await Promise.all([register(domainEventId.lifecycle), ...optional]);
  }

  async #list(flags: number): Promise<DomainRef[]> {
    const args = { needResults: 1, flags };
    return (await this.#session.rpc.call('CONNECT_LIST_ALL_DOMAINS', args, { timeoutMs: CALL_TIMEOUT_MS })).domains;
  }

  async #sets(): Promise<DomainSets> {
    const ids = async (flags: number): Promise<Set<string>> =>
      new Set((await this.#list(flags)).map((domain) => domain.uuid));
    const [persistent, autostart, managedSave] = await Promise.all([
      ids(listDomainsFlags.persistent),
      ids(listDomainsFlags.autostart),
      ids(listDomainsFlags.managedSave),
    ]);
    return { persistent, autostart, managedSave };
  }

  async #stats(flags: number): Promise<DomainStats[]> {
    const reply = await this.#session.rpc.call(
      'CONNECT_GET_ALL_DOMAIN_STATS',
      { doms: [], stats: ROW_GROUPS, flags },
      { timeoutMs: CALL_TIMEOUT_MS },
    );
    return reply.retStats;
  }

  async #readAll(): Promise<void> {
    const { machines, connectionId } = this.#context;
    const [[domains, sets, stats], overtaken] = await this.#read(() =>
      Promise.all([this.#list(0), this.#sets(), this.#statsOrNone(statsFlags.noWait)]),
    );
    const base = { connectionId, hostName: this.#hostName };
    const statsById = new Map(stats.map(({ dom, params }) => [dom.uuid, statsOf(params)]));
    const rows = domains
      .filter(({ uuid }) => !overtaken.has(uuid))
      .map((domain) => {
        const id = domain.uuid;
        const row = rowOf({ id, name: domain.name, isActive: domain.id !== -1 }, base, machines.items.get(id));
        return this.#withStats(withSets(row, sets), statsById.get(id));
      });
    const kept = [...overtaken].flatMap((id) => machines.items.get(id) ?? []);
    machines.reset([...rows, ...kept], 'live');
    if (overtaken.size > 0) this.#relistSoon();
    for (const id of [...this.#readings.keys()]) if (!machines.items.has(id)) this.#readings.delete(id);
  }

  /** Reads, and gives also the domains whose events came before the answer and may be newer than it. */
  async #read<T>(read: () => Promise<T>): Promise<[T, ReadonlySet<string>]> {
    const overtaken = new Set<string>();
    this.#overtaken.add(overtaken);
    try {
      return [await read(), overtaken];
    } finally {
      this.#overtaken.delete(overtaken);
    }
  }

  async #statsOrNone(flags: number): Promise<DomainStats[]> {
    try {
      return await this.#stats(flags);
    } catch (error) {
      if (AppError.from(error).code === 'UNSUPPORTED') return [];
      throw error;
    }
  }

  #withStats(row: Machine, stats: StatsRecord | undefined): Machine {
    if (stats === undefined) return row;
    const reading = cpuReading(stats, this.#context.clock.monotonic());
    const percent = cpuPercent(this.#readings.get(row.id), reading, row.vcpus);
    if (reading === null) this.#readings.delete(row.id);
    else this.#readings.set(row.id, reading);
    return withStats(row, stats, percent);
  }

  #onLifecycle(domain: DomainRef, event: number, detail: number): void {
    const { machines, connectionId } = this.#context;
    const id = domain.uuid;
    for (const overtaken of this.#overtaken) overtaken.add(id);
    const before = machines.items.get(id);
    const base = { connectionId, hostName: this.#hostName };
    const row = before ?? rowOf({ id, name: domain.name, isActive: domain.id !== -1 }, base, undefined);
    const after = afterEvent({ ...row, name: domain.name }, event);
    if (after === null) machines.patch([], [id]);
    else if (before !== undefined || event !== lifecycle.undefined) machines.patch([after]);
    if (event === lifecycle.defined || event === lifecycle.undefined || before === undefined) {
      this.looks.forget(id);
      this.#relistSoon();
    }
    if (event === lifecycle.started || event === lifecycle.stopped) this.looks.forget(id);
    const isSaved = event === lifecycle.stopped && detail === stoppedDetail.saved;
    const isRestored = event === lifecycle.started && detail === startedDetail.restored;
    // Its definition may have gone with it, of which no event tells.
    const isMigrated = event === lifecycle.stopped && detail === stoppedDetail.migrated;
    if (isSaved || isRestored || isMigrated) this.#relistSoon();
  }

  /** Sets and names changed: read the lists once, after the last of a burst of events. */
  #relistSoon(): void {
    if (this.#cancelRelist !== null) return;
    this.#cancelRelist = this.#context.clock.setTimer(RELIST_DELAY_MS, () => {
      this.#cancelRelist = null;
      if (!this.#context.scope.isClosed) void this.#guard(() => this.#readAll());
    });
  }

  #scheduleTick(): void {
    const { scope, clock } = this.#context;
    const state: { cancel?: CancelTimer } = {};
    const next = (): void => {
      state.cancel = clock.setTimer(500, () => {
        if (scope.isClosed) return;
        void this.#guard(() => this.#tickIfDue());
        next();
      });
    };
    next();
    scope.defer(() => state.cancel?.());
  }

  async #tickIfDue(): Promise<void> {
    if (this.#tickRunning) return;
    const { clock } = this.#context;
    const { focus, refreshSeconds } = this.#context.pace();
    const intervalMs = focus === 'focused' ? refreshSeconds * 1_000 : VISIBLE_TICK_MS;
    const isDue = focus !== 'hidden' && clock.monotonic() - this.#lastTickAt >= intervalMs;
    const isSlowDue = focus !== 'hidden' && clock.monotonic() - this.#lastSlowTickAt >= SLOW_TICK_MS;
    if (!isDue && !isSlowDue) return;
    this.#tickRunning = true;
    try {
      if (isDue) {
        await this.#readFigures();
        this.#lastTickAt = clock.monotonic();
      }
      if (isSlowDue) {
        await this.#readSets();
        await this.looks.readLeases();
        this.#lastSlowTickAt = clock.monotonic();
      }
    } finally {
      this.#tickRunning = false;
    }
  }

  async #readFigures(): Promise<void> {
    const { machines } = this.#context;
    const [stats, overtaken] = await this.#read(() => this.#statsOrNone(statsFlags.active | statsFlags.noWait));
    const rows: Machine[] = [];
    for (const { dom, params } of stats) {
      const row = machines.items.get(dom.uuid);
      if (row === undefined || overtaken.has(dom.uuid)) continue;
      const next = this.#withStats(row, statsOf(params));
      if (next !== row) rows.push(next);
    }
    if (rows.length > 0) machines.patch(rows);
  }

  async #readSets(): Promise<void> {
    const { machines } = this.#context;
    const [sets, overtaken] = await this.#read(() => this.#sets());
    const rows = [...machines.items.values()].filter(({ id }) => !overtaken.has(id));
    machines.patch(rows.map((row) => withSets(row, sets)));
  }

  /** Runs background work; a daemon that hangs or breaks the protocol ends the connection, so that it is made anew. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (this.#context.scope.isClosed) return;
      this.#context.log.warn('reading the host failed', { error: error.detail, code: error.code });
      if (error.code === 'TIMEOUT' || error.code === 'PROTOCOL') this.#failed(error);
    }
  }
}
