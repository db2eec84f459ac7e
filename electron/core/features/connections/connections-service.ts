import {
  connectionTarget,
  type AddConnectionInput,
  type Connection,
  type ConnectionConfig,
  type ConnectionSuggestion,
  type ConnectionTarget,
  type EndpointCheck,
} from '../../../../shared/contract/connections.ts';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { Machine } from '../../../../shared/contract/machines.ts';
import { abortError, AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { LiveList, type Watcher } from '../../kernel/live-list.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Prompter } from '../../kernel/prompter.ts';
import type { SecretStore } from '../../kernel/secret-store.ts';
import type { ConnectionsApi } from './api.ts';
import type { ConnectContext, ConnectionDriver } from './ports.ts';
import { ConnectionSupervisor } from './supervisor.ts';

/** Where configurations are kept; never holds a secret. */
export interface ConnectionStore {
  load(): Promise<ConnectionConfig[]>;
  save(configs: ConnectionConfig[]): Promise<void>;
}

/** The last known rows of each connection, shown greyed before the first answer. */
export interface MachineCache {
  load(connectionId: string): Promise<Machine[]>;
  /** Never rejects: a list that is not cached is only missing at the next start. */
  save(connectionId: string, machines: Machine[]): Promise<void>;
  forget(connectionId: string): Promise<void>;
}

/** Finds hosts and clouds on this computer, and reads dropped files. */
export interface ConnectionFinder {
  suggestions(signal: AbortSignal): Promise<ConnectionSuggestion[]>;
  parseCloudFile: ConnectionsApi['parseCloudFile'];
  /** The secret that clouds.yaml on this computer holds for such a login; null for none. */
  secretOf(target: ConnectionTarget): Promise<string | null>;
}

export interface ConnectionsDeps {
  clock: Clock;
  log: Logger;
  store: ConnectionStore;
  cache: MachineCache;
  secrets: SecretStore;
  prompterFor: (connectionId: string) => Prompter;
  drivers: { libvirt: ConnectionDriver; openstack: ConnectionDriver };
  finder: ConnectionFinder;
  pace: ConnectContext['pace'];
}

/** Bounds the number of connections, so that a damaged store cannot start thousands. */
const MAX_CONNECTIONS = 1_000;
/** Names the one secret of a form within its connection. */
const PASSWORD_KEY = 'password';

/** All connections of the profile and what keeps each of them up. */
export class ConnectionsService implements ConnectionsApi {
  readonly #deps: ConnectionsDeps;
  readonly #list: LiveList<Connection>;
  readonly #supervisors = new Map<string, ConnectionSupervisor>();

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps;
    this.#list = new LiveList<Connection>(deps.clock);
  }

  /** Loads the stored connections, shows their cached machines and connects those that connect by themselves. */
  async start(): Promise<void> {
    const configs = (await this.#deps.store.load()).slice(0, MAX_CONNECTIONS);
    for (const config of configs) {
      const supervisor = this.#supervise(config);
      const cached = await this.#deps.cache.load(config.id);
      if (supervisor.machines.freshness === 'loading' && cached.length > 0) supervisor.machines.reset(cached, 'cached');
      if (config.autoConnect) supervisor.connect();
    }
    this.#list.setFreshness('live');
  }

  async close(): Promise<void> {
    const supervisors = [...this.#supervisors.values()];
    await Promise.all(supervisors.flatMap((supervisor) => [this.#keepCache(supervisor), supervisor.disconnect()]));
  }

  watch(watcher: Watcher): AsyncIterable<FeedEvent<Connection>> {
    return this.#list.watch(watcher);
  }

  /** The supervisor of a connection. Throws NOT_FOUND. */
  get(id: string): ConnectionSupervisor {
    const supervisor = this.#supervisors.get(id);
    if (supervisor === undefined) throw new AppError('NOT_FOUND', { detail: `no connection ${id}` });
    return supervisor;
  }

  async add(input: AddConnectionInput): Promise<{ id: string }> {
    if (this.#supervisors.size >= MAX_CONNECTIONS) {
      throw new AppError('LIMIT_EXCEEDED', { detail: `at most ${MAX_CONNECTIONS} connections` });
    }
    const config = this.#config(crypto.randomUUID(), input);
    // The secret first: a vault that stays locked must not leave a connection behind that nobody sees.
    await this.#keepSecret(config.id, input.secret);
    try {
      await this.#deps.store.save([...this.#configs(), config]);
    } catch (error) {
      await this.#deps.secrets.delete(secretPrefix(config.id));
      throw error;
    }
    this.#supervise(config).connect();
    return { id: config.id };
  }

  /**
   * A connection given on the command line: uses the stored one with the same target, else adds it.
   * Returns its id.
   */
  async ensure(input: AddConnectionInput): Promise<string> {
    const target = JSON.stringify(connectionTarget.parse(input.target));
    for (const supervisor of this.#supervisors.values()) {
      if (JSON.stringify(supervisor.config.target) !== target) continue;
      await this.#keepSecret(supervisor.config.id, input.secret);
      supervisor.connect();
      return supervisor.config.id;
    }
    return (await this.add(input)).id;
  }

  async update(id: string, input: AddConnectionInput): Promise<void> {
    const supervisor = this.get(id);
    const config = this.#config(id, input);
    await this.#deps.store.save(this.#configs().map((present) => (present.id === id ? config : present)));
    await this.#keepSecret(id, input.secret);
    await supervisor.update(config);
  }

  async remove(id: string): Promise<void> {
    const supervisor = this.get(id);
    await this.#deps.store.save(this.#configs().filter((config) => config.id !== id));
    this.#supervisors.delete(id);
    await supervisor.disconnect();
    this.#list.patch([], [id]);
    await this.#deps.cache.forget(id);
    await this.#deps.secrets.delete(secretPrefix(id));
  }

  connect(id: string): Promise<void> {
    this.get(id).connect();
    return Promise.resolve();
  }

  disconnect(id: string): Promise<void> {
    return this.get(id).disconnect();
  }

  /** Resolves when it is online. Rejects with NOT_FOUND where there is no such connection (any more), and as the signal. */
  async online(id: string, signal: AbortSignal): Promise<void> {
    const leave = new AbortController();
    const watcher = { signal: AbortSignal.any([signal, leave.signal]), ready: () => Promise.resolve() };
    try {
      for await (const event of this.#list.watch(watcher)) {
        this.get(id);
        const rows = event.type === 'snapshot' ? event.items : event.upsert;
        if (rows.some((row) => row.id === id && row.phase === 'online')) return;
      }
      throw abortError(signal);
    } finally {
      leave.abort();
    }
  }

  suggestions(signal: AbortSignal): Promise<ConnectionSuggestion[]> {
    return this.#deps.finder.suggestions(signal);
  }

  parseCloudFile(fileName: string, text: string): ReturnType<ConnectionsApi['parseCloudFile']> {
    return this.#deps.finder.parseCloudFile(fileName, text);
  }

  async checkEndpoints(id: string, signal: AbortSignal): Promise<EndpointCheck[]> {
    return this.get(id).checkEndpoints(signal);
  }

  #driver(target: ConnectionTarget): ConnectionDriver {
    return this.#deps.drivers[target.kind];
  }

  #config(id: string, input: AddConnectionInput): ConnectionConfig {
    const target = connectionTarget.parse(input.target);
    this.#driver(target).validate(target);
    return { id, name: input.name, target, autoConnect: input.autoConnect ?? true };
  }

  #configs(): ConnectionConfig[] {
    return [...this.#supervisors.values()].map((supervisor) => supervisor.config);
  }

  async #keepSecret(id: string, secret: AddConnectionInput['secret']): Promise<void> {
    if (secret) await this.#deps.secrets.set(secretPrefix(id) + PASSWORD_KEY, secret.value, secret.remember);
  }

  #supervise(config: ConnectionConfig): ConnectionSupervisor {
    const { clock, log, secrets, prompterFor, pace } = this.#deps;
    const supervisor: ConnectionSupervisor = new ConnectionSupervisor(config, {
      driver: this.#driver(config.target),
      clock,
      log: log.with({ connection: config.id }),
      prompter: prompterFor(config.id),
      secrets: withFile(withPrefix(secrets, secretPrefix(config.id)), () =>
        this.#deps.finder.secretOf(supervisor.config.target),
      ),
      pace,
      onChange: (connection) => {
        if (!this.#supervisors.has(config.id)) return;
        this.#list.patch([connection]);
        if (connection.phase === 'online' || connection.phase === 'waiting') void this.#keepCache(supervisor);
      },
    });
    this.#supervisors.set(config.id, supervisor);
    this.#list.patch([supervisor.connection]);
    return supervisor;
  }

  async #keepCache(supervisor: ConnectionSupervisor): Promise<void> {
    const { freshness, items } = supervisor.machines;
    if (freshness !== 'live' && freshness !== 'stale') return;
    await this.#deps.cache.save(supervisor.config.id, [...items.values()]);
  }
}

function secretPrefix(connectionId: string): string {
  return `connection/${connectionId}/`;
}

/** A view of the store in which all keys begin with `prefix`. */
function withPrefix(store: SecretStore, prefix: string): SecretStore {
  return {
    get: (key) => store.get(prefix + key),
    set: (key, value, remember) => store.set(prefix + key, value, remember),
    delete: (key) => store.delete(prefix + key),
  };
}

/** A store that falls back to the person's own file: what is kept there need not be asked for nor kept a second time. */
function withFile(store: SecretStore, readFile: () => Promise<string | null>): SecretStore {
  return {
    ...store,
    get: async (key) => (await store.get(key)) ?? (key === PASSWORD_KEY ? readFile() : null),
  };
}
