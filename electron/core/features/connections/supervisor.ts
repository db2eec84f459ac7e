import type { Connection, ConnectionConfig, EndpointCheck } from '../../../../shared/contract/connections.ts';
import type { Machine } from '../../../../shared/contract/machines.ts';
import { abortError, AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { LiveList } from '../../kernel/live-list.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Prompter } from '../../kernel/prompter.ts';
import { Scope } from '../../kernel/scope.ts';
import type { SecretStore } from '../../kernel/secret-store.ts';
import { backoffMs, delay, raceAbort } from '../../kernel/timing.ts';
import type { ConnectContext, ConnectionDriver, ConnectionSession } from './ports.ts';

/** A connection that held this long starts its next back-off from the beginning. */
const STABLE_MS = 10_000;

export interface SupervisorDeps {
  driver: ConnectionDriver;
  clock: Clock;
  log: Logger;
  prompter: Prompter;
  secrets: SecretStore;
  pace: ConnectContext['pace'];
  /** Called whenever what the renderer sees of the connection changes. */
  onChange: (connection: Connection) => void;
  random?: () => number;
}

/** What changes while a connection lives; the configuration is beside it. */
type Status = Pick<Connection, 'phase' | 'error' | 'retryAt' | 'step' | 'info'>;

const off: Status = { phase: 'off', error: null, retryAt: null, step: null, info: null };

/** Keeps one connection up: connects, notices loss, retries with back-off, stops where only the person can help. */
export class ConnectionSupervisor {
  readonly machines: LiveList<Machine>;
  #deps: SupervisorDeps;
  #config: ConnectionConfig;
  #status: Status = off;
  #session: ConnectionSession | null = null;
  /** Owns the running retry loop; null while off or failed. */
  #loop: { scope: Scope; done: Promise<void> } | null = null;
  #skipWait: () => void = () => undefined;

  constructor(config: ConnectionConfig, deps: SupervisorDeps) {
    this.#config = config;
    this.#deps = deps;
    this.machines = new LiveList<Machine>(deps.clock);
  }

  get config(): ConnectionConfig {
    return this.#config;
  }

  /** What the renderer sees. */
  get connection(): Connection {
    return { ...this.#config, ...this.#status };
  }

  /** The working connection. Throws DISCONNECTED (with the reason as cause) while there is none. */
  get session(): ConnectionSession {
    if (this.#session === null) {
      const reason = this.#status.error;
      throw new AppError('DISCONNECTED', {
        params: { connection: this.#config.name },
        retryable: true,
        detail: reason === null ? 'not connected' : reason.detail || reason.code,
      });
    }
    return this.#session;
  }

  /** Starts connecting, or tries again at once where it waits. */
  connect(): void {
    if (this.#loop !== null) {
      this.#skipWait();
      return;
    }
    const scope = new Scope(`connection/${this.#config.id}`);
    const done = this.#keepUp(scope).finally(() => {
      if (this.#loop?.scope === scope) this.#loop = null;
    });
    this.#loop = { scope, done };
  }

  /** Closes the connection and stays off. Resolves when everything it had open is closed. */
  async disconnect(): Promise<void> {
    const loop = this.#loop;
    this.#loop = null;
    if (loop !== null) {
      await loop.scope.close(new AppError('CANCELLED', { detail: 'disconnected' }));
      await loop.done;
    }
    this.#set(off);
    if (this.machines.freshness === 'live') this.machines.setFreshness('stale');
  }

  /** Takes a changed configuration and connects anew if it was connected. */
  async update(config: ConnectionConfig): Promise<void> {
    const wasOn = this.#loop !== null || this.#status.phase === 'failed';
    await this.disconnect();
    this.#config = config;
    this.#set(off);
    if (wasOn) this.connect();
  }

  /**
   * Tests the endpoints of a cloud, by a login of its own: most wanted is this where the connection cannot be made.
   * Throws UNSUPPORTED for a host, and what the login throws.
   */
  async checkEndpoints(signal: AbortSignal): Promise<EndpointCheck[]> {
    const { driver } = this.#deps;
    if (driver.checkEndpoints === undefined) throw new AppError('UNSUPPORTED', { detail: 'not a cloud' });
    const scope = new Scope(`doctor/${this.#config.id}`);
    try {
      const context = { ...this.#context(scope), onStep: () => undefined };
      return await raceAbort(driver.checkEndpoints(context), signal);
    } finally {
      await scope.close(signal.aborted ? abortError(signal) : undefined);
    }
  }

  async #keepUp(scope: Scope): Promise<void> {
    const { clock } = this.#deps;
    let attempt = 0;
    for (;;) {
      const startedAt = clock.monotonic();
      const error = await this.#once(scope);
      if (scope.isClosed) return;
      if (!error.retryable) {
        this.#set({ ...off, phase: 'failed', error: error.toData() });
        return;
      }
      if (clock.monotonic() - startedAt > STABLE_MS) attempt = 0;
      const waitMs = backoffMs(attempt++, 1_000, 60_000, this.#deps.random);
      this.#set({ ...off, phase: 'waiting', error: error.toData(), retryAt: clock.now() + waitMs });
      await this.#wait(waitMs, scope.signal);
    }
  }

  /** One life of the connection; resolves with the reason it ended. */
  async #once(parent: Scope): Promise<AppError> {
    let scope: Scope | null = null;
    try {
      scope = parent.child('attempt');
      this.#set({ ...off, phase: 'connecting' });
      const session = await raceAbort(this.#deps.driver.connect(this.#context(scope)), scope.signal);
      this.#session = session;
      this.#set({ ...off, phase: 'online', info: session.info });
      return await raceAbort(session.lost, scope.signal);
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.code === 'INTERNAL') this.#deps.log.error('connection failed', { error: thrown });
      return error;
    } finally {
      this.#session = null;
      if (this.machines.freshness === 'live') this.machines.setFreshness('stale');
      await scope?.close().catch((error: unknown) => this.#deps.log.warn('closing the connection failed', { error }));
    }
  }

  #context(scope: Scope): ConnectContext {
    const { clock, log, prompter, secrets, pace } = this.#deps;
    return {
      connectionId: this.#config.id,
      target: this.#config.target,
      scope,
      machines: this.machines,
      secrets,
      prompter,
      clock,
      log,
      pace,
      onStep: (step) => {
        if (!scope.isClosed && this.#status.phase === 'connecting') this.#set({ ...this.#status, step });
      },
    };
  }

  async #wait(waitMs: number, signal: AbortSignal): Promise<void> {
    const skip = new AbortController();
    this.#skipWait = () => skip.abort();
    try {
      await delay(this.#deps.clock, waitMs, AbortSignal.any([skip.signal, signal]));
    } catch (error) {
      // Woken early on purpose: by connect() or by closing; the loop looks at which.
      this.#deps.log.debug('wait ended early', { code: AppError.from(error).code });
    } finally {
      this.#skipWait = () => undefined;
    }
  }

  #set(status: Status): void {
    this.#status = status;
    this.#deps.onChange(this.connection);
  }
}
