import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { Scope } from '../../kernel/scope.ts';
import { openTransport } from './open-transport.ts';
import type { LibvirtTransport } from './transport.ts';

const scope = new Scope('test');
const steps: string[] = [];
let dir: string;

function open(uri: string): Promise<LibvirtTransport> {
  steps.length = 0;
  return openTransport(
    { kind: 'libvirt', uri, proxyJump: '', sshAuth: 'auto' },
    {
      scope,
      clock: systemClock,
      log: silentLogger,
      onStep: (step) => steps.push(step),
      secrets: { get: () => Promise.resolve(null), set: () => Promise.resolve(), delete: () => Promise.resolve() },
      prompter: { ask: () => Promise.reject(new Error('nobody is to be asked')) },
      homeDir: dir,
    },
  );
}

async function listen(server: Server, at: string | number): Promise<Server> {
  server.listen(at);
  await once(server, 'listening');
  return server;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'virtdeck-transport-'));
});

afterAll(async () => {
  await scope.close();
  await rm(dir, { recursive: true });
});

describe('a unix socket', () => {
  it('is opened once for trying and the first channel, and anew for the next', async () => {
    let count = 0;
    const server = await listen(
      createServer((socket) => {
        count++;
        socket.pipe(socket);
      }),
      join(dir, 'echo sock'),
    );
    const transport = await open(`qemu:///system?socket=${encodeURIComponent(join(dir, 'echo sock'))}`);
    expect(transport).toMatchObject({ description: 'unix socket', uriName: 'qemu:///system' });
    expect(steps).toEqual(['openSocket']);
    const first = await transport.openChannel(scope.signal);
    first.write('hello');
    expect(String((await once(first, 'data'))[0])).toBe('hello');
    expect(count).toBe(1);
    const second = await transport.openChannel(scope.signal);
    await transport.close();
    const reason = await transport.lost;
    expect(reason.code).toBe('DISCONNECTED');
    expect([first.errored, second.errored]).toEqual([reason, reason]);
    server.close();
    await once(server, 'close');
    expect(count).toBe(2);
  });

  it('that is absent means that there is no libvirt', async () => {
    const path = join(dir, 'absent');
    await expect(open(`qemu:///system?socket=${path}`)).rejects.toMatchObject({
      code: 'LIBVIRT_NOT_FOUND',
      retryable: true,
      params: { sockets: path },
    });
  });

  it('that is a file means that there is no libvirt', async () => {
    const path = join(dir, 'file');
    await copyFile(new URL(import.meta.url), path);
    await expect(open(`qemu:///system?socket=${path}`)).rejects.toMatchObject({ code: 'LIBVIRT_NOT_FOUND' });
  });
});

describe('TLS', () => {
  const fixtures = new URL('../../openstack/http/fixtures/', import.meta.url);

  /** A daemon that says `word` once the connection is secure. */
  async function daemon(word: Buffer | null): Promise<{ server: Server; uri: string }> {
    const [key, cert] = await Promise.all(
      ['self-signed.key', 'self-signed.pem'].map((name) => readFile(new URL(name, fixtures))),
    );
    const server = createTlsServer({ key, cert }, (socket) => {
      socket.on('error', () => undefined);
      if (word === null) socket.end();
      else socket.write(word);
      socket.pipe(socket);
    });
    await listen(server, 0);
    return { server, uri: `qemu+tls://127.0.0.1:${(server.address() as AddressInfo).port}/system` };
  }

  it('begins when the daemon has accepted our certificate', async () => {
    const { server, uri } = await daemon(Buffer.from([1]));
    const transport = await open(`${uri}?no_verify=1&pkipath=${dir}`);
    expect(transport).toMatchObject({ description: 'TLS', hostName: '127.0.0.1', uriName: 'qemu:///system' });
    expect(transport.security).toEqual({
      protocol: 'TLSv1.3',
      cipher: expect.stringContaining('TLS_AES') as string,
      certificate: { name: expect.any(String) as string, validUntil: expect.any(Number) as number },
    });
    const channel = await transport.openChannel(scope.signal);
    channel.write('hello');
    expect(String((await once(channel, 'data'))[0])).toBe('hello');
    await transport.close();
    server.close();
    await once(server, 'close');
  });

  it.each([
    ['another word', Buffer.from([0])],
    ['none', null],
  ])('ends where the daemon has %s for it', async (_what, word) => {
    const { server, uri } = await daemon(word);
    await expect(open(`${uri}?no_verify=1&pkipath=${dir}`)).rejects.toMatchObject({ code: 'LIBVIRT_PERMISSION' });
    server.close();
    await once(server, 'close');
  });

  it('ends where nobody we know has signed the server’s certificate', async () => {
    const { server, uri } = await daemon(Buffer.from([1]));
    await expect(open(`${uri}?pkipath=${dir}`)).rejects.toMatchObject({ code: 'TLS_UNTRUSTED' });
    server.close();
    await once(server, 'close');
  });

  it('ends where the other side speaks no TLS', async () => {
    const server = await listen(
      createServer((socket) => {
        socket.on('error', () => undefined);
        socket.resume();
        socket.end('HTTP/1.0 400 Bad Request\r\n\r\n');
      }),
      0,
    );
    const { port } = server.address() as AddressInfo;
    await expect(open(`qemu+tls://127.0.0.1:${port}/system`)).rejects.toMatchObject({ code: 'PROTOCOL' });
    server.close();
    await once(server, 'close');
    await expect(open(`qemu+tls://127.0.0.1:${port}/system`)).rejects.toMatchObject({
      code: 'CONNECTION_REFUSED',
      retryable: true,
      params: { host: '127.0.0.1', port },
    });
  });
});

it('TCP to a name that nobody has', async () => {
  await expect(open('qemu+tcp://no-such-host.invalid/system')).rejects.toMatchObject({ code: 'HOST_NOT_RESOLVED' });
});

it('TCP or TLS to a host that no route leads to', async () => {
  // TCP to the broadcast address ends in this computer's kernel.
  for (const scheme of ['qemu+tcp', 'qemu+tls']) {
    await expect(open(`${scheme}://255.255.255.255/system`)).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      retryable: true,
      params: { host: '255.255.255.255' },
    });
  }
});

it('a URI that is none', () => {
  expect(() => open('kvm1')).toThrow(expect.objectContaining({ code: 'BAD_URI' }) as Error);
});
