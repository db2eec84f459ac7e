import { AppError } from '../../../kernel/app-error.ts';
import type { CancelTimer } from '../../../kernel/clock.ts';
import { backoffMs } from '../../../kernel/timing.ts';
import { getFlavor, listFlavors } from '../../../openstack/compute/flavors.ts';
import { isDeleted, type Server } from '../../../openstack/compute/server.ts';
import { listServers } from '../../../openstack/compute/servers.ts';
import type { Cloud } from '../../../openstack/cloud.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import { embeddedFlavor, machineOf, type RowFlavor } from './openstack-rows.ts';

type Context = Pick<ConnectContext, 'connectionId' | 'scope' | 'machines' | 'clock' | 'log' | 'pace'>;

/** How often it is looked whether a poll is due: a window that gets the focus is fresh after this long. */
const TICK_MS = 250;
/** From a poll's end to the screen: until the next tick at worst, and a batch of the live list. */
const SHOW_MS = TICK_MS + 100;
const VISIBLE_MS = 5_000;
const HIDDEN_MS = 60_000;
/** Right after an action, but never more often than this, however many actions there are. */
const HURRY_MS = 1_000;
/** What changes without Nova noting it (a floating IP) is seen at the latest after this long. */
const RESYNC_MS = 300_000;
const POLL_TIMEOUT_MS = 15_000;
const LIST_TIMEOUT_MS = 60_000;
const FAILURES_UNTIL_LOST = 3;
const MAX_ODD_FLAVORS = 50;

/** Looks at a server after each poll; undefined means that it is gone. Returns true when it has seen enough. */
export type Look = (server: Server | undefined) => boolean;

interface Follower {
  id: string;
  /** Only polls that began later count: an older one may not know what was asked for. */
  since: number;
  look: Look;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Keeps the rows of one project right with one poller: a complete list, then one `changes-since` call per refresh,
 * however many servers there are or change, and a complete list again every few minutes.
 */
export class ServerInventory {
  readonly #context: Context;
  readonly #cloud: Cloud;
  readonly #servers = new Map<string, Server>();
  readonly #flavors = new Map<string, RowFlavor>();
  readonly #followers = new Set<Follower>();
  #changesSince = '';
  #startedAt = 0;
  #resyncedAt = 0;
  /** How long the last poll took. */
  #tookMs = 0;
  #waitMs = 0;
  #failures = 0;
  #hurry = false;
  #polling = false;
  #cancelTick: CancelTimer = () => undefined;
  #lose: (error: AppError) => void = () => undefined;
  /** Resolves with the reason when the cloud does not answer any more, or refuses us. */
  readonly lost = new Promise<AppError>((resolve) => (this.#lose = resolve));

  private constructor(context: Context, cloud: Cloud) {
    this.#context = context;
    this.#cloud = cloud;
  }

  /** Reads the complete list into the context's rows as `live`, then keeps polling until the scope closes. */
  static async open(context: Context, cloud: Cloud): Promise<ServerInventory> {
    const inventory = new ServerInventory(context, cloud);
    await inventory.#readAll();
    context.scope.defer(() => inventory.#close());
    inventory.#startedAt = context.clock.monotonic();
    inventory.#scheduleTick();
    return inventory;
  }

  /** The newest known record. Throws MACHINE_GONE. */
  get(id: string): Server {
    const server = this.#servers.get(id);
    if (server === undefined) throw new AppError('MACHINE_GONE', { params: { machine: id } });
    return server;
  }

  /** The flavor of a server on a cloud that gives its id only (before 2.47). */
  flavorOf({ flavor }: Server): RowFlavor | undefined {
    return this.#flavors.get(flavor?.id ?? '');
  }

  /**
   * Resolves when `look` has seen enough, asked after each poll that begins from now on. While somebody follows, polls
   * come at the pace of a focused window. Rejects with what `look` throws, with the signal's reason, or with
   * DISCONNECTED when the connection ends first.
   */
  follow(id: string, signal: AbortSignal, look: Look): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => follower.reject(signal.reason);
      const end = (): void => {
        this.#followers.delete(follower);
        signal.removeEventListener('abort', onAbort);
      };
      const follower: Follower = {
        id,
        since: this.#context.clock.monotonic(),
        look,
        resolve: () => {
          end();
          resolve();
        },
        reject: (error) => {
          end();
          reject(AppError.from(error));
        },
      };
      if (this.#context.scope.isClosed) {
        reject(disconnected());
        return;
      }
      this.#followers.add(follower);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      this.#hurry = true;
    });
  }

  #close(): void {
    this.#cancelTick();
    for (const follower of [...this.#followers]) follower.reject(disconnected());
  }

  #scheduleTick(): void {
    if (this.#context.scope.isClosed) return;
    this.#cancelTick = this.#context.clock.setTimer(TICK_MS, () => {
      if (!this.#polling && this.#context.clock.monotonic() - this.#startedAt >= this.#intervalMs()) void this.#poll();
      this.#scheduleTick();
    });
  }

