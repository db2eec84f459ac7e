import type { Duplex } from 'node:stream';
import { Client, type AnyAuthMethod, type ConnectConfig } from 'ssh2';
import { abortError, AppError } from '../kernel/app-error.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { gatherWrites } from './channel-stream.ts';
import { socketError, sshError, type SshPlace } from './errors.ts';
import type { HostKeyCheck } from './host-key.ts';
import type { Login } from './login.ts';
import { Patience, type Person } from './person.ts';

/** A ping every 15 s and two may go unanswered: a dead network shows within 45 s. */
const KEEPALIVE_INTERVAL_MS = 15_000;
const KEEPALIVE_COUNT = 2;
/** For each step of handshake and login; the person's time does not count. */
const STEP_TIMEOUT_MS = 30_000;

export interface Ssh2Request {
  stream: Duplex;
  place: SshPlace;
  hostKey: HostKeyCheck;
  login: Login;
  person: Person;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
  onStep: (step: string) => void;
}

/** The error that ssh2 emits, with what it may carry. */
type Ssh2Error = Error & { level?: string; code?: string | number };

/**
 * Handshake, host key and login over a stream, which it owns. Throws SSH_HOST_KEY_*, SSH_AUTH_FAILED, CANCELLED where
 * the person declined, TIMEOUT, CONNECTION_LOST, PROTOCOL, or the signal's reason.
 */
export async function connectSsh2(request: Ssh2Request): Promise<{ client: Client; cipher: string | null }> {
  const { login, signal } = request;
  login.startConnection();
  const connection = new Connecting(request);
  const onAbort = (): void => connection.fail(abortError(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    await connection.done;
    await login.succeed();
    return { client: connection.client, cipher: connection.cipher };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** One connection until it is logged in. */
class Connecting {
  readonly client = new Client();
  /** What encrypts what we receive; null until the two sides have agreed. */
  cipher: string | null = null;
  readonly done: Promise<void>;
  readonly #request: Ssh2Request;
  readonly #patience: Patience;
  #failure: AppError | null = null;
  #lastError: Ssh2Error | null = null;
  #methods: readonly string[] = [];
  #isReady = false;
  #verifying: Promise<void> | null = null;

  constructor(request: Ssh2Request) {
    this.#request = request;
    const { place, clock, person, login } = request;
    this.#patience = new Patience(clock, STEP_TIMEOUT_MS, () =>
      this.fail(
        sshError('TIMEOUT', place, {
          params: { what: place.host, seconds: STEP_TIMEOUT_MS / 1000 },
          retryable: true,
          message: `no answer within ${STEP_TIMEOUT_MS} ms`,
        }),
      ),
    );
    person.watchedBy(this.#patience);
    login.fail = (error) => this.fail(error);
    this.done = this.#run();
  }

  /** Ends the attempt with this reason. */
  fail(error: AppError): void {
    if (this.#isReady) return;
    this.#failure ??= error;
    this.client.destroy();
    this.#request.stream.destroy();
  }

  async #run(): Promise<void> {
    const { person, login } = this.#request;
    try {
      await new Promise<void>((resolve, reject) => {
        this.client.on('ready', () => {
          this.#isReady = true;
          resolve();
        });
        this.client.on('handshake', ({ sc }) => (this.cipher = sc.cipher));
        this.client.on('error', (error: Ssh2Error) => this.#onError(error));
        this.client.on('close', () => {
          if (!this.#isReady) reject(this.#failure ?? this.#explain());
        });
        this.client.on('change password', () =>
          this.fail(this.#authFailed('the password has expired; the server asks for a new one')),
        );
        this.client.connect(this.#config());
      });
    } catch (error) {
      const hungUp = this.#failure === null;
      await login.endConnection({ wasAnswered: hungUp && (await this.#waitForPerson()), hungUp });
      throw this.#failure ?? error;
    } finally {
      this.#patience.stop();
      person.watchedBy(null);
    }
  }

  /** What the person is typing just now is not lost: the next connection uses it. True where there was something. */
  async #waitForPerson(): Promise<boolean> {
    const { answering } = this.#request.person;
    if (answering === null) return false;
    await answering;
    // Whoever asked takes the answer first: it may say that the login is over.
    await this.#verifying;
    await new Promise((resolve) => setImmediate(resolve));
    return this.#failure === null;
  }

  #config(): ConnectConfig {
    const { stream, place, hostKey, person, onStep } = this.#request;
    gatherWrites(stream);
    return {
      sock: stream,
      host: place.host,
      port: place.port,
      username: place.user,
      readyTimeout: 0,
      keepaliveInterval: KEEPALIVE_INTERVAL_MS,
      keepaliveCountMax: KEEPALIVE_COUNT,
      strictVendor: false,
      // ssh2 passes on a stale list of methods after a key; what it logs is true.
      debug: (message: string) => {
        const list = this.#isReady ? null : /Received USERAUTH_FAILURE \((.*)\)/.exec(message);
        if (list !== null) this.#methods = (list[1] ?? '').split(',');
      },
      algorithms: { serverHostKey: hostKey.algorithms },
      hostVerifier: (key: Buffer, verify: (isGood: boolean) => void) => {
        this.#patience.restart();
        onStep('hostKey');
        this.#verifying = hostKey.verify(key, person).then(
          () => verify(true),
          (error: unknown) => {
            this.fail(AppError.from(error));
            verify(false);
          },
        );
      },
      authHandler: (methods, isPartial, next) => void this.#authenticate(methods, isPartial, next),
    };
  }

  async #authenticate(
    methods: readonly string[] | null,
    isPartial: boolean | null,
    next: (method: AnyAuthMethod) => void,
  ): Promise<void> {
    this.#patience.restart();
    if (methods === null) this.#request.onStep('authenticate');
    else if (this.#methods.length === 0) this.#methods = methods;
    try {
      const method = await this.#request.login.next(methods === null ? null : this.#methods, isPartial);
      if (method === false) this.fail(this.#request.login.refused(this.#methods));
      else next(method);
    } catch (error) {
      this.fail(AppError.from(error));
    }
  }

  #onError(error: Ssh2Error): void {
    // An agent that refuses one key does not end the login: the next key is tried.
    if (error.level === 'agent') this.#request.log.warn('agent', { reason: error.message });
    else this.#lastError = error;
  }

  /** Why the connection closed before the login was over. */
  #explain(): AppError {
    const { place } = this.#request;
    const error = this.#lastError;
    if (error === null) return sshError('CONNECTION_LOST', place, { retryable: true, message: 'the host hung up' });
    if (error.level === 'client-socket') return socketError(error, place);
    if (/too many authentication failures/i.test(error.message)) return this.#authFailed(error.message);
    const isProtocol = error.level === 'handshake' || error.level === 'protocol';
    if (isProtocol && !/before handshake/i.test(error.message)) {
      return sshError('PROTOCOL', place, { message: error.message, cause: error });
    }
    return sshError('CONNECTION_LOST', place, { retryable: true, message: error.message, cause: error });
  }

  #authFailed(message: string): AppError {
    return sshError('SSH_AUTH_FAILED', this.#request.place, { message });
  }
}
