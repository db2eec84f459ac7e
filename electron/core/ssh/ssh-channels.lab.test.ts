import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startDelayProxy } from '../../../e2e/lab/delay-proxy.ts';
import { freePort, startSshd, whyNoSshd, type Sshd } from '../../../e2e/lab/sshd.ts';
import { descendants } from '../../../e2e/lab/sshd-process.ts';
import { StandInPerson, TestHome, targetOf } from './fixtures/person.ts';
import { openSsh, openSystemSsh } from './open-ssh.ts';
import type { SshTransport } from './transport.ts';

const { signal } = new AbortController();
const within = { timeout: 20_000, interval: 50 };
const MEBIBYTE = 1024 * 1024;

const reason = whyNoSshd('key');
if (reason !== null) console.warn(`not run: SSH channels: ${reason}`);

/** Sends everything back, on a port and on a socket. */
async function startEcho(path: string): Promise<{ port: number; sockets: Set<Socket>; stop: () => void }> {
  const sockets = new Set<Socket>();
  const onConnection = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.pipe(socket);
  };
  const listen = (where: { port: number; host: string } | { path: string }): Promise<Server> =>
    new Promise((resolve) => {
      const echo = createServer({ allowHalfOpen: true }, onConnection);
      echo.listen(where, () => resolve(echo));
    });
  const servers = [await listen({ port: 0, host: '127.0.0.1' }), await listen({ path })];
  const address = servers[0]?.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    sockets,
    stop: () => servers.forEach((echo) => echo.close()),
  };
}

