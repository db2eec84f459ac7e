import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { abortError, AppError, throwIfAborted } from '../kernel/app-error.ts';
import { ChannelStream } from './channel-stream.ts';
import { Collector } from './collector.ts';
import { sshError, type SshPlace } from './errors.ts';
import { quoteCommand } from './quote.ts';
import { StreamSet } from './stream-set.ts';
import { probeSocket } from './socket-probe.ts';
import type { ExecResult, SshTransport } from './transport.ts';

/** Reasons of SSH_MSG_CHANNEL_OPEN_FAILURE (RFC 4254, 5.1). */
const openFailure = { prohibited: 1, connectFailed: 2, unknownType: 3, shortage: 4 } as const;
const CLOSE_TIMEOUT_MS = 2_000;
const MAX_STDERR_BYTES = 16 * 1024;

/** As ssh2 reports it with `close`; no code at all where the connection went first. */
interface ExitStatus {
  code?: number | null | undefined;
  name?: string | undefined;
}

type Done = (error: (Error & { reason?: number | string }) | undefined, channel: ClientChannel) => void;

/** One logged-in ssh2 connection. */
export class Ssh2Transport implements SshTransport {
  readonly description = 'SSH';
  readonly user: string;
  readonly host: string;
  readonly port: number;
  readonly cipher: string | null;
  readonly lost: Promise<AppError>;
  readonly #client: Client;
  readonly #place: SshPlace;
  readonly #stream: Duplex;
  readonly #beneath: (() => Promise<void>) | null;
  readonly #streams = new StreamSet();
  #end: AppError | null = null;
  #lose: (reason: AppError) => void = () => undefined;
  #isClosing = false;
  #hasForwardedUnix = false;

  /** `stream` is what the client runs over; `beneath` closes what carries that: the jump host. */
  constructor(
    client: Client,
    place: SshPlace & { cipher: string | null },
    stream: Duplex,
    beneath: (() => Promise<void>) | null,
  ) {
    this.#client = client;
    this.#place = place;
    this.#stream = stream;
    this.#beneath = beneath;
    this.user = place.user;
    this.host = place.host;
    this.port = place.port;
    this.cipher = place.cipher;
    this.lost = new Promise((resolve) => (this.#lose = resolve));
    let cause = '';
    client.on('error', (error) => (cause = error.message));
    client.on('close', () => this.#onClose(cause));
  }

  openTcp(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
    return this.#openStream(
      signal,
      (done) => this.#client.forwardOut('127.0.0.1', 0, host, port, done),
      (error) => {
        if (error.reason !== openFailure.connectFailed) return this.#forbidden(error, `${host}:${port}`);
        return sshError('CONNECTION_REFUSED', this.#place, {
          params: { host, port },
          retryable: true,
          message: error.message,
        });
      },
    );
  }

  async openUnix(path: string, signal: AbortSignal): Promise<Duplex> {
    let refusal: Error | null = null;
    const stream = await this.#openStream(
      signal,
      (done) => this.#client.openssh_forwardOutStreamLocal(path, done),
      (error) => {
        if (error.reason === openFailure.connectFailed) refusal = error;
        return this.#forbidden(error, path);
      },
    ).catch(async (error: unknown) => {
      throw refusal === null ? error : await this.#explainRefusedSocket(path, refusal, signal);
    });
    this.#hasForwardedUnix = true;
    return stream;
  }

  async openExec(argv: readonly string[], signal: AbortSignal): Promise<Duplex> {
    const channel = await this.#openCommand(argv, signal);
    const stderr = new Collector(MAX_STDERR_BYTES);
    channel.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
    // The exit status may arrive with the channel itself; `close`, which waits for the reader, brings it once more.
    let exit: ExitStatus = {};
    channel.on('close', (code?: number | null, name?: string) => (exit = { code, name }));
    const failure = (): AppError | null => {
      if (exit.code === 0) return null;
      if (exit.code === undefined) return this.#end ?? this.#lostError('the command ended without a status');
      return this.#failed(argv, exit.code ?? exit.name ?? 'killed', stderr.text());
    };
    return this.#streams.add(new ChannelStream(channel, failure), signal);
  }

