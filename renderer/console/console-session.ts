import type RFB from '@novnc/novnc';
import type { RfbCredentials } from '@novnc/novnc';
import type { ConsoleTicket } from '../../shared/contract/consoles.ts';
import type { AppErrorData } from '../../shared/contract/errors.ts';

export type ConsoleState =
  | { phase: 'connecting' }
  | { phase: 'connected' }
  /** `attempt` above 1: the last answer was refused. */
  | { phase: 'password'; needs: (keyof RfbCredentials)[]; attempt: number }
  /** Lost; tries again at `retryAt` (epoch ms). */
  | { phase: 'waiting'; error: AppErrorData; retryAt: number }
  /** Given up or closed by the person (`error` null). */
  | { phase: 'disconnected'; error: AppErrorData | null }
  /** The machine does not run. */
  | { phase: 'off' }
  /** The connection to the host or cloud is down. */
  | { phase: 'offline' }
  /** There is no console to show, with the reason. */
  | { phase: 'unavailable'; error: AppErrorData };

/** What the session needs of noVNC; a real RFB is one. */
export type RfbClient = Pick<RFB, 'addEventListener' | 'disconnect' | 'sendCredentials'>;

export interface ConsoleDeps<Client extends RfbClient, Channel> {
  /** Asks the core for a console. Rejects with anything that `toError` understands. */
  open(): Promise<ConsoleTicket>;
  /** The byte channel behind the ticket. */
  connect(ticket: string): Promise<Channel>;
  createClient(channel: Channel, credentials: RfbCredentials): Client;
  closeChannel(channel: Channel): void;
  /** Why the core ended the channel, where it said so. */
  endOf(channel: Channel): AppErrorData | null;
  toError(thrown: unknown): AppErrorData;
  /** Calls back after `ms`; returns how to cancel. */
  setTimer(ms: number, callback: () => void): () => void;
  now(): number;
}

/** After this many failures in a row the person is asked to press "Reconnect" (about five minutes). */
const MAX_ATTEMPTS = 24;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;
/** A console that showed a picture this long starts its next back-off from the beginning. */
const STABLE_MS = 5_000;

/**
 * One console of one machine: opens it, notices loss, comes back after a reboot or when the connection returns, stops
 * where only the person can help. Owns the noVNC client it made.
 */
export class ConsoleSession<Client extends RfbClient, Channel> {
  readonly #deps: ConsoleDeps<Client, Channel>;
  readonly #listeners = new Set<() => void>();
  #state: ConsoleState = { phase: 'connecting' };
  #client: Client | null = null;
  /** Rises with every attempt; what an older attempt reports is ignored. */
  #generation = 0;
  #failures = 0;
  #connectedAt = 0;
  #passwordAttempt = 1;
  /** What the person typed; kept for reconnects of this session only. */
  #typed: RfbCredentials | null = null;
  #refusal: string | null = null;
  #cancelTimer: () => void = () => undefined;
  #surroundings: { running: boolean; online: boolean } | null = null;
  #closed = false;

  constructor(deps: ConsoleDeps<Client, Channel>) {
    this.#deps = deps;
  }

  get state(): ConsoleState {
    return this.#state;
  }