/** What comes back for what was sent. */
async function roundTrip(stream: Duplex, bytes: Buffer): Promise<Buffer> {
  const back = buffer(stream);
  stream.end(bytes);
  return back;
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(reason !== null).each([
  { name: 'ssh2', open: openSsh },
  { name: 'the OpenSSH client', open: openSystemSsh },
])('channels of $name', ({ open }) => {
  let sshd: Sshd;
  let home: TestHome;
  let echo: Awaited<ReturnType<typeof startEcho>>;
  let dir: string;
  let socketPath: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'virtdeck-echo-'));
    socketPath = join(dir, 'echo sock');
    echo = await startEcho(socketPath);
    sshd = await startSshd({ mode: 'key' });
    home = await TestHome.make();
  });
  beforeEach(() => home.writeKnownHosts([sshd.knownHostsLine()]));
  afterEach(() => home.closeConnections());
  afterAll(async () => {
    await home.close();
    await sshd.stop();
    echo.stop();
    await rm(dir, { recursive: true });
  });

  const connect = (server: Sshd = sshd): Promise<SshTransport> =>
    open(
      targetOf(server.address, { port: server.port, user: server.user, keyFile: server.clientKeys.ed25519 }),
      home.context(new StandInPerson([])),
    );

  it('carries 20 MB to a port and back unharmed', async () => {
    const transport = await connect();
    const bytes = randomBytes(20 * MEBIBYTE);
    const back = await roundTrip(await transport.openTcp('127.0.0.1', echo.port, signal), bytes);
    expect(back.length).toBe(bytes.length);
    expect(digest(back)).toBe(digest(bytes));
  });

  it('carries bytes to a socket and to a command', async () => {
    const transport = await connect();
    const bytes = randomBytes(MEBIBYTE);
    const socket = await transport.openUnix(socketPath, signal);
    expect(digest(await roundTrip(socket, bytes))).toBe(digest(bytes));
    const command = await transport.openExec(['cat'], signal);
    expect(digest(await roundTrip(command, bytes))).toBe(digest(bytes));
  });

  it('carries 30 channels at once, also while one is not read', async () => {
    const transport = await connect();
    const stalled = await transport.openTcp('127.0.0.1', echo.port, signal);
    stalled.write(randomBytes(8 * MEBIBYTE));
    const backs = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const bytes = Buffer.from(`channel ${index} `.repeat(1_000));
        const stream = await (index % 2 === 0
          ? transport.openTcp('127.0.0.1', echo.port, signal)
          : transport.openUnix(socketPath, signal));
        return (await roundTrip(stream, bytes)).equals(bytes);
      }),
    );
    expect(backs).toEqual(backs.map(() => true));
    stalled.destroy();
  });

  it('tells why a channel did not open', async () => {
    const transport = await connect();
    const port = await freePort();
    await expect(transport.openTcp('127.0.0.1', port, signal)).rejects.toMatchObject({
      code: 'CONNECTION_REFUSED',
      params: { host: '127.0.0.1', port },
      source: { kind: 'ssh', host: sshd.address, port: sshd.port },
    });
    const path = join(dir, "no 'such' socket");
    await expect(transport.openUnix(path, signal)).rejects.toMatchObject({ code: 'NOT_FOUND', params: { path } });
  });

  it('ends a stream with what a failing command said', async () => {
    const transport = await connect();
    const stream = await transport.openExec(['sh', '-c', 'echo "no such helper" >&2; exit 127'], signal);
    await expect(buffer(stream)).rejects.toMatchObject({
      code: 'SSH_COMMAND_FAILED',
      params: { command: 'sh', exitCode: 127 },
      detail: 'no such helper',
    });
  });

  it('keeps only the beginning of endless output', async () => {
    const transport = await connect();
    const { stdout, exitCode } = await transport.exec(['sh', '-c', 'head -c 3000000 /dev/zero; exit 0'], signal);
    expect([stdout.length, exitCode]).toEqual([MEBIBYTE, 0]);
  });

  it('leaves nothing behind where work is aborted and the connection closed', async () => {
    const before = await ownState();
    const transport = await connect();
    const controller = new AbortController();
    const streams = [
      await transport.openTcp('127.0.0.1', echo.port, controller.signal),
      await transport.openUnix(socketPath, controller.signal),
      await transport.openExec(['sleep', '1000'], controller.signal),
    ];
    const ends = streams.map((stream) =>
      buffer(stream).then(
        () => 'ended',
        (error: unknown) => error,
      ),
    );
    const running = transport.exec(['sleep', '1000'], controller.signal);
    streams[0]?.write(randomBytes(4 * MEBIBYTE));
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await Promise.all(ends)).toMatchObject(streams.map(() => ({ code: 'CANCELLED' })));
    await expect(transport.openTcp('127.0.0.1', echo.port, controller.signal)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await vi.waitFor(() => expect(echo.sockets.size).toBe(0), within);
    // The connection itself still works.
    expect(await transport.exec(['echo', 'alive'], signal)).toMatchObject({ stdout: 'alive\n' });
    await transport.close();
    expect((await transport.lost).code).toBe('CANCELLED');
    await vi.waitFor(async () => expect(await ownState()).toEqual(before), within);
    // A command without a terminal outlives its channel; what matters is that the session is gone.
    await vi.waitFor(async () => expect(await descendants(sshd.pid)).toEqual([]), within);
  });

  it('tells everybody when the host dies in the middle', async () => {
    const doomed = await startSshd({ mode: 'key' });
    onTestFinished(() => doomed.stop());
    await home.writeKnownHosts([sshd.knownHostsLine(), doomed.knownHostsLine()]);
    const transport = await connect(doomed);
    const stream = await transport.openTcp('127.0.0.1', echo.port, signal);
    const end = buffer(stream).then(
      () => 'ended',
      (error: unknown) => error,
    );
    const running = transport.exec(['sleep', '1000'], signal).then(
      () => 'ended',
      (error: unknown) => error,
    );
    await doomed.killSessions();
    expect(await transport.lost).toMatchObject({
      code: 'CONNECTION_LOST',
      retryable: true,
      source: { kind: 'ssh', host: doomed.address, port: doomed.port },
    });
    expect(await end).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await running).toMatchObject({ code: 'CONNECTION_LOST' });
    await expect(transport.openTcp('127.0.0.1', echo.port, signal)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('closes in a few seconds also where the network delivers nothing any more', async () => {
    const line = await startDelayProxy({ targetPort: sshd.port, roundTripMs: 1 });
    onTestFinished(() => line.stop());
    await home.writeKnownHosts([`[127.0.0.1]:${line.port} ${sshd.hostKeys.ed25519 ?? ''}`]);
    const transport = await open(
      targetOf(sshd.address, { port: line.port, user: sshd.user, keyFile: sshd.clientKeys.ed25519 }),
      home.context(new StandInPerson([])),
    );
    line.stall();
    const startedAt = performance.now();
    await transport.close();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it.each(['noForwarding', 'noStreamLocal'] as const)('tells what is forbidden: %s', async (mode) => {
    const strict = await startSshd({ mode });
    onTestFinished(() => strict.stop());
    await home.writeKnownHosts([strict.knownHostsLine()]);
    const transport = await connect(strict);
    await expect(transport.openUnix(socketPath, signal)).rejects.toMatchObject({
      code: 'SSH_FORWARDING_FORBIDDEN',
      retryable: false,
    });
    await expect(transport.openUnix(join(dir, 'none'), signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const tcp = transport.openTcp('127.0.0.1', echo.port, signal);
    if (mode === 'noForwarding') await expect(tcp).rejects.toMatchObject({ code: 'SSH_FORWARDING_FORBIDDEN' });
    else (await tcp).destroy();
    expect(await transport.exec(['echo', 'in'], signal)).toMatchObject({ stdout: 'in\n' });
  });

  /** What a leak would show in: sockets and pipes of this process, and its child processes other than servers. */
  async function ownState(): Promise<{ handles: number; clients: number }> {
    const servers = await descendants(sshd.pid);
    const children = (await descendants(process.pid)).filter((pid) => pid !== sshd.pid && !servers.includes(pid));
    const handles = process.getActiveResourcesInfo().filter((name) => /TCPSocket|Pipe|Process/.test(name));
    return { handles: handles.length, clients: children.length };
  }
});
