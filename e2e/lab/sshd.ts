import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, openSync, closeSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import {
  LAB_PASSWORD,
  LAB_USER,
  PASSPHRASE,
  googleAuthenticator,
  makeClientKeys,
  makeHostKeys,
  makePamFiles,
  oneTimeCode,
  type ClientKeys,
  type HostKeys,
  type HostKeyType,
} from './sshd-files.ts';
import { descendants, killProcess } from './sshd-process.ts';

export type { HostKeyType } from './sshd-files.ts';

/**
 * What a server allows. `twoFactor` asks for the password and then for a one-time code (libpam-google-authenticator);
 * `noStreamLocal` forbids forwarding to sockets only; `jump` forwards but runs no command.
 */
export type SshdMode =
  | 'key'
  | 'password'
  | 'keyboardInteractive'
  | 'twoFactor'
  | 'certificateOnly'
  | 'noForwarding'
  | 'noStreamLocal'
  | 'jump';

export interface SshdOptions {
  mode: SshdMode;
  /** Where everything of this server lies; a directory of its own below LAB_DIR or the system's temporary one. */
  dir?: string;
  /** A free one unless given. */
  port?: number;
  /** Types of host keys that it has; all three by default. */
  hostKeyTypes?: readonly HostKeyType[];
  /** True signs the host keys with `hostAuthority`, as for `@cert-authority`. */
  hasHostCertificate?: boolean;
  /** More lines of sshd_config; they come first and therefore win. */
  config?: readonly string[];
  /** True lets it outlive this process, as the lab's own server does. */
  isDetached?: boolean;
}

/** A running sshd on 127.0.0.1. Paths are absolute. */
export interface Sshd {
  readonly mode: SshdMode;
  readonly address: '127.0.0.1';
  readonly port: number;
  readonly user: string;
  /** Of `user` in the modes that ask for one; empty otherwise. */
  readonly password: string;
  readonly dir: string;
  readonly pid: number;
  readonly clientKeys: ClientKeys;
  /** Of `clientKeys.encrypted`. */
  readonly keyPassphrase: string;
  /** Public key lines by type, as they stand in known_hosts after the name. */
  readonly hostKeys: Readonly<Partial<Record<HostKeyType, string>>>;
  /** The authority of host certificates, in the same form. */
  readonly hostAuthority: string;
  readonly logFile: string;
  /** `[127.0.0.1]:port` and a key, for known_hosts. */
  knownHostsLine(type?: HostKeyType): string;
  readLog(): Promise<string>;
  /** The code that `twoFactor` expects now (RFC 6238). */
  oneTimeCode(): string;
  /** Kills every session with SIGKILL; the server goes on listening. */
  killSessions(): Promise<void>;
  /** Kills sessions and server and removes its directory unless that was given. */
  stop(): Promise<void>;
}

const SSHD = '/usr/sbin/sshd';
const READY_LIMIT_MS = 15_000;
const POLL_MS = 25;

/** Mounts the lab's own passwd, shadow and PAM service over the system's, for this server and its sessions alone. */
const NAMESPACE_SCRIPT = [
  'set -e',
  'mount --bind "$1/etc/passwd" /etc/passwd',
  'mount --bind "$1/etc/shadow" /etc/shadow',
  'mount --bind "$1/etc/pam-sshd" /etc/pam.d/sshd',
  'shift',
  'exec "$@"',
].join('\n');

/** Why no sshd of this mode can run here; null where it can. */
export function whyNoSshd(mode: SshdMode): string | null {
  if (!existsSync(SSHD)) return 'sshd is not installed (Debian package openssh-server)';
  if (!existsSync('/usr/bin/ssh-keygen')) return 'ssh-keygen is not installed (Debian package openssh-client)';
  if (!usesPam(mode)) return null;
  if (process.getuid?.() !== 0) return `mode ${mode} needs root, to have a user and a password of its own`;
  if (spawnSync('unshare', ['--mount', 'true'], { timeout: 10_000 }).status !== 0) {
    return `mode ${mode} needs a mount namespace of its own, which this system does not allow`;
  }
  if (mode === 'twoFactor' && googleAuthenticator() === null) {
    return 'pam_google_authenticator is not installed (Debian package libpam-google-authenticator)';
  }
  return null;
}