  /** The connected client; null in every other phase. */
  get client(): Client | null {
    return this.#state.phase === 'connected' ? this.#client : null;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells whether the machine runs and its connection is online; the first call starts the session. */
  setSurroundings(running: boolean, online: boolean): void {
    const before = this.#surroundings;
    if (before !== null && before.running === running && before.online === online) return;
    this.#surroundings = { running, online };
    const state = this.#state;
    // A person who closed the console does not want it back.
    if (state.phase === 'disconnected' && state.error === null) return;
    if (!online) this.#drop({ phase: 'offline' });
    // While a picture is shown the guest's last words are worth seeing: the server ends the console itself.
    else if (state.phase === 'connected') return;
    else if (running) this.connect();
    else this.#drop({ phase: 'off' });
  }

  /** Connects now, whatever the back-off says. */
  connect(): void {
    if (this.#closed) return;
    this.#failures = 0;
    this.#start();
  }

  /** Closes the console and stays closed until connect(). */
  disconnect(): void {
    this.#drop({ phase: 'disconnected', error: null });
  }

  /** Answers the `password` phase. */
  answer(credentials: RfbCredentials): void {
    if (this.#state.phase !== 'password' || this.#client === null) return;
    this.#typed = credentials;
    this.#client.sendCredentials(credentials);
    this.#set({ phase: 'connecting' });
  }

  /** Ends the session for good. */
  close(): void {
    this.#closed = true;
    this.#drop({ phase: 'disconnected', error: null });
    this.#listeners.clear();
  }

  #start(): void {
    this.#letGo();
    const generation = ++this.#generation;
    this.#refusal = null;
    this.#set({ phase: 'connecting' });
    this.#attempt(generation).catch((thrown: unknown) => {
      if (generation === this.#generation) this.#failed(this.#deps.toError(thrown));
    });
  }

  async #attempt(generation: number): Promise<void> {
    const ticket = await this.#deps.open();
    if (generation !== this.#generation) return;
    const channel = await this.#deps.connect(ticket.ticket);
    if (generation !== this.#generation) {
      this.#deps.closeChannel(channel);
      return;
    }
    const told = ticket.password === null ? {} : { password: ticket.password };
    // At once: the client must listen before the server's first bytes come. It owns the channel from here on.
    const client = this.#deps.createClient(channel, { ...told, ...this.#typed });
    this.#client = client;
    this.#listen(client, channel, generation);
  }

  #listen(client: Client, channel: Channel, generation: number): void {
    const isCurrent = (): boolean => generation === this.#generation;
    client.addEventListener('connect', () => {
      if (!isCurrent()) return;
      this.#connectedAt = this.#deps.now();
      this.#passwordAttempt = 1;
      this.#set({ phase: 'connected' });
    });
    client.addEventListener('credentialsrequired', ({ detail }) => {
      if (isCurrent()) this.#set({ phase: 'password', needs: detail.types, attempt: this.#passwordAttempt });
    });
    client.addEventListener('securityfailure', ({ detail }) => {
      if (isCurrent()) this.#refusal = detail.reason ?? `security result ${detail.status}`;
    });
    client.addEventListener('serververification', ({ detail }) => {
      // RSA-AES servers have keys of their own that nobody can check here; QEMU and Nova do not use it.
      if (isCurrent()) this.#drop({ phase: 'unavailable', error: noConsole(`server verification (${detail.type})`) });
    });
    client.addEventListener('disconnect', () => {
      if (!isCurrent()) return;
      this.#client = null;
      this.#ended(this.#deps.endOf(channel) ?? lost);
    });
  }

  /** The server closed the console or refused us. */
  #ended(reason: AppErrorData): void {
    const wasShown = this.#state.phase === 'connected';
    if (this.#refusal !== null) {
      if (this.#typed === null) {
        this.#drop({ phase: 'unavailable', error: noConsole(this.#refusal) });
        return;
      }
      // A refused password: the next attempt asks again.
      this.#typed = null;
      this.#passwordAttempt += 1;
      this.#start();
      return;
    }
    if (wasShown && this.#deps.now() - this.#connectedAt >= STABLE_MS) this.#failures = 0;
    this.#failed(reason);
  }

  #failed(error: AppErrorData): void {
    this.#letGo();
    const { running = true, online = true } = this.#surroundings ?? {};
    if (!online) this.#set({ phase: 'offline' });
    else if (!running) this.#set({ phase: 'off' });
    else if (!error.retryable) this.#set({ phase: 'unavailable', error });
    else if (++this.#failures >= MAX_ATTEMPTS) this.#set({ phase: 'disconnected', error });
    else {
      const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
      this.#cancelTimer = this.#deps.setTimer(delayMs, () => this.#start());
      this.#set({ phase: 'waiting', error, retryAt: this.#deps.now() + delayMs });
    }
  }

  /** Ends the attempt that runs and shows `state`. */
  #drop(state: ConsoleState): void {
    this.#generation += 1;
    this.#letGo();
    this.#set(state);
  }

  #letGo(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => undefined;
    const client = this.#client;
    this.#client = null;
    client?.disconnect();
  }

  #set(state: ConsoleState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

const lost: AppErrorData = {
  code: 'CONNECTION_LOST',
  params: {},
  retryable: true,
  detail: 'the console was closed by the other side',
  source: null,
  correlationId: null,
};

function noConsole(reason: string): AppErrorData {
  return {
    code: 'NO_CONSOLE',
    params: { reason },
    retryable: false,
    detail: reason,
    source: null,
    correlationId: null,
  };
}
