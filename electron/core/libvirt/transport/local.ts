import { execFile } from 'node:child_process';
import { homedir, hostname, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { abortError, AppError } from '../../kernel/app-error.ts';
import { withTimeout } from '../../kernel/timing.ts';
import type { ExecResult } from '../../ssh/transport.ts';
import { dialTcp, dialUnix, systemCode } from './dial.ts';
import type { LibvirtTransport, TransportContext } from './transport.ts';
import { socketCandidates } from './sockets.ts';
import type { LibvirtUri } from './uri.ts';
import { channelsOf, OpenStreams, type Way } from './way.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const START_TIMEOUT_MS = 15_000;

/** The daemon of this computer, through its unix socket. */
export async function openLocal(uri: LibvirtUri, context: TransportContext): Promise<LibvirtTransport> {
  context.onStep('openSocket');
  const way = await findSocket(uri, context);
  const channels = channelsOf(way);
  const streams = new OpenStreams();
  let resolveLost: (reason: AppError) => void;
  const lost = new Promise<AppError>((resolve) => (resolveLost = resolve));
  return {
    description: way.description,
    user: userInfo().username,
    hostName: hostname(),
    security: null,
    uriName: uri.name,
    lost,
    openChannel: (signal) => streams.add(channels.open(signal)),
    openTcp: (host, port, signal) => streams.add(dialTcp(host, port, signal)),
    openUnix: (path, signal) => streams.add(dialPath(path, signal)),
    run: runHere,
    close() {
      channels.dispose();
      const reason = new AppError('DISCONNECTED', { detail: 'closed by us' });
      streams.destroy(reason);
      resolveLost(reason);
      return Promise.resolve();
    },
  };
}

/** Output is bounded as that of a command over SSH is. */
function runHere([program = '', ...args]: readonly string[], signal: AbortSignal): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { signal, maxBuffer: 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr, exitCode: 0 });
      else if (typeof error.code === 'number') resolve({ stdout, stderr, exitCode: error.code });
      else reject(signal.aborted ? abortError(signal) : AppError.from(error));
    });
  });
}

async function findSocket(uri: LibvirtUri, context: TransportContext): Promise<Way> {
  const { scope, clock, log } = context;
  const paths = socketCandidates(uri).map((path) => (isAbsolute(path) ? path : join(runtimeDirectory(), path)));
  const attempt = (): Promise<Way> =>
    withTimeout(clock, CONNECT_TIMEOUT_MS, scope.signal, 'openSocket', (signal) => firstThatAnswers(paths, signal));
  try {
    return await attempt();
  } catch (error) {
    // The daemon of a session runs only while it is used: libvirt's own helper starts it.
    if (!uri.isSession || AppError.from(error).code !== 'LIBVIRT_NOT_FOUND') throw error;
    const failure = await startSessionDaemon(uri.name, scope.signal);
    if (failure !== null) {
      log.info('the session daemon was not started', { error: failure.message });
      throw error;
    }
    return attempt();
  }
}

/** Tries the paths in turn. Throws LIBVIRT_PERMISSION, or LIBVIRT_NOT_FOUND naming all paths. */
async function firstThatAnswers(paths: readonly string[], signal: AbortSignal): Promise<Way> {
  const failures: string[] = [];
  for (const path of paths) {
    try {
      const open = (by: AbortSignal): Promise<Duplex> => dialPath(path, by);
      return { description: 'unix socket', first: await dialUnix(path, signal), open };
    } catch (thrown) {
      const error = explain(thrown, path);
      if (error.code !== 'LIBVIRT_NOT_FOUND') throw error;
      failures.push(error.detail);
    }
  }
  throw new AppError('LIBVIRT_NOT_FOUND', {
    params: { host: hostname(), sockets: paths.join(', ') },
    // A daemon that is being restarted is not there for a moment.
    retryable: true,
    detail: failures.join('; '),
  });
}

async function dialPath(path: string, signal: AbortSignal): Promise<Duplex> {
  try {
    return await dialUnix(path, signal);
  } catch (thrown) {
    throw explain(thrown, path);
  }
}

function explain(thrown: unknown, path: string): AppError {
  const init = { detail: thrown instanceof Error ? thrown.message : String(thrown), cause: thrown };
  const params = { host: hostname(), path };
  switch (systemCode(thrown)) {
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'ENOTDIR':
    case 'ENOTSOCK':
      return new AppError('LIBVIRT_NOT_FOUND', { ...init, params: { ...params, sockets: path }, retryable: true });
    case 'EACCES':
    case 'EPERM':
      return new AppError('LIBVIRT_PERMISSION', { ...init, params: { ...params, user: userInfo().username } });
    case 'EAGAIN':
      // The daemon's queue of new connections is full.
      return new AppError('BUSY', { ...init, params, retryable: true });
    default:
      return AppError.from(thrown);
  }
}

/** As libvirt finds it: root has no daemon of its own. */
function runtimeDirectory(): string {
  if (process.getuid?.() === 0) return '/run';
  const given = process.env['XDG_RUNTIME_DIR'] ?? '';
  return given === '' ? join(homedir(), '.cache') : given;
}

/** Null where it runs now; it ends by itself when nobody uses it. */
function startSessionDaemon(name: string, signal: AbortSignal): Promise<Error | null> {
  return new Promise((resolve) => {
    const child = execFile('virt-ssh-helper', [name], { signal, timeout: START_TIMEOUT_MS }, (error) => resolve(error));
    child.stdin?.end();
  });
}
