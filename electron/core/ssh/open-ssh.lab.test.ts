import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort, startSshd, whyNoSshd, type Sshd, type SshdMode, type SshdOptions } from '../../../e2e/lab/sshd.ts';
import { StandInPerson, TestHome, targetOf } from './fixtures/person.ts';
import { fingerprint } from './known-hosts.ts';
import { openSsh, openSystemSsh, type SshTarget } from './open-ssh.ts';
import type { SshTransport } from './transport.ts';

const run = promisify(execFile);
const { signal } = new AbortController();

/** Says why, where a mode cannot run here. */
function missing(mode: SshdMode): boolean {
  const reason = whyNoSshd(mode);
  if (reason !== null) console.warn(`not run: SSH in mode ${mode}: ${reason}`);
  return reason !== null;
}

/** Starts a server for the tests of this block. */
function server(options: SshdOptions): { get: () => Sshd } {
  let sshd: Sshd | null = null;
  beforeAll(async () => {
    sshd = await startSshd(options);
  });
  afterAll(() => sshd?.stop());
  return {
    get: () => {
      if (sshd === null) throw new Error('not started');
      return sshd;
    },
  };
}

const fingerprintOf = (hostKey: string | undefined): string =>
  fingerprint(Buffer.from(hostKey?.split(' ')[1] ?? '', 'base64'));

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;
const FAILED = /^Failed (password|keyboard-interactive\/pam) for /gm;