  async exec(argv: readonly string[], signal: AbortSignal): Promise<ExecResult> {
    const channel = await this.#openCommand(argv, signal);
    const stdout = new Collector();
    const stderr = new Collector();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        channel.destroy();
        channel.resume();
        reject(abortError(signal));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      channel.on('data', (chunk: Buffer) => stdout.add(chunk));
      channel.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
      channel.on('error', (error: Error) => reject(this.#lostError(error.message)));
      channel.on('close', (exitCode?: number | null) => {
        signal.removeEventListener('abort', onAbort);
        if (exitCode === undefined) reject(this.#end ?? this.#lostError('the command ended without a status'));
        else resolve({ stdout: stdout.text(), stderr: stderr.text(), exitCode });
      });
      channel.end();
    });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const gone = this.lost;
    this.#client.end();
    // A dead network never confirms the goodbye, and a client that has said it no longer destroys its socket.
    const timer = setTimeout(() => this.#stream.destroy(), CLOSE_TIMEOUT_MS);
    await gone;
    clearTimeout(timer);
    await this.#beneath?.();
  }

  #openCommand(argv: readonly string[], signal: AbortSignal): Promise<ClientChannel> {
    return this.#openChannel(
      signal,
      (done) => this.#client.exec(quoteCommand(argv), done),
      (error) => this.#failed(argv, error.reason ?? 'refused', error.message),
    );
  }

  async #openStream(
    signal: AbortSignal,
    open: (done: Done) => void,
    explain: (error: Error & { reason?: number | string }) => AppError,
  ): Promise<Duplex> {
    return this.#streams.add(new ChannelStream(await this.#openChannel(signal, open, explain)), signal);
  }

  #openChannel(
    signal: AbortSignal,
    open: (done: Done) => void,
    explain: (error: Error & { reason?: number | string }) => AppError,
  ): Promise<ClientChannel> {
    throwIfAborted(signal);
    if (this.#end !== null) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(abortError(signal));
      signal.addEventListener('abort', onAbort, { once: true });
      const done: Done = (error, channel) => {
        signal.removeEventListener('abort', onAbort);
        if (error) {
          // A connection that ends answers what is open with whatever error is at hand, e.g. "Unable to exec".
          reject(this.#end ?? explain(error));
        } else if (signal.aborted) {
          channel.destroy();
          channel.resume();
        } else resolve(channel);
      };
      try {
        open(done);
      } catch (error) {
        signal.removeEventListener('abort', onAbort);
        reject(this.#lostError(error instanceof Error ? error.message : String(error)));
      }
    });
  }

  async #explainRefusedSocket(path: string, refusal: Error, signal: AbortSignal): Promise<AppError> {
    const found = await probeSocket(this, path, signal);
    if (found === 'denied') {
      return sshError('FORBIDDEN', this.#place, { params: { path }, message: `no right to write to ${path}` });
    }
    // Where forwarding has worked before it is the socket itself that nobody answers at.
    if (found !== 'absent' && !this.#hasForwardedUnix) return this.#forbidden(refusal, path);
    return sshError('NOT_FOUND', this.#place, { params: { path }, message: refusal.message });
  }

  #forbidden(error: Error & { reason?: number | string }, target: string): AppError {
    if (error.reason === openFailure.shortage) {
      return sshError('BUSY', this.#place, { retryable: true, message: error.message });
    }
    return sshError('SSH_FORWARDING_FORBIDDEN', this.#place, { params: { path: target }, message: error.message });
  }

  #failed(argv: readonly string[], exit: number | string, said: string): AppError {
    return sshError('SSH_COMMAND_FAILED', this.#place, {
      params: { command: argv[0] ?? '', exitCode: exit },
      message: said.trim() === '' ? `${argv[0] ?? ''} ended with ${exit}` : said.trim(),
    });
  }

  #lostError(message: string): AppError {
    return sshError('CONNECTION_LOST', this.#place, { retryable: true, message: message || 'the connection is gone' });
  }

  #onClose(cause: string): void {
    this.#end = this.#isClosing
      ? new AppError('CANCELLED', { detail: 'the connection was closed' })
      : this.#lostError(cause);
    this.#streams.destroy(this.#end);
    this.#lose(this.#end);
    if (!this.#isClosing) void this.#beneath?.();
  }
}
