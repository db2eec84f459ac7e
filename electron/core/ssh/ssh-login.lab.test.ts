import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSshd, whyNoSshd, type Sshd, type SshdOptions } from '../../../e2e/lab/sshd.ts';
import { descendants } from '../../../e2e/lab/sshd-process.ts';
import { StandInPerson, TestHome, targetOf } from './fixtures/person.ts';
import { openSsh } from './open-ssh.ts';
import type { SshTarget } from './target.ts';
import type { SshTransport } from './transport.ts';

const run = promisify(execFile);
const { signal } = new AbortController();
const within = { timeout: 20_000, interval: 50 };
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

const noKeys = whyNoSshd('key');
const noPasswords = whyNoSshd('password');
for (const reason of new Set([noKeys, noPasswords]))
  if (reason !== null) console.warn(`not run: SSH logins: ${reason}`);

// What the OpenSSH client does by itself and ssh2 leaves to us: agents, and servers that hang up in the middle.

let home: TestHome;
const servers: Sshd[] = [];

beforeEach(async () => {
  home = await TestHome.make();
});
afterEach(async () => {
  await home.close();
  for (const sshd of servers.splice(0)) await sshd.stop();
});

async function start(options: SshdOptions): Promise<Sshd> {
  const sshd = await startSshd(options);
  servers.push(sshd);
  await home.writeKnownHosts([sshd.knownHostsLine()]);
  return sshd;
}

const connect = (sshd: Sshd, person: StandInPerson, more: Partial<SshTarget> = {}): Promise<SshTransport> =>
  openSsh(targetOf(sshd.address, { port: sshd.port, user: sshd.user, ...more }), home.context(person));

describe.skipIf(noKeys !== null)('an agent', () => {
  let dir: string;
  let agent: ChildProcess;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'virtdeck-agent-'));
    const socket = join(dir, 'agent');
    env = { ...process.env, SSH_AUTH_SOCK: socket };
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    for (let index = 0; index < 8; index++) {
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, `wrong${index}`)]);
    }
    await vi.waitFor(() => run('ssh-add', ['-q', join(dir, 'wrong0')], { env }), { timeout: 10_000, interval: 50 });
    for (let index = 1; index < 8; index++) await run('ssh-add', ['-q', join(dir, `wrong${index}`)], { env });
  });
  afterAll(async () => {
    agent.kill();
    await rm(dir, { recursive: true });
  });

  const useAgent = (lines: string[] = []): Promise<void> =>
    home.writeConfig([`IdentityAgent ${join(dir, 'agent')}`, ...lines]);
  const add = (key: string): Promise<unknown> => run('ssh-add', ['-q', key], { env });
  const remove = (key: string): Promise<unknown> => run('ssh-add', ['-q', '-d', key], { env });

  it('full of other keys does not stand before the configured one', async () => {
    const sshd = await start({ mode: 'key' });
    await useAgent();
    await connect(sshd, new StandInPerson([]), { keyFile: sshd.clientKeys.ed25519 });
    expect(count(await sshd.readLog(), /^Failed publickey/gm)).toBe(0);
    expect(count(await sshd.readLog(), /^Connection from/gm)).toBe(2);
  });

  it('is asked on for its ninth key, on a second connection', async () => {
    const sshd = await start({ mode: 'key' });
    await useAgent();
    await add(sshd.clientKeys.rsa);
    try {
      const transport = await connect(sshd, new StandInPerson([]));
      expect(await transport.exec(['echo', 'in'], signal)).toMatchObject({ stdout: 'in\n' });
    } finally {
      await remove(sshd.clientKeys.rsa);
    }
  });

  it('signs for an encrypted key file without a passphrase', async () => {
    const sshd = await start({ mode: 'key' });
    await useAgent([`IdentityFile ${sshd.clientKeys.encrypted}`, 'IdentitiesOnly yes']);
    await run('ssh-keygen', ['-q', '-p', '-P', sshd.keyPassphrase, '-N', '', '-f', sshd.clientKeys.encrypted]);
    await add(sshd.clientKeys.encrypted);
    await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', sshd.keyPassphrase, '-f', sshd.clientKeys.encrypted]);
    try {
      await connect(sshd, new StandInPerson([]), { auth: 'agent' });
      expect(count(await sshd.readLog(), /^Failed publickey/gm)).toBe(0);
    } finally {
      await remove(sshd.clientKeys.encrypted);
    }
  });

  it('is left alone with IdentitiesOnly', async () => {
    const sshd = await start({ mode: 'key' });
    await useAgent(['IdentitiesOnly yes']);
    await expect(connect(sshd, new StandInPerson([]))).rejects.toMatchObject({ code: 'SSH_AUTH_FAILED' });
    expect(count(await sshd.readLog(), /^Failed publickey/gm)).toBe(0);
  });

  it('with a certificate gets in by the OpenSSH client', async () => {
    const sshd = await start({ mode: 'certificateOnly' });
    await useAgent();
    await run('ssh-add', ['-q', '-D'], { env });
    await add(sshd.clientKeys.certified);
    try {
      const transport = await connect(sshd, new StandInPerson([]), { auth: 'agent' });
      expect(transport.description).toBe('OpenSSH client');
    } finally {
      await run('ssh-add', ['-q', '-D'], { env });
    }
  });
});

