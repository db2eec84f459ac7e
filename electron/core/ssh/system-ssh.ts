import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abortError, AppError } from '../kernel/app-error.ts';
import { Askpass } from './askpass.ts';
import { resolveHost } from './config.ts';
import { sshError, type SshPlace } from './errors.ts';
import type { SshContext, SshTarget } from './target.ts';
import { Patience, Person } from './person.ts';
import { clientArguments } from './system-ssh-arguments.ts';
import { explainClient } from './system-ssh-errors.ts';
import { ClientQuestions } from './system-ssh-questions.ts';
import { killGroup, SystemSshTransport } from './system-ssh-transport.ts';
import type { SshTransport } from './transport.ts';

const KLIST_TIMEOUT_MS = 5_000;
/** For each step; the person's time does not count, and the client has its own limit for the TCP connection. */
const STEP_TIMEOUT_MS = 60_000;
const READY = 'virtdeck-ready';

/** True where Kerberos has a ticket that is still good. */
export function hasKerberosTicket(signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('klist', ['-s'], { timeout: KLIST_TIMEOUT_MS, signal }, (error) => resolve(error === null));
  });
}

/**
 * One authenticated connection kept by the system's OpenSSH client (ControlMaster), which knows certificates, FIDO keys,
 * ProxyCommand and GSSAPI. Its questions go to the prompter. On Windows, whose client cannot share a connection, each
 * channel is a client of its own and nothing is asked (BatchMode).
 *
 * Throws as `openSsh` does, and SSH_CLIENT_MISSING where there is no `ssh`.
 */
export async function openSystemSsh(target: SshTarget, context: SshContext): Promise<SshTransport> {
  const { scope, homeDir, onStep } = context;
  onStep('systemSsh');
  const config = await resolveHost(
    target.host,
    {
      ...(target.user !== undefined && { user: target.user }),
      ...(target.port !== undefined && { port: target.port }),
    },
    { signal: scope.signal, ...(homeDir !== undefined && { homeDir }) },
  );
  const place: SshPlace = { host: config.hostName, port: config.port, user: config.user };
  const argv = clientArguments(target, config.strictHostKeyChecking, homeDir);
  if (process.platform === 'win32') {
    await assertClient(place, scope.signal);
    return new SystemSshTransport({
      place,
      child: null,
      dir: null,
      argv: [...argv, '-o', 'BatchMode=yes'],
      said: () => '',
    });
  }
  const dir = await mkdtemp(join(tmpdir(), 'virtdeck-ssh-'));
  try {
    const master = await startMaster(argv, dir, place, context);
    const transport = new SystemSshTransport({ place, dir, ...master });
    scope.defer(() => transport.close());
    return transport;
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

interface Master {
  child: ChildProcess;
  argv: string[];
  said: () => string;
}

/** Starts the client that keeps the connection; resolves when it is logged in. */
async function startMaster(argv: string[], dir: string, place: SshPlace, context: SshContext): Promise<Master> {
  const { scope, clock, log } = context;
  const person = new Person(context.prompter, scope.signal);
  const questions = new ClientQuestions(place, context.secrets, person);
  const control = join(dir, 'control');
  let fail: (error: AppError) => void = () => undefined;
  const askpass = new Askpass(dir, (id, question) => {
    patience.restart();
    questions
      .answer(question)
      .then((answer) => askpass.answer(id, answer, clock, scope.signal))
      .catch((error: unknown) => fail(AppError.from(error)));
  });
  const env = { ...process.env, ...(await askpass.install()), LC_ALL: 'C' };
  // The client runs LocalCommand once it is logged in and listens for others that want to share its connection.
  const own = ['-M', '-N', '-S', control, '-o', 'PermitLocalCommand=yes', '-o', `LocalCommand=echo ${READY}`];
  // A session of its own keeps it off our terminal, and lets its helpers be ended together with it.
  const child = spawn('ssh', [...own, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const patience = new Patience(clock, STEP_TIMEOUT_MS, () =>
    fail(
      sshError('TIMEOUT', place, {
        params: { what: place.host, seconds: STEP_TIMEOUT_MS / 1000 },
        retryable: true,
        message: askpass.said || 'the OpenSSH client does not get on',
      }),
    ),
  );
  person.watchedBy(patience);
  const failures: AppError[] = [];
  fail = (error) => {
    failures.push(error);
    killGroup(child);
  };
  const onAbort = (): void => fail(abortError(scope.signal));
  scope.signal.addEventListener('abort', onAbort, { once: true });
  if (scope.signal.aborted) onAbort();
  child.stderr.setEncoding('utf8').on('data', (text: string) => askpass.read(text));
  try {
    await new Promise<void>((resolve, reject) => {
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-4_096);
        if (output.includes(READY)) resolve();
      });
      child.once('error', (error) => reject(startError(error, place)));
      child.once('close', () => reject(new Error('ended')));
    });
    await questions.succeed();
  } catch (error) {
    killGroup(child);
    const why = failures[0] ?? (error instanceof AppError ? error : await explainClient(askpass.said, place));
    log.info('the OpenSSH client failed', { reason: why.detail });
    throw why;
  } finally {
    patience.stop();
    scope.signal.removeEventListener('abort', onAbort);
  }
  return {
    child,
    said: () => askpass.said,
    argv: ['-F', 'none', '-S', control, '-o', 'ProxyCommand=false', '--', place.host],
  };
}

function assertClient(place: SshPlace, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('ssh', ['-V'], { signal }, (error) => {
      if (error === null) resolve();
      else reject(startError(error, place));
    });
  });
}

function startError(error: Error & { code?: unknown }, place: SshPlace): AppError {
  if (error.code === 'ENOENT') return sshError('SSH_CLIENT_MISSING', place, { message: 'there is no ssh on the PATH' });
  return sshError('SSH_COMMAND_FAILED', place, { params: { command: 'ssh' }, message: error.message });
}