/** Starts one sshd and resolves when it greets. Rejects with the reason where it cannot run. */
export async function startSshd(options: SshdOptions): Promise<Sshd> {
  const reason = whyNoSshd(options.mode);
  if (reason !== null) throw new Error(reason);
  const parent = process.env['LAB_DIR'] ?? tmpdir();
  await mkdir(options.dir ?? parent, { recursive: true });
  const dir = options.dir ?? (await mkdtemp(join(parent, 'sshd-')));
  // The lab's user has its home in there.
  await chmod(dir, 0o755);
  const hostTypes = options.hostKeyTypes ?? ['ed25519', 'ecdsa', 'rsa'];
  const [clientKeys, hostKeys] = await Promise.all([
    makeClientKeys(dir, loginUser(options.mode)),
    makeHostKeys(dir, hostTypes, options.hasHostCertificate === true),
    usesPam(options.mode) ? makePamFiles(dir, options.mode === 'twoFactor') : undefined,
  ]);
  const port = options.port ?? (await freePort());
  const configFile = join(dir, 'sshd_config');
  await writeFile(configFile, configText(options, dir, port, hostKeys));
  // Where sshd separates privileges; it wants an empty directory of root's.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });

  const logFile = join(dir, 'sshd.log');
  const child = spawnServer(options, dir, configFile, logFile);
  try {
    await waitForGreeting(child, port, logFile);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  if (options.isDetached === true) child.unref();
  return new RunningSshd(options, dir, port, child, clientKeys, hostKeys, logFile);
}

class RunningSshd implements Sshd {
  readonly address = '127.0.0.1' as const;
  readonly mode: SshdMode;
  readonly user: string;
  readonly password: string;
  readonly dir: string;
  readonly port: number;
  readonly pid: number;
  readonly clientKeys: ClientKeys;
  readonly keyPassphrase = PASSPHRASE;
  readonly hostKeys: Sshd['hostKeys'];
  readonly hostAuthority: string;
  readonly logFile: string;
  readonly #removesDir: boolean;

  constructor(
    options: SshdOptions,
    dir: string,
    port: number,
    child: ChildProcess,
    clientKeys: ClientKeys,
    hostKeys: HostKeys,
    logFile: string,
  ) {
    this.mode = options.mode;
    this.user = loginUser(options.mode);
    this.password = usesPam(options.mode) ? LAB_PASSWORD : '';
    this.dir = dir;
    this.port = port;
    this.pid = child.pid ?? 0;
    this.clientKeys = clientKeys;
    this.hostKeys = hostKeys.lines;
    this.hostAuthority = hostKeys.authority;
    this.logFile = logFile;
    this.#removesDir = options.dir === undefined;
  }

  knownHostsLine(type: HostKeyType = 'ed25519'): string {
    return `[${this.address}]:${this.port} ${this.hostKeys[type] ?? ''}`;
  }

  readLog(): Promise<string> {
    return readFile(this.logFile, 'utf8');
  }

  oneTimeCode(): string {
    return oneTimeCode(Date.now());
  }

  async killSessions(): Promise<void> {
    await Promise.all((await descendants(this.pid)).map(killProcess));
  }

  async stop(): Promise<void> {
    await stopSshd(this.pid);
    if (this.#removesDir) await rm(this.dir, { recursive: true, force: true });
  }
}

/** Stops a server, also one that another process started, with all its sessions. */
export async function stopSshd(pid: number): Promise<void> {
  const sessions = await descendants(pid);
  await Promise.all([pid, ...sessions].map(killProcess));
}

function usesPam(mode: SshdMode): boolean {
  return mode === 'password' || mode === 'keyboardInteractive' || mode === 'twoFactor';
}

function loginUser(mode: SshdMode): string {
  return usesPam(mode) ? LAB_USER : userInfo().username;
}

function configText(options: SshdOptions, dir: string, port: number, hostKeys: HostKeys): string {
  const keys = Object.values(hostKeys.files).flatMap((file) => [
    `HostKey ${file}`,
    ...(options.hasHostCertificate === true ? [`HostCertificate ${file}-cert.pub`] : []),
  ]);
  const lines = [
    ...(options.config ?? []),
    ...modeLines[options.mode](dir),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...keys,
    `PidFile ${join(dir, 'sshd.pid')}`,
    `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
    // Modes of directories above ours are not ours to judge.
    'StrictModes no',
    'PermitRootLogin yes',
    'UseDNS no',
    'LogLevel VERBOSE',
    'MaxStartups 200',
    'MaxSessions 200',
    'PrintMotd no',
    'PrintLastLog no',
    'PubkeyAuthentication yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
  ];
  return `${lines.join('\n')}\n`;
}

/** sshd takes the first value that it reads: these come before the defaults above. */
const modeLines: Record<SshdMode, (dir: string) => string[]> = {
  key: () => [],
  password: () => ['PubkeyAuthentication no', 'PasswordAuthentication yes', 'UsePAM yes'],
  keyboardInteractive: () => ['PubkeyAuthentication no', 'KbdInteractiveAuthentication yes', 'UsePAM yes'],
  twoFactor: () => ['PubkeyAuthentication no', 'KbdInteractiveAuthentication yes', 'UsePAM yes'],
  certificateOnly: (dir) => [`TrustedUserCAKeys ${join(dir, 'user-authority.pub')}`, 'AuthorizedKeysFile none'],
  noForwarding: () => ['AllowTcpForwarding no', 'AllowStreamLocalForwarding no'],
  noStreamLocal: () => ['AllowStreamLocalForwarding no'],
  jump: () => ['ForceCommand /bin/false', 'PermitTTY no'],
};

function spawnServer(options: SshdOptions, dir: string, configFile: string, logFile: string): ChildProcess {
  const command = [SSHD, '-D', '-f', configFile, '-E', logFile];
  const argv = usesPam(options.mode)
    ? ['unshare', '--mount', 'sh', '-c', NAMESPACE_SCRIPT, 'sh', dir, ...command]
    : command;
  const output = openSync(logFile, 'a');
  const child = spawn(argv[0] ?? SSHD, argv.slice(1), {
    stdio: ['ignore', output, output],
    detached: options.isDetached === true,
  });
  closeSync(output);
  return child;
}

/** Tries until the server greets; rejects with its log where it ends or takes too long. */
async function waitForGreeting(child: ChildProcess, port: number, logFile: string): Promise<void> {
  const until = Date.now() + READY_LIMIT_MS;
  const ends: string[] = [];
  child.once('exit', (code) => ends.push(`ended with ${String(code)}`));
  child.once('error', (error) => ends.push(error.message));
  while (!(await greets(port))) {
    const reason = ends[0] ?? (Date.now() > until ? 'does not answer' : null);
    if (reason !== null) {
      const log = await readFile(logFile, 'utf8').catch(() => '');
      throw new Error(`sshd ${reason}: ${log.trim().split('\n').slice(-5).join(' | ')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2_000 });
    const end = (isReady: boolean): void => {
      socket.destroy();
      resolve(isReady);
    };
    socket.once('data', (chunk) => end(chunk.toString('latin1').startsWith('SSH-2.0-')));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
    socket.once('close', () => end(false));
  });
}

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}