  #intervalMs(): number {
    if (this.#waitMs > 0) return this.#waitMs;
    if (this.#hurry) return HURRY_MS;
    const { focus, refreshSeconds } = this.#context.pace();
    // What changed just after a poll shall be on the screen within the refresh time, the next poll's duration included;
    // a slow cloud gets a pause between two polls all the same.
    const refreshMs = refreshSeconds * 1_000;
    const focusedMs = Math.max(refreshMs - this.#tookMs - SHOW_MS, refreshMs / 4 + this.#tookMs);
    if (focus === 'focused' || this.#followers.size > 0) return focusedMs;
    return Math.max(focusedMs, focus === 'visible' ? VISIBLE_MS : HIDDEN_MS);
  }

  async #poll(): Promise<void> {
    const { clock, log, scope } = this.#context;
    this.#polling = true;
    this.#hurry = false;
    this.#startedAt = clock.monotonic();
    try {
      if (this.#startedAt - this.#resyncedAt >= RESYNC_MS) await this.#readAll();
      else await this.#readChanges();
      this.#failures = 0;
      this.#waitMs = 0;
      this.#tookMs = clock.monotonic() - this.#startedAt;
      this.#showFollowers(this.#startedAt);
    } catch (thrown) {
      if (scope.isClosed) return;
      const error = AppError.from(thrown);
      this.#failures++;
      this.#waitMs = backoffMs(this.#failures - 1, 2_000, 30_000);
      log.warn('the list of servers could not be read', { code: error.code, failures: this.#failures });
      if (!error.retryable || this.#failures >= FAILURES_UNTIL_LOST) this.#lose(error);
    } finally {
      this.#polling = false;
    }
  }

  async #readAll(): Promise<void> {
    const { scope, machines, clock } = this.#context;
    const startedAt = clock.monotonic();
    const { servers, changesSince } = await listServers(this.#cloud, {
      signal: scope.signal,
      timeoutMs: LIST_TIMEOUT_MS,
    });
    await this.#learnFlavors(servers);
    if (scope.isClosed) return;
    this.#servers.clear();
    for (const server of servers) if (!isDeleted(server)) this.#servers.set(server.id, server);
    this.#changesSince = changesSince;
    this.#resyncedAt = startedAt;
    machines.reset(
      [...this.#servers.values()].map((server) => this.#row(server)),
      'live',
    );
  }

  async #readChanges(): Promise<void> {
    const { scope, machines } = this.#context;
    const { servers, changesSince } = await listServers(this.#cloud, {
      since: this.#changesSince,
      signal: scope.signal,
      timeoutMs: POLL_TIMEOUT_MS,
    });
    const gone = servers.filter(isDeleted);
    const changed = servers.filter((server) => !isDeleted(server));
    await this.#learnFlavors(changed);
    if (scope.isClosed) return;
    this.#changesSince = changesSince;
    for (const { id } of gone) this.#servers.delete(id);
    for (const server of changed) this.#servers.set(server.id, server);
    machines.patch(
      changed.map((server) => this.#row(server)),
      gone.map(({ id }) => id),
      'live',
    );
  }

  #row(server: Server): ReturnType<typeof machineOf> {
    return machineOf(server, this.#context.connectionId, (id) => this.#flavors.get(id));
  }

  /** Clouds before 2.47 give a flavor's id only: one list finds them, and a call each the few that were hidden. */
  async #learnFlavors(servers: Server[]): Promise<void> {
    const { signal } = this.#context.scope;
    const missing = (): string[] => {
      const ids = servers
        .filter((server) => embeddedFlavor(server) === undefined)
        .map(({ flavor }) => flavor?.id ?? '');
      return [...new Set(ids)].filter((id) => id !== '' && !this.#flavors.has(id));
    };
    if (missing().length === 0) return;
    for (const flavor of await listFlavors(this.#cloud, signal)) this.#flavors.set(flavor.id, flavor);
    await Promise.all(
      missing()
        .slice(0, MAX_ODD_FLAVORS)
        .map(async (id) => {
          try {
            this.#flavors.set(id, await getFlavor(this.#cloud, id, signal));
          } catch (error) {
            if (AppError.from(error).code !== 'NOT_FOUND') throw error;
            // Deleted: remembered, so that it is not asked for again and again.
            this.#flavors.set(id, { name: id, vcpus: null, ram: null });
          }
        }),
    );
  }

  #showFollowers(pollStartedAt: number): void {
    for (const follower of [...this.#followers]) {
      if (follower.since > pollStartedAt) continue;
      try {
        if (follower.look(this.#servers.get(follower.id))) follower.resolve();
      } catch (error) {
        follower.reject(error);
      }
    }
  }
}

function disconnected(): AppError {
  return new AppError('DISCONNECTED', {
    retryable: true,
    detail: 'the connection ended while this was followed; it may still be going on',
  });
}
