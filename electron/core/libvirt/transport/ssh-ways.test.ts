import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../../shared/contract/errors.ts';
import { AppError } from '../../kernel/app-error.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { quoteCommand } from '../../ssh/quote.ts';
import type { ExecResult, SshTransport } from '../../ssh/transport.ts';
import { WayFinder } from './ssh-ways.ts';
import { relayCommand, surveyHost } from './survey.ts';
import { parseLibvirtUri } from './uri.ts';

const { signal } = new AbortController();

/** An SSH server that answers from a script; the last word of `opened` tells by which way a stream was opened. */
class ScriptedSsh implements SshTransport {
  readonly description = 'SSH';
  readonly user = 'me';
  readonly host = 'kvm1';
  readonly port = 22;
  readonly cipher = null;
  readonly lost = new Promise<AppError>(() => undefined);
  readonly opened: string[] = [];
  /** Sockets that can be forwarded to; all others fail with the code. */
  forwards: string[] = [];
  refusal: ErrorCode = 'NOT_FOUND';
  run: (command: string) => Partial<ExecResult> | AppError = () => ({ exitCode: 127, stderr: 'not found' });

  openTcp(): Promise<Duplex> {
    return Promise.reject(new AppError('SSH_FORWARDING_FORBIDDEN'));
  }

  openUnix(path: string): Promise<Duplex> {
    this.opened.push(path);
    if (this.forwards.includes(path)) return Promise.resolve(new PassThrough());
    return Promise.reject(new AppError(this.refusal, { detail: `refused ${path}` }));
  }

  openExec(argv: readonly string[]): Promise<Duplex> {
    this.opened.push(argv.join(' '));
    return Promise.resolve(new PassThrough());
  }