describe.each([
  { name: 'ssh2', open: openSsh, description: 'SSH' },
  { name: 'the OpenSSH client', open: openSystemSsh, description: 'OpenSSH client' },
])('login by $name', ({ open, description }) => {
  let home: TestHome;
  /** The home of this test, knowing the server's key unless told otherwise. */
  const connect = (sshd: Sshd, person: StandInPerson, more: Partial<SshTarget> = {}): Promise<SshTransport> =>
    open(targetOf(sshd.address, { port: sshd.port, user: sshd.user, ...more }), home.context(person));
  const nobody = (): StandInPerson => new StandInPerson([]);

  beforeEach(async () => {
    home = await TestHome.make();
  });
  afterEach(() => home.close());

  describe.skipIf(missing('key'))('with keys', () => {
    const { get } = server({ mode: 'key' });
    beforeEach(() => home.writeKnownHosts([get().knownHostsLine()]));

    it.each(['ed25519', 'ecdsa', 'rsa'] as const)('takes the configured %s key and asks nothing', async (type) => {
      const sshd = get();
      await home.writeConfig([`IdentityFile ${sshd.clientKeys[type]}`]);
      const transport = await connect(sshd, nobody());
      expect(transport).toMatchObject({ description, user: sshd.user, host: sshd.address, port: sshd.port });
      const said = await transport.exec(['printf', '%s|', `it's "$HOME"`, '`id`', '', 'a b'], signal);
      expect(said).toEqual({ stdout: `it's "$HOME"|\`id\`||a b|`, stderr: '', exitCode: 0 });
      expect(await transport.exec(['sh', '-c', 'echo no >&2; exit 7'], signal)).toEqual({
        stdout: '',
        stderr: 'no\n',
        exitCode: 7,
      });
    });

    it('asks for the passphrase of an encrypted key until it is right, and remembers it', async () => {
      const sshd = get();
      const person = new StandInPerson(['wrong', sshd.keyPassphrase]);
      const keyPath = sshd.clientKeys.encrypted;
      await connect(sshd, person, { auth: 'key', keyFile: keyPath });
      expect(person.asked).toEqual([
        { kind: 'passphrase', keyPath, attempt: 1 },
        { kind: 'passphrase', keyPath, attempt: 2 },
      ]);
      expect(home.secrets.values.get(`passphrase/${keyPath}`)).toBe(sshd.keyPassphrase);
      await connect(sshd, nobody(), { auth: 'key', keyFile: keyPath });
    });

    it('refuses a key that the server does not know, for good', async () => {
      const sshd = get();
      const refused = connect(sshd, nobody(), { auth: 'key', keyFile: sshd.clientKeys.stranger });
      await expect(refused).rejects.toMatchObject({
        code: 'SSH_AUTH_FAILED',
        retryable: false,
        source: { kind: 'ssh', host: sshd.address, port: sshd.port, user: sshd.user },
      });
    });

    it('says which port refuses and which name is not known', async () => {
      const port = await freePort();
      const refused = open(targetOf('127.0.0.1', { port, user: 'x' }), home.context(nobody()));
      await expect(refused).rejects.toMatchObject({ code: 'CONNECTION_REFUSED', retryable: true, params: { port } });
      const unknown = open(targetOf('no-such-host.invalid', { user: 'x' }), home.context(nobody()));
      await expect(unknown).rejects.toMatchObject({
        code: 'HOST_NOT_RESOLVED',
        retryable: true,
        params: { host: 'no-such-host.invalid' },
      });
    });

    it('takes no option for a host', async () => {
      const bad = open(targetOf('-oProxyCommand=touch /tmp/owned'), home.context(nobody()));
      await expect(bad).rejects.toMatchObject({ code: 'BAD_URI' });
    });

    it('gives up where the person does, and at once where the scope closes', async () => {
      const sshd = get();
      const context = home.context(nobody());
      const opening = open(
        targetOf(sshd.address, { port: sshd.port, user: sshd.user, keyFile: sshd.clientKeys.ed25519 }),
        context,
      );
      await context.scope.close();
      await expect(opening).rejects.toMatchObject({ code: 'CANCELLED' });
    });
  });

  describe.skipIf(missing('key'))('host keys', () => {
    const { get } = server({ mode: 'key' });
    const withKey = (): Partial<SshTarget> => ({ keyFile: get().clientKeys.ed25519 });

    it.each(['no', 'yes'])(
      'asks once for an unknown key and stores it as ssh-keygen finds it (hashed: %s)',
      async (hash) => {
        const sshd = get();
        await home.writeConfig([`HashKnownHosts ${hash}`]);
        const person = new StandInPerson(['yes']);
        await connect(sshd, person, withKey());
        expect(person.asked).toEqual([
          {
            kind: 'hostKey',
            host: sshd.address,
            port: sshd.port,
            keyType: 'ssh-ed25519',
            fingerprint: fingerprintOf(sshd.hostKeys.ed25519),
          },
        ]);
        const { stdout } = await run('ssh-keygen', ['-F', `[${sshd.address}]:${sshd.port}`, '-f', home.knownHosts]);
        expect(stdout).toContain(sshd.hostKeys.ed25519);
        expect((await readFile(home.knownHosts, 'utf8')).startsWith('|1|')).toBe(hash === 'yes');
        await connect(sshd, nobody(), withKey());
      },
    );

    it('tries no login where the key was declined', async () => {
      const sshd = get();
      const before = count(await sshd.readLog(), /^Accepted /gm);
      const declined = connect(sshd, new StandInPerson([null]), withKey());
      await expect(declined).rejects.toMatchObject({
        code: 'SSH_HOST_KEY_UNKNOWN',
        retryable: false,
        params: { actual: fingerprintOf(sshd.hostKeys.ed25519) },
      });
      expect(count(await sshd.readLog(), /^Accepted /gm)).toBe(before);
      await expect(readFile(home.knownHosts)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('refuses a changed key with both fingerprints and the place', async () => {
      const sshd = get();
      const other = sshd.hostAuthority;
      await home.writeKnownHosts(['# old', `[${sshd.address}]:${sshd.port} ${other}`]);
      await expect(connect(sshd, nobody(), withKey())).rejects.toMatchObject({
        code: 'SSH_HOST_KEY_CHANGED',
        retryable: false,
        params: {
          host: sshd.address,
          port: sshd.port,
          expected: fingerprintOf(other),
          actual: fingerprintOf(sshd.hostKeys.ed25519),
          file: home.knownHosts,
          line: 2,
        },
      });
    });

    it('refuses a revoked key', async () => {
      const sshd = get();
      await home.writeKnownHosts([sshd.knownHostsLine(), `@revoked * ${sshd.hostKeys.ed25519}`]);
      const refused = connect(sshd, nobody(), withKey());
      await expect(refused).rejects.toMatchObject({ code: 'SSH_HOST_KEY_REVOKED', retryable: false });
    });

    it.each(['ecdsa', 'rsa'] as const)('negotiates the type that is known: %s', async (type) => {
      await home.writeKnownHosts([get().knownHostsLine(type)]);
      await connect(get(), nobody(), withKey());
    });

    it('stores an unknown key unasked where the URI says so, and looks at nothing where it says that', async () => {
      const sshd = get();
      await connect(sshd, nobody(), { ...withKey(), verifyHost: 'auto' });
      expect(await readFile(home.knownHosts, 'utf8')).toContain(sshd.hostKeys.ed25519);
      await home.writeKnownHosts([`[${sshd.address}]:${sshd.port} ${sshd.hostAuthority}`]);
      await connect(sshd, nobody(), { ...withKey(), verifyHost: 'ignore' });
    });

    it('uses the known_hosts file of the URI', async () => {
      const sshd = get();
      const file = `${home.dir}/own known_hosts`;
      await connect(sshd, new StandInPerson(['yes']), { ...withKey(), knownHostsFile: file });
      expect(await readFile(file, 'utf8')).toContain(sshd.hostKeys.ed25519);
      await expect(readFile(home.knownHosts)).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });

  describe.skipIf(missing('key'))('a host with a certificate', () => {
    const { get } = server({ mode: 'key', hasHostCertificate: true });

    it('is trusted by its authority, by the OpenSSH client', async () => {
      const sshd = get();
      await home.writeKnownHosts([`@cert-authority * ${sshd.hostAuthority}`]);
      const transport = await connect(sshd, nobody(), { keyFile: sshd.clientKeys.ed25519 });
      expect(transport.description).toBe('OpenSSH client');
    });
  });

  describe.skipIf(missing('certificateOnly'))('with a certificate only', () => {
    const { get } = server({ mode: 'certificateOnly' });

    it('gets in by the OpenSSH client', async () => {
      const sshd = get();
      await home.writeKnownHosts([sshd.knownHostsLine()]);
      const transport = await connect(sshd, nobody(), { keyFile: sshd.clientKeys.certified });
      expect(transport.description).toBe('OpenSSH client');
      expect(await transport.exec(['echo', 'in'], signal)).toMatchObject({ stdout: 'in\n' });
    });
  });

  describe.skipIf(missing('jump'))('through a jump host', () => {
    const jump = server({ mode: 'jump' });
    const end = server({ mode: 'key' });
    const setUp = async (): Promise<void> => {
      await home.writeKnownHosts([jump.get().knownHostsLine(), end.get().knownHostsLine()]);
      await home.writeConfig([
        `Match originalhost bastion`,
        `HostName 127.0.0.1`,
        `Port ${jump.get().port}`,
        `User ${jump.get().user}`,
        `IdentityFile ${jump.get().clientKeys.ed25519}`,
        `Match originalhost inner`,
        `HostName 127.0.0.1`,
        `Port ${end.get().port}`,
        `ProxyJump bastion`,
        `IdentityFile ${end.get().clientKeys.ed25519}`,
      ]);
    };

    it('follows ProxyJump of the configuration', async () => {
      await setUp();
      const transport = await open(targetOf('inner', { user: end.get().user }), home.context(nobody()));
      expect(await transport.exec(['echo', 'inside'], signal)).toMatchObject({ stdout: 'inside\n' });
      expect(count(await jump.get().readLog(), /^Accepted publickey/gm)).toBeGreaterThan(0);
    });

    it('checks the key of both hosts, and asks for each', async () => {
      await setUp();
      await home.writeKnownHosts([]);
      const person = new StandInPerson(['yes', 'yes']);
      await open(targetOf('inner', { user: end.get().user, proxyJump: 'bastion' }), home.context(person));
      expect(person.asked.map((request) => (request.kind === 'hostKey' ? request.port : 0))).toEqual([
        jump.get().port,
        end.get().port,
      ]);
    });

    it('says that the host behind refuses', async () => {
      await setUp();
      const port = await freePort();
      const refused = open(targetOf('127.0.0.1', { port, user: 'x', proxyJump: 'bastion' }), home.context(nobody()));
      await expect(refused).rejects.toMatchObject({ retryable: true });
    });
  });

  describe.skipIf(missing('password'))('with a password', () => {
    const { get } = server({ mode: 'password' });
    const failures = async (): Promise<number> => count(await get().readLog(), FAILED);
    const setUp = (): Promise<void> => home.writeKnownHosts([get().knownHostsLine()]);

    it('asks again after a wrong one: the server sees one attempt for each answer', async () => {
      const sshd = get();
      await setUp();
      const before = await failures();
      const person = new StandInPerson(['wrong', sshd.password]);
      await connect(sshd, person);
      expect(person.asked).toEqual([
        { kind: 'password', user: sshd.user, host: sshd.address, attempt: 1 },
        { kind: 'password', user: sshd.user, host: sshd.address, attempt: 2 },
      ]);
      expect(await failures()).toBe(before + 1);
      expect(home.secrets.values.get('password')).toBe(sshd.password);
      await connect(sshd, nobody());
      expect(await failures()).toBe(before + 1);
    });

    it('drops a stored one that is wrong and asks', async () => {
      const sshd = get();
      await setUp();
      home.secrets.values.set('password', 'yesterday');
      const before = await failures();
      const person = new StandInPerson([sshd.password]);
      await connect(sshd, person);
      expect(person.asked).toMatchObject([{ kind: 'password', attempt: 2 }]);
      expect(await failures()).toBe(before + 1);
      expect(home.secrets.values.get('password')).toBe(sshd.password);
    });

    it('stops after three wrong ones and never tries by itself', async () => {
      await setUp();
      const before = await failures();
      const person = new StandInPerson(['a', 'b', 'c']);
      await expect(connect(get(), person)).rejects.toMatchObject({ code: 'SSH_AUTH_FAILED', retryable: false });
      expect(person.kinds).toEqual(['password', 'password', 'password']);
      expect(await failures()).toBe(before + 3);
      expect(home.secrets.values.has('password')).toBe(false);
    });

    it('sends nothing where the person declines', async () => {
      await setUp();
      const before = await failures();
      const declined = connect(get(), new StandInPerson([null]));
      await expect(declined).rejects.toMatchObject({ code: 'CANCELLED', retryable: false });
      expect(await failures()).toBe(before);
    });
  });

  describe.skipIf(missing('keyboardInteractive'))('with questions of the server', () => {
    const one = server({ mode: 'keyboardInteractive' });

    it('takes a lone question for the password, once per answer', async () => {
      const sshd = one.get();
      await home.writeKnownHosts([sshd.knownHostsLine()]);
      const person = new StandInPerson(['wrong', sshd.password]);
      await connect(sshd, person);
      expect(person.kinds).toEqual(['password', 'password']);
      expect(count(await sshd.readLog(), FAILED)).toBeGreaterThan(0);
      await connect(sshd, nobody());
    });
  });

  describe.skipIf(missing('twoFactor'))('with two factors', () => {
    const { get } = server({ mode: 'twoFactor' });

    it('asks for the password and for the code, and next time for the code alone', async () => {
      const sshd = get();
      await home.writeKnownHosts([sshd.knownHostsLine()]);
      const code = (): string => sshd.oneTimeCode();
      const person = new StandInPerson([sshd.password, code]);
      await connect(sshd, person);
      expect(person.asked).toMatchObject([
        { kind: 'password', attempt: 1 },
        { kind: 'keyboardInteractive', questions: [{ text: 'Verification code: ', echo: false }] },
      ]);
      const again = new StandInPerson([code]);
      await connect(sshd, again);
      expect(again.kinds).toEqual(['keyboardInteractive']);
    });

    it('keeps the stored password where the code was wrong', async () => {
      const sshd = get();
      await home.writeKnownHosts([sshd.knownHostsLine()]);
      home.secrets.values.set('password', sshd.password);
      const person = new StandInPerson(['000000', sshd.password, () => sshd.oneTimeCode()]);
      await connect(sshd, person);
      expect(person.kinds).toEqual(['keyboardInteractive', 'password', 'keyboardInteractive']);
      expect(home.secrets.values.get('password')).toBe(sshd.password);
    });
  });
});
