import { execFile, spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { abortError, AppError, throwIfAborted } from '../kernel/app-error.ts';
import { Collector } from './collector.ts';
import { sshError, type SshPlace } from './errors.ts';
import { ProcessStream } from './process-stream.ts';
import { quoteCommand } from './quote.ts';
import { StreamSet } from './stream-set.ts';
import { probeSocket } from './socket-probe.ts';
import { explainClient } from './system-ssh-errors.ts';
import type { ExecResult, SshTransport } from './transport.ts';

const CONTROL_TIMEOUT_MS = 20_000;
const MAX_STDERR_BYTES = 64 * 1024;
/** What a client says at LogLevel DEBUG2 once its channel is open: through the master, and by itself. */
const CHANNEL_OPEN = /master session id|open confirm rwindow/;
/** The exit status of a client that failed, rather than of the command. */
const CLIENT_FAILED = 255;

export interface SystemSshOptions {
  place: SshPlace;
  /** The client that keeps the connection; null where each channel has its own. */
  child: ChildProcess | null;
  /** The private directory; removed with the connection. */
  dir: string | null;
  /** Arguments of a channel's client, up to and with the host's name. */
  argv: readonly string[];
  /** What the keeping client said so far: it, not the channel's, tells why a channel was refused. */
  said: () => string;
}

/** A connection kept by the system's OpenSSH client. */
export class SystemSshTransport implements SshTransport {
  readonly description = 'OpenSSH client';
  readonly cipher = null;
  readonly user: string;
  readonly host: string;
  readonly port: number;
  readonly lost: Promise<AppError>;
  readonly #options: SystemSshOptions;
  readonly #place: SshPlace;
  readonly #streams = new StreamSet();
  readonly #sockets = new Map<string, Promise<string>>();
  #lose: (reason: AppError) => void = () => undefined;
  #end: AppError | null = null;
  #isClosing = false;
  #closed: Promise<void> | null = null;

  constructor(options: SystemSshOptions) {
    const { place, child } = options;
    this.#options = options;
    this.#place = place;
    this.user = place.user;
    this.host = place.host;
    this.port = place.port;
    this.lost = new Promise((resolve) => (this.#lose = resolve));
    if (child === null) return;
    if (child.exitCode !== null || child.signalCode !== null) this.#onEnd();
    else child.once('exit', () => this.#onEnd());
  }

  async openTcp(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
    const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const child = this.#spawn(['-o', 'LogLevel=DEBUG2', '-W', target], [], signal);
    const stderr = new Collector(MAX_STDERR_BYTES);
    return new Promise((resolve, reject) => {
      const stream = this.#streams.add(
        new ProcessStream(child, (code) => (code === 0 ? null : this.#lostError(''))),
        signal,
      );
      // Until the channel is open only we hear of its failure.
      const onEarlyError = (error: Error): void => {
        stream.off('close', onClose);
        if (error instanceof AppError && (signal.aborted || this.#end !== null)) reject(error);
        else void this.#explainTcp(host, port, stderr.text()).then(reject, reject);
      };
      const onClose = (): void => onEarlyError(new Error('closed'));
      stream.once('error', onEarlyError);
      stream.once('close', onClose);
      child.stderr.on('data', (chunk: Buffer) => {
        stderr.add(chunk);
        if (!CHANNEL_OPEN.test(stderr.text())) return;
        child.stderr.removeAllListeners('data').resume();
        stream.off('error', onEarlyError);
        stream.off('close', onClose);
        resolve(stream);
      });
    });
  }

  async openUnix(path: string, signal: AbortSignal): Promise<Duplex> {
    // The client's own syntax for forwarding knows no other separator; and one without a master cannot forward later.
    if (this.#options.dir === null || path.includes(':')) return this.openExec(['nc', '-U', path], signal);
    const local = await this.#forward(path, signal);
    const socket = await connectLocal(local, signal).catch((error: unknown) => {
      throw this.#end ?? error;
    });
    // The master takes the connection at once and hangs up where the host refuses. Whatever runs on the host after it
    // comes back after that, and says why as well.
    const stream = this.#streams.add(socket, signal);
    const ends: string[] = [];
    const onEarlyEnd = (): void => void ends.push('closed');
    stream.once('close', onEarlyEnd);
    stream.on('error', onEarlyEnd);
    const found = await probeSocket(this, path, signal).catch((error: unknown) => {
      stream.destroy();
      throw error;
    });
    stream.off('close', onEarlyEnd);
    if (ends.length === 0) {
      stream.off('error', onEarlyEnd);
      return stream;
    }
    throwIfAborted(signal);
    if (this.#end !== null) throw this.#end;
    const message = this.#options.said().trim().split('\n').at(-1) ?? '';
    if (found === 'absent') throw sshError('NOT_FOUND', this.#place, { params: { path }, message });
    if (found === 'denied') throw sshError('FORBIDDEN', this.#place, { params: { path }, message });
    throw sshError('SSH_FORWARDING_FORBIDDEN', this.#place, { params: { path }, message });
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what fails at once rejects, as elsewhere
  async openExec(argv: readonly string[], signal: AbortSignal): Promise<Duplex> {
    const child = this.#spawn([], [quoteCommand(argv)], signal);
    const stderr = new Collector(MAX_STDERR_BYTES);
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
    const failure = (code: number | null): AppError | null =>
      code === 0 ? null : (this.#end ?? this.#failed(argv, code, stderr.text()));
    return this.#streams.add(new ProcessStream(child, failure), signal);
  }

  async exec(argv: readonly string[], signal: AbortSignal): Promise<ExecResult> {
    const child = this.#spawn([], [quoteCommand(argv)], signal);
    const stdout = new Collector();
    const stderr = new Collector();
    child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        child.kill('SIGTERM');
        reject(abortError(signal));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      child.once('error', (error) => reject(this.#failed(argv, null, error.message)));
      child.once('close', (exitCode) => {
        signal.removeEventListener('abort', onAbort);
        if (this.#end !== null) reject(this.#end);
        else if (exitCode === CLIENT_FAILED && isClientFailure(stderr.text())) {
          reject(this.#failed(argv, exitCode, stderr.text()));
        } else resolve({ stdout: stdout.text(), stderr: stderr.text(), exitCode });
      });
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    const { child, dir } = this.#options;
    if (child === null) this.#onEnd();
    else killGroup(child);
    await this.lost;
    if (dir !== null) await rm(dir, { recursive: true, force: true });
  }

  #spawn(options: readonly string[], command: readonly string[], signal: AbortSignal): ChildProcessWithoutNullStreams {
    throwIfAborted(signal);
    if (this.#end !== null) throw this.#end;
    // Options come before `--` and the host's name, which end `argv`.
    const argv = ['-T', ...options, ...this.#options.argv, ...command];
    return spawn('ssh', argv, { stdio: 'pipe', windowsHide: true });
  }

  /** A local socket that leads to one of the host; made once for each. */
  #forward(path: string, signal: AbortSignal): Promise<string> {
    const known = this.#sockets.get(path);
    if (known !== undefined) return known;
    const local = join(this.#options.dir ?? '', `u${this.#sockets.size}`);
    const made = new Promise<string>((resolve, reject) => {
      const argv = ['-O', 'forward', '-L', `${local}:${path}`, ...this.#options.argv];
      execFile('ssh', argv, { timeout: CONTROL_TIMEOUT_MS }, (error, _stdout, stderr) => {
        if (error === null) resolve(local);
        else
          reject(
            this.#end ??
              sshError('SSH_FORWARDING_FORBIDDEN', this.#place, { params: { path }, message: stderr.trim() }),
          );
      });
    });
    this.#sockets.set(path, made);
    made.catch(() => this.#sockets.delete(path));
    throwIfAborted(signal);
    return made;
  }

  async #explainTcp(host: string, port: number, said: string): Promise<AppError> {
    if (this.#options.child === null && !said.includes('open failed')) return explainClient(said, this.#place);
    // The keeping client names the reason, always in its latest such line.
    const reason = /open failed: ([^\n]*)(?![\s\S]*open failed: )/.exec(`${this.#options.said()}\n${said}`)?.[1] ?? '';
    if (/administratively prohibited|unknown channel type/.test(reason)) {
      return sshError('SSH_FORWARDING_FORBIDDEN', this.#place, {
        params: { path: `${host}:${port}` },
        message: reason,
      });
    }
    return sshError('CONNECTION_REFUSED', this.#place, { params: { host, port }, retryable: true, message: reason });
  }

  #failed(argv: readonly string[], code: number | null, said: string): AppError {
    return sshError('SSH_COMMAND_FAILED', this.#place, {
      params: { command: argv[0] ?? '', ...(code !== null && { exitCode: code }) },
      message: said.trim() === '' ? `${argv[0] ?? ''} ended with ${String(code)}` : said.trim(),
    });
  }

  #lostError(message: string): AppError {
    return (
      this.#end ??
      sshError('CONNECTION_LOST', this.#place, { retryable: true, message: message || 'the connection is gone' })
    );
  }

  #onEnd(): void {
    const said = this.#options.said().trim().split('\n').at(-1) ?? '';
    this.#end = this.#isClosing
      ? new AppError('CANCELLED', { detail: 'the connection was closed' })
      : this.#lostError(said);
    this.#streams.destroy(this.#end);
    this.#lose(this.#end);
  }
}

/** Ends a client with the helpers and proxies that it started. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function isClientFailure(said: string): boolean {
  return /^(mux_client|ssh: |kex_|Connection |Session open refused|Control socket)|session request failed/m.test(said);
}

function connectLocal(path: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const onAbort = (): void => {
      socket.destroy();
      reject(abortError(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    socket.once('error', reject);
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