  exec(argv: readonly string[]): Promise<ExecResult> {
    const result = this.run(quoteCommand(argv));
    if (result instanceof AppError) return Promise.reject(result);
    return Promise.resolve({ stdout: '', stderr: '', exitCode: 0, ...result });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function find(ssh: SshTransport, uri = 'qemu+ssh://me@kvm1/system'): ReturnType<WayFinder['find']> {
  return new WayFinder(ssh, parseLibvirtUri(uri), { log: silentLogger, onStep: () => undefined, signal }).find();
}

const survey = (lines: string): Partial<ExecResult> => ({ stdout: `${lines}\ndone\n` });
const isSurvey = (command: string): boolean => command.includes('usable');

describe('WayFinder', () => {
  it('forwards to the usual socket, without running anything', async () => {
    const ssh = new ScriptedSsh();
    ssh.forwards = ['/run/libvirt/libvirt-sock'];
    ssh.run = () => new AppError('INTERNAL', { detail: 'nothing may be run' });
    const way = await find(ssh);
    expect(way.description).toBe('SSH streamlocal');
    expect(ssh.opened).toEqual(['/run/libvirt/libvirt-sock']);
    expect(way.first).not.toBeNull();
    await way.open(signal);
    expect(ssh.opened).toHaveLength(2);
  });

  it('forwards to the socket of the driver where there is no libvirtd', async () => {
    const ssh = new ScriptedSsh();
    ssh.forwards = ['/run/libvirt/virtqemud-sock'];
    ssh.run = () => survey('usable /run/libvirt/virtqemud-sock\nusable /var/run/libvirt/virtqemud-sock');
    expect((await find(ssh)).description).toBe('SSH streamlocal');
    expect(ssh.opened).toEqual(['/run/libvirt/libvirt-sock', '/run/libvirt/virtqemud-sock']);
  });

  it('finds the socket of a session where the host says it is', async () => {
    const ssh = new ScriptedSsh();
    ssh.forwards = ['/run/user/7/libvirt/libvirt-sock'];
    ssh.run = () => survey('usable /run/user/7/libvirt/libvirt-sock');
    await find(ssh, 'qemu+ssh://kvm1/session');
    expect(ssh.opened).toEqual(['/run/user/7/libvirt/libvirt-sock']);
  });

  it('tries the sockets blindly where the host runs no shell', async () => {
    const ssh = new ScriptedSsh();
    ssh.forwards = ['/run/libvirt/virtqemud-sock'];
    ssh.run = () => ({ exitCode: 1, stdout: 'This account is not available.\n' });
    await find(ssh);
    expect(ssh.opened.at(-1)).toBe('/run/libvirt/virtqemud-sock');
  });

  it('starts virt-ssh-helper where forwarding is forbidden', async () => {
    const ssh = new ScriptedSsh();
    ssh.refusal = 'SSH_FORWARDING_FORBIDDEN';
    ssh.run = (command) => (isSurvey(command) ? survey('usable /run/libvirt/libvirt-sock\nnetcat nc') : {});
    const way = await find(ssh);
    expect(way.description).toBe('SSH, virt-ssh-helper');
    await way.open(signal);
    expect(ssh.opened.at(-1)).toBe('virt-ssh-helper qemu:///system');
  });

  it.each([
    ['netcat ncat\nsocat', 'SSH, ncat', '-U /run/libvirt/libvirt-sock'],
    ['socat', 'SSH, socat', 'socat - UNIX-CONNECT:/run/libvirt/libvirt-sock'],
  ])('takes %j where there is no virt-ssh-helper either', async (tools, description, command) => {
    const ssh = new ScriptedSsh();
    ssh.refusal = 'SSH_FORWARDING_FORBIDDEN';
    ssh.run = (line) => {
      if (isSurvey(line)) return survey(`usable /run/libvirt/libvirt-sock\n${tools}`);
      return line.includes('virt-ssh-helper') ? { exitCode: 127 } : {};
    };
    const way = await find(ssh);
    expect(way.description).toBe(description);
    await way.open(signal);
    expect(ssh.opened.at(-1)).toContain(command);
  });

  it.each([
    ['proxy=netcat', 'SSH, nc'],
    ['proxy=native', 'SSH, virt-ssh-helper'],
    ['proxy=netcat&netcat=/opt/my%20nc', 'SSH, /opt/my nc'],
  ])('does what the URI says: %s', async (query, description) => {
    const ssh = new ScriptedSsh();
    ssh.forwards = ['/run/libvirt/libvirt-sock'];
    ssh.run = (command) => (isSurvey(command) ? survey('usable /run/libvirt/libvirt-sock\nnetcat nc') : {});
    expect((await find(ssh, `qemu+ssh://kvm1/system?${query}`)).description).toBe(description);
    expect(ssh.opened).toEqual([]);
  });

  it('says that there is no libvirt, and where it looked', async () => {
    const ssh = new ScriptedSsh();
    ssh.run = (command) => (isSurvey(command) ? survey('netcat nc') : { exitCode: 127, stderr: 'not found' });
    const error = await find(ssh).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'LIBVIRT_NOT_FOUND', retryable: true, params: { host: 'kvm1' } });
    expect((error as AppError).params['sockets']).toContain('/run/libvirt/virtqemud-sock');
  });

  it('says that nobody listens, where a socket was left behind', async () => {
    const ssh = new ScriptedSsh();
    ssh.refusal = 'SSH_FORWARDING_FORBIDDEN';
    ssh.run = (command) =>
      isSurvey(command)
        ? survey('usable /run/libvirt/libvirt-sock')
        : { exitCode: 1, stderr: "Failed to connect socket to '/run/libvirt/libvirt-sock': Connection refused" };
    await expect(find(ssh)).rejects.toMatchObject({ code: 'LIBVIRT_NOT_FOUND', retryable: true });
  });

  it('says that the user may not use the socket', async () => {
    const ssh = new ScriptedSsh();
    ssh.refusal = 'FORBIDDEN';
    ssh.run = (command) =>
      isSurvey(command)
        ? survey('denied /run/libvirt/libvirt-sock\nnetcat nc')
        : { exitCode: 1, stderr: 'Failed to connect socket: Permission denied' };
    await expect(find(ssh)).rejects.toMatchObject({
      code: 'LIBVIRT_PERMISSION',
      retryable: false,
      params: { user: 'me', host: 'kvm1' },
    });
  });

  it('says that forwarding is forbidden only where nothing else works', async () => {
    const ssh = new ScriptedSsh();
    ssh.refusal = 'SSH_FORWARDING_FORBIDDEN';
    ssh.run = (command) =>
      isSurvey(command) ? survey('usable /run/libvirt/libvirt-sock') : { exitCode: 127, stderr: 'not found' };
    await expect(find(ssh)).rejects.toMatchObject({ code: 'SSH_FORWARDING_FORBIDDEN', retryable: false });
  });

  it('ends at once where the SSH connection is lost', async () => {
    const ssh = new ScriptedSsh();
    ssh.refusal = 'CONNECTION_LOST';
    await expect(find(ssh)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(ssh.opened).toHaveLength(1);
  });
});

describe('on a real shell', () => {
  const runtime = 'it\'s a "run" $(dir)';
  let home: string;
  let server: Server;

  /** A host with the given programs only. */
  async function shell(name: string, programs: Record<string, string>): Promise<ScriptedSsh> {
    const bin = join(home, name);
    await mkdir(bin);
    for (const tool of ['sh', 'grep', 'id']) await symlink(await which(tool), join(bin, tool));
    for (const [program, script] of Object.entries(programs)) {
      await writeFile(join(bin, program), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, program), 0o755);
    }
    const ssh = new ScriptedSsh();
    ssh.exec = (argv) =>
      run(join(bin, 'sh'), ['-c', quoteCommand(argv)], { PATH: bin, XDG_RUNTIME_DIR: join(home, runtime) });
    return ssh;
  }

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'virtdeck-ways-'));
    await mkdir(join(home, runtime));
    server = createServer();
    await new Promise<void>((resolve) => server.listen(join(home, 'sock'), resolve));
  });

  afterAll(async () => {
    server.close();
    await rm(home, { recursive: true });
  });

  it('surveys sockets and programs', async () => {
    const ssh = await shell('full', { nc: 'echo "usage: nc [-z]"', ncat: 'echo "  -U, --unixsock"', socat: ':' });
    const found = await surveyHost(ssh, [join(home, 'nothing'), join(home, 'sock')], signal);
    expect(found).toEqual({ usable: [join(home, 'sock')], denied: [], netcat: 'ncat', hasSocat: true });
  });

  it('surveys a host that has nothing', async () => {
    const ssh = await shell('bare', {});
    expect(await surveyHost(ssh, ['/nothing'], signal)).toEqual({
      usable: [],
      denied: [],
      netcat: null,
      hasSocat: false,
    });
  });

  it.each([
    ['knows', 'if [ "$1$2" = -q ]; then echo "option requires an argument -- q"; else printf "<%s>" "$@"; fi', '<-q0>'],
    ['does not know', 'if [ "$1" = -q ]; then echo "invalid option"; else printf "<%s>" "$@"; fi', ''],
  ])('ends a netcat that %s -q with its input, whatever the path', async (name, script, option) => {
    const ssh = await shell(name, { nc: script });
    const path = `/tmp/it's "a" $(socket) \\ 🐧`;
    const { stdout } = await ssh.exec(relayCommand({ netcat: 'nc' }, { path }));
    expect(stdout).toBe(`${option}<-U><${path}>`);
    const port = await ssh.exec(relayCommand({ netcat: 'nc' }, { host: '::1', port: 5900 }));
    expect(port.stdout).toBe(`${option}<::1><5900>`);
  });

  it('writes addresses for socat', () => {
    expect(relayCommand('socat', { path: '/a:b,c' })).toEqual(['socat', '-', 'UNIX-CONNECT:/a\\:b\\,c']);
    expect(relayCommand('socat', { host: '::1', port: 5900 })).toEqual(['socat', '-', 'TCP:[::1]:5900']);
  });
});

function run(file: string, args: string[], env: Record<string, string>): Promise<ExecResult> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env }, (error, stdout, stderr) => {
      resolve({ stdout, stderr, exitCode: error === null ? 0 : Number(error.code) });
    });
    child.stdin?.end();
  });
}

async function which(tool: string): Promise<string> {
  const { stdout } = await run('/bin/sh', ['-c', `command -v ${tool}`], { PATH: '/usr/bin:/bin' });
  return stdout.trim();
}
