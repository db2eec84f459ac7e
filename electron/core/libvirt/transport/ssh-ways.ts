import type { Duplex } from 'node:stream';
import { AppError } from '../../kernel/app-error.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { SshTransport } from '../../ssh/transport.ts';
import { socketCandidates } from './sockets.ts';
import { relayCommand, surveyHost, type Survey } from './survey.ts';
import type { LibvirtUri } from './uri.ts';
import type { Way } from './way.ts';

interface FinderContext {
  log: Logger;
  onStep: (step: string) => void;
  signal: AbortSignal;
}

/** Failures that say nothing about one way: they end the search. */
const fatal: ReadonlySet<string> = new Set(['CANCELLED', 'CONNECTION_LOST', 'DISCONNECTED', 'TIMEOUT', 'INTERNAL']);

/** What such programs say where the socket is not for us. */
const PERMISSION = /permission denied/i;
/** And where nobody is behind it. */
const NOBODY = /no such file|connection refused/i;

/**
 * Finds a way from an SSH connection to libvirt's socket: forwarding to the socket, which needs no program on the host;
 * else libvirt's own helper; else netcat or socat. On most hosts the first attempt is right and costs one round trip.
 */
export class WayFinder {
  readonly #ssh: SshTransport;
  readonly #uri: LibvirtUri;
  readonly #context: FinderContext;
  readonly #candidates: readonly string[];
  readonly #tried = new Set<string>();
  readonly #failures: AppError[] = [];
  /** What programs of the host said when they could not reach the daemon. */
  #programsSaid = '';

  constructor(ssh: SshTransport, uri: LibvirtUri, context: FinderContext) {
    this.#ssh = ssh;
    this.#uri = uri;
    this.#context = context;
    this.#candidates = socketCandidates(uri);
  }

  /** Throws LIBVIRT_NOT_FOUND, LIBVIRT_PERMISSION, SSH_FORWARDING_FORBIDDEN, and what ended the SSH connection. */
  async find(): Promise<Way> {
    const { onStep, signal } = this.#context;
    const { proxy } = this.#uri;
    onStep('forward');
    const [likeliest = ''] = this.#candidates;
    const direct = proxy === 'auto' && likeliest.startsWith('/') ? await this.#forward([likeliest]) : null;
    if (direct !== null) return direct;

    onStep('findSocket');
    const survey = await this.#survey(signal);
    const sockets = withoutAliases(survey?.usable ?? this.#candidates.filter((path) => path.startsWith('/')));
    const found =
      (proxy === 'auto' ? await this.#forward(sockets) : null) ??
      (proxy === 'netcat' ? null : await this.#helper()) ??
      (proxy === 'native' ? null : await this.#netcat(sockets, survey));
    if (found === null) throw this.#explain(survey);
    return found;
  }

  async #forward(paths: readonly string[]): Promise<Way | null> {
    for (const path of paths.filter((candidate) => !this.#tried.has(candidate))) {
      this.#tried.add(path);
      const open = (signal: AbortSignal): Promise<Duplex> => this.#ssh.openUnix(path, signal);
      const first = await this.#attempt(open);
      if (first !== null) return { description: `${this.#ssh.description} streamlocal`, open, first };
    }
    return null;
  }

  /** virt-ssh-helper finds the socket by itself and starts the daemon of a session. */
  async #helper(): Promise<Way | null> {
    const { name, socket } = this.#uri;
    // It cannot be told of another socket.
    if (socket !== '' || name === '') return null;
    // Only an end of input that is no pipe's is a good end to it.
    const dryRun = ['sh', '-c', 'exec virt-ssh-helper "$0" </dev/null', name];
    return this.#program('virt-ssh-helper', ['virt-ssh-helper', name], dryRun);
  }

  async #netcat(sockets: readonly string[], survey: Survey | null): Promise<Way | null> {
    const netcat = this.#uri.netcat === '' ? (survey?.netcat ?? null) : this.#uri.netcat;
    if (netcat === null && survey?.hasSocat !== true) return null;
    for (const path of sockets) {
      const command = relayCommand(netcat === null ? 'socat' : { netcat }, { path });
      const way = await this.#program(netcat ?? 'socat', command, command);
      if (way !== null) return way;
    }
    return null;
  }

  /** A program of the host that joins us to the socket. A run without input tells whether it can. */
  async #program(name: string, command: string[], dryRun: string[]): Promise<Way | null> {
    const { onStep, signal } = this.#context;
    onStep('helper');
    const ran = await this.#attempt(() => this.#ssh.exec(dryRun, signal));
    if (ran === null) return null;
    if (ran.exitCode !== 0) {
      const detail = ran.stderr.trim() || `${name} ended with ${String(ran.exitCode)}`;
      this.#failed(new AppError('SSH_COMMAND_FAILED', { detail }));
      // 126 and 127 are the shell's: there is no such program.
      if (ran.exitCode !== 126 && ran.exitCode !== 127) this.#programsSaid += `${detail}\n`;
      return null;
    }
    const open = (by: AbortSignal): Promise<Duplex> => this.#ssh.openExec(command, by);
    return { description: `${this.#ssh.description}, ${name}`, open, first: null };
  }

  /** Null, and the failure kept, where there is no shell or none that we know. */
  #survey(signal: AbortSignal): Promise<Survey | null> {
    return this.#attempt(() => surveyHost(this.#ssh, this.#candidates, signal));
  }

  async #attempt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    try {
      return await work(this.#context.signal);
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (fatal.has(error.code)) throw error;
      this.#failed(error);
      return null;
    }
  }

  #failed(error: AppError): void {
    this.#context.log.debug('not a way to libvirt', { code: error.code, detail: error.detail });
    this.#failures.push(error);
  }

  #explain(survey: Survey | null): AppError {
    const { host, user, port } = this.#ssh;
    const params = { host, user, port, sockets: this.#candidates.join(', ') };
    const said = new Set(this.#failures.map((failure) => failure.detail).filter((text) => text !== ''));
    const detail = [...said].join('; ');
    const isDenied = (survey?.denied.length ?? 0) > 0 && survey?.usable.length === 0;
    if (isDenied || PERMISSION.test(this.#programsSaid)) {
      return new AppError('LIBVIRT_PERMISSION', { params, detail });
    }
    const isAbsent = survey === null ? !this.#isForbidden() : survey.usable.length === 0;
    if (isAbsent || NOBODY.test(this.#programsSaid)) {
      // A daemon that is being restarted is not there for a moment.
      const looked = `nobody answers at ${params.sockets}`;
      return new AppError('LIBVIRT_NOT_FOUND', { params, detail: `${looked}; ${detail}`, retryable: true });
    }
    return new AppError('SSH_FORWARDING_FORBIDDEN', { params, detail });
  }

  #isForbidden(): boolean {
    return this.#failures.some(({ code }) => code === 'SSH_FORWARDING_FORBIDDEN');
  }
}

/** /var/run is the same directory as /run wherever both have the socket. */
function withoutAliases(paths: readonly string[]): string[] {
  return paths.filter((path) => !(path.startsWith('/var/run/') && paths.includes(path.slice('/var'.length))));
}
