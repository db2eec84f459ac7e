import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { startSshd, whyNoSshd, type Sshd } from '../../../../e2e/lab/sshd.ts';
import type { AppError } from '../../kernel/app-error.ts';
import { makeSessionDaemon, whyNoSessionDaemon, type SessionDaemon } from '../../libvirt/fixtures/session-daemon.ts';
import { countCalls, LibvirtLab, rowWith } from './fixtures/lab-libvirt.ts';

const run = promisify(execFile);
const lab = new LibvirtLab();
const SHOWN_WITHIN_MS = 2_000;
const RECOVERED_WITHIN_MS = 30_000;

const noDaemon = whyNoSessionDaemon();
const libvirt = readLab()?.libvirt ?? null;
if (noDaemon !== null) console.log(`skipped: a libvirtd of our own (${noDaemon})`);
if (libvirt === null) console.log('skipped: libvirt of the lab (it does not run; npm run lab -- up libvirt)');

afterEach(async () => {
  await lab.close();
});

describe.skipIf(noDaemon !== null)('a daemon of our own', () => {
  let daemon: SessionDaemon;
  const uri = (): string => `test:///default?socket=${daemon.socket}`;
  const virsh = (...args: string[]): Promise<unknown> =>
    run('virsh', ['-c', `test+unix:///default?socket=${daemon.socket}`, ...args]);

  beforeAll(async () => {
    daemon = await makeSessionDaemon();
    await daemon.start();
  });

  afterAll(async () => {
    await daemon.stop();
  });

  it('shows what virsh changes within 2 s', async () => {
    const { machines, session } = await lab.connect(uri());
    expect(session.info).toMatchObject({
      product: expect.stringMatching(/^TEST .*libvirt \d/) as string,
      transport: 'unix socket',
    });
    const file = join(await lab.dir(), 'domain.xml');
    const id = '7e570000-0000-4000-8000-0000000000aa';
    const name = `"q" 'a' 😀 <script>alert(1)<b> $(touch x);\`id\` & | > %s`;
    const xml = name.replace(/[&<>'"]/g, (character) => `&#${character.charCodeAt(0)};`);
    await writeFile(
      file,
      `<domain type='test'><name>${xml}</name><uuid>${id}</uuid><memory unit='MiB'>64</memory><vcpu>3</vcpu><os><type>hvm</type></os></domain>`,
    );
    const shown = (isWanted: Parameters<typeof rowWith>[2]): Promise<unknown> =>
      rowWith(machines, id, isWanted, SHOWN_WITHIN_MS);
    await virsh('define', file);
    await shown((row) => row?.name === name && row.state === 'stopped' && row.persistent);
    await virsh('start', id);
    await shown((row) => row?.state === 'running');
    session.machines.look?.([id]);
    await shown((row) => row?.vcpus === 3 && row.memoryBytes === 64 * 1024 * 1024);
    await virsh('suspend', id);
    await shown((row) => row?.state === 'paused');
    await virsh('resume', id);
    await shown((row) => row?.state === 'running');
    await virsh('undefine', id);
    await shown((row) => row?.persistent === false);
    await virsh('destroy', id);
    await shown((row) => row === undefined);
  });

  it('comes back by itself after the daemon was killed', async () => {
    const supervisor = lab.supervise(uri());
    const phase = (wanted: string): Promise<void> =>
      expect.poll(() => supervisor.connection.phase, { timeout: RECOVERED_WITHIN_MS }).toBe(wanted);
    await phase('online');
    expect(supervisor.machines.freshness).toBe('live');
    await daemon.kill();
    await phase('waiting');
    expect(supervisor.machines.freshness).toBe('stale');
    expect(supervisor.machines.items.size).toBe(1);
    // Nobody is behind the socket now.
    await expect
      .poll(() => supervisor.connection.error?.code, { timeout: RECOVERED_WITHIN_MS })
      .toBe('LIBVIRT_NOT_FOUND');
    await daemon.start();
    await phase('online');
    expect(supervisor.machines.freshness).toBe('live');
    expect(supervisor.machines.items.size).toBe(1);
  });
});

describe.skipIf(libvirt === null)('the lab', () => {
  it.each([
    ['1 domain', 'test:///default', 1],
    ['1,000 domains', `test://${libvirt?.testFile1000 ?? ''}`, 1_000],
    ['5,000 domains', `test://${libvirt?.testFile5000 ?? ''}`, 5_000],
  ])('lists %s completely in at most 40 calls', async (_what, name, count) => {
    const counter = await countCalls(libvirt?.socket ?? '', await lab.dir());
    const opened = await lab.connect(`${name}?socket=${counter.socket}`, { refreshSeconds: 3_600 });
    const { calls } = counter;
    expect(opened.machines.freshness).toBe('live');
    expect(opened.machines.items.size).toBeGreaterThanOrEqual(count);
    if (count > 1) {
      const rows = [...opened.machines.items.values()];
      expect(rows.length).toBe(count);
      expect(rows.filter((row) => row.state === 'running').length).toBe(count * 0.7);
      expect(rows.filter((row) => row.state === 'paused').length).toBe(count * 0.1);
      expect(rows.filter((row) => row.state === 'stopped').length).toBe(count * 0.2);
    }
    expect(calls.length, calls.join(' ')).toBeLessThanOrEqual(40);
    await opened.scope.close();
    await counter.close();
  });
});

describe('a host without libvirt', () => {
  it('is told by the sockets that were tried', async () => {
    const socket = join(await lab.dir(), 'absent');
    await expect(lab.connect(`qemu:///system?socket=${socket}`)).rejects.toMatchObject({
      code: 'LIBVIRT_NOT_FOUND',
      retryable: true,
      params: { sockets: socket },
    });
  });
});

const noUser = libvirt === null ? 'libvirt of the lab does not run' : whyNoSshd('password');
if (noUser !== null) console.log(`skipped: a user without rights (${noUser})`);

describe.skipIf(noUser !== null)('a user without rights', () => {
  let sshd: Sshd;
  let uri: string;

  beforeAll(async () => {
    sshd = await startSshd({ mode: 'password' });
    const knownHosts = join(sshd.dir, 'known');
    await writeFile(knownHosts, `${sshd.knownHostsLine()}\n`);
    uri = `qemu+ssh://${sshd.user}@${sshd.address}:${sshd.port}/system?known_hosts=${knownHosts}`;
  });

  afterAll(async () => {
    await sshd.stop();
  });

  it('is refused by the socket, and named', async () => {
    const dir = await lab.dir();
    await chmod(dir, 0o755);
    const socket = join(dir, 'root-only');
    const server = net.createServer().listen(socket);
    await once(server, 'listening');
    await chmod(socket, 0o700);
    await expect(lab.connect(`${uri}&socket=${socket}`, { password: sshd.password })).rejects.toMatchObject({
      code: 'LIBVIRT_PERMISSION',
      retryable: false,
      params: { user: sshd.user, host: sshd.address },
    });
    server.close();
  });

  it('finds no libvirt where there is none', async () => {
    const error = await lab
      .connect(`${uri}&socket=/run/no/such`, { password: sshd.password })
      .catch((thrown: unknown) => thrown as AppError);
    expect(error).toMatchObject({ code: 'LIBVIRT_NOT_FOUND', params: { sockets: '/run/no/such' } });
  });
});

const noKey = libvirt === null ? 'libvirt of the lab does not run' : whyNoSshd('key');
const noNobody = noKey ?? (process.getuid?.() === 0 ? null : 'only root has an sshd that lets nobody in');
if (noNobody !== null) console.log(`skipped: a user whom polkit refuses (${noNobody})`);

describe.skipIf(noNobody !== null)('a user whom polkit refuses', () => {
  it('is named, also where the account has no shell', async () => {
    const sshd = await startSshd({ mode: 'key' });
    const knownHosts = join(sshd.dir, 'known');
    await writeFile(knownHosts, `${sshd.knownHostsLine()}\n`);
    const query = `known_hosts=${knownHosts}&keyfile=${sshd.clientKeys.ed25519}`;
    await expect(lab.connect(`qemu+ssh://nobody@${sshd.address}:${sshd.port}/system?${query}`)).rejects.toMatchObject({
      code: 'LIBVIRT_PERMISSION',
      retryable: false,
      params: { user: 'nobody', host: sshd.address },
      source: { kind: 'libvirt', procedure: 'AUTH_POLKIT' },
    });
    await sshd.stop();
  });
});