describe.skipIf(noKeys !== null)('a ProxyCommand', () => {
  it('is run by the OpenSSH client', async () => {
    const sshd = await start({ mode: 'key' });
    await home.writeConfig([
      'Match originalhost piped',
      `ProxyCommand nc 127.0.0.1 ${sshd.port}`,
      'HostKeyAlias lab-alias',
      `User ${sshd.user}`,
      `IdentityFile ${sshd.clientKeys.ed25519}`,
    ]);
    await home.writeKnownHosts([`lab-alias ${sshd.hostKeys.ed25519 ?? ''}`]);
    const transport = await openSsh(targetOf('piped'), home.context(new StandInPerson([])));
    expect(transport.description).toBe('OpenSSH client');
    expect(await transport.exec(['echo', 'piped'], signal)).toMatchObject({ stdout: 'piped\n' });
  });
});

describe.skipIf(noPasswords !== null)('a server that hangs up', () => {
  const FAILED = /^Failed password/gm;

  it('after two wrong passwords is asked for the third on a new connection', async () => {
    const sshd = await start({ mode: 'password', config: ['MaxAuthTries 2'] });
    const person = new StandInPerson(['one', 'two', sshd.password]);
    await connect(sshd, person);
    expect(person.asked.map((request) => ('attempt' in request ? request.attempt : 0))).toEqual([1, 2, 3]);
    expect(count(await sshd.readLog(), FAILED)).toBe(2);
    expect(home.secrets.values.get('password')).toBe(sshd.password);
  });

  it('while the person is typing gets the answer on a new connection', async () => {
    const sshd = await start({ mode: 'password', config: ['LoginGraceTime 2'] });
    const answer = async (): Promise<string> => {
      // The server's process for this login ends when its patience does.
      await vi.waitFor(async () => expect(await descendants(sshd.pid)).not.toEqual([]), within);
      await vi.waitFor(async () => expect(await descendants(sshd.pid)).toEqual([]), within);
      return sshd.password;
    };
    const person = new StandInPerson([answer]);
    await connect(sshd, person);
    expect(person.kinds).toEqual(['password']);
    expect(count(await sshd.readLog(), FAILED)).toBe(0);
  });

  it('wants key and password: both are given, once each', async () => {
    const sshd = await start({
      mode: 'password',
      config: ['PubkeyAuthentication yes', 'AuthenticationMethods publickey,password', 'MaxAuthTries 1'],
    });
    const person = new StandInPerson(['wrong', sshd.password]);
    await connect(sshd, person, { auth: 'key', keyFile: sshd.clientKeys.ed25519 });
    expect(person.kinds).toEqual(['password', 'password']);
    expect(count(await sshd.readLog(), FAILED)).toBe(1);
  });

  it('never makes us lock somebody out: a stored password that was refused is not sent again', async () => {
    const sshd = await start({ mode: 'password', config: ['MaxAuthTries 1'] });
    home.secrets.values.set('password', 'stale');
    await expect(connect(sshd, new StandInPerson([null]))).rejects.toMatchObject({
      code: 'CANCELLED',
      retryable: false,
    });
    expect(count(await sshd.readLog(), FAILED)).toBe(1);
  });
});
