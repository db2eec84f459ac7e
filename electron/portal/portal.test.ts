import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, PassThrough, type DuplexOptions } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { AppRouter } from '../core/app/router.ts';
import { systemClock } from '../core/kernel/clock.ts';
import { silentLogger } from '../core/kernel/logger.ts';
import { ByteChannels } from '../core/rpc/byte-channels.ts';
import { router } from '../core/rpc/trpc.ts';
import { startPortal, type Portal } from './portal.ts';

const token = 'a-token-of-a-test';
let dir: string;
let bytes: ByteChannels;
let portal: Portal;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'virtdeck-portal-'));
  mkdirSync(join(dir, 'renderer', 'assets'), { recursive: true });
  writeFileSync(join(dir, 'renderer', 'index.html'), '<title>Virtdeck</title>');
  writeFileSync(join(dir, 'renderer', 'assets', 'index-abc.js'), 'start()');
  writeFileSync(join(dir, 'renderer', 'README'), 'not to be served');
  writeFileSync(join(dir, 'secrets.json'), 'secret');
  bytes = new ByteChannels(systemClock);
  // Its procedures are none of the portal's business.
  const core = { router: router({}) as unknown as AppRouter, bytes };
  portal = await startPortal({ core, rendererDir: join(dir, 'renderer'), port: 0, token, log: silentLogger });
});
afterEach(async () => {
  bytes.close();
  await portal.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port: portal.port, path, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      })
      .on('error', reject);
  });
}

async function session(): Promise<string> {
  const { headers } = await get(`/?token=${token}`);
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

/** What becomes of a WebSocket: `open`, or the HTTP status that refused it. */
function upgrade(path: string, headers: Record<string, string>, origin?: string): Promise<string | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${portal.port}${path}`, { headers, ...(origin ? { origin } : {}) });
    socket.on('open', () => {
      resolve('open');
      socket.close();
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', () => undefined);
  });
}

describe('the token', () => {
  it('is exchanged for a cookie that scripts and other sites do not get, and leaves the address', async () => {
    expect(portal.url).toBe(`http://127.0.0.1:${portal.port}/?token=${token}`);
    const { status, headers } = await get(`/?token=${token}`);
    expect([status, headers.location]).toEqual([302, '/']);
    expect(headers['set-cookie']?.[0]).toMatch(
      /^virtdeck-[0-9a-f]{8}=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(headers['set-cookie']?.[0]).not.toContain(token);
    const page = await get('/', { cookie: await session() });
    expect([page.status, page.text]).toEqual([200, '<title>Virtdeck</title>']);
  });

  it('that a browser is started with is good once', async () => {
    const { pathname, search, host } = new URL(portal.oneTimeUrl());
    expect(host).toBe(`127.0.0.1:${portal.port}`);
    expect((await get(pathname + search)).status).toBe(302);
    expect((await get(pathname + search)).status).toBe(403);
    expect(portal.oneTimeUrl()).not.toContain(token);
  });

  it.each(['', 'wrong', `${token}x`, token.slice(1), token.toUpperCase()])('%j opens nothing', async (wrong) => {
    const { status, headers, text } = await get(`/?token=${wrong}`);
    expect(status).toBe(403);
    expect(headers['set-cookie']?.[0] ?? '').not.toMatch(/[0-9a-f]{64}/);
    expect(text).not.toContain('Virtdeck</title>');
  });

  it('is needed for every file', async () => {
    const cookie = await session();
    for (const path of ['/', '/index.html', '/assets/index-abc.js']) {
      expect((await get(path)).status).toBe(401);
      expect((await get(path, { cookie: cookie.replace(/=.*/, '=guess') })).status).toBe(401);
      expect((await get(path, { cookie })).status).toBe(200);
    }
  });
});

describe('what is served', () => {
  it('comes with a strict policy', async () => {
    const { headers } = await get('/', { cookie: await session() });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
    const policy = headers['content-security-policy'] as string;
    expect(policy).toMatch(/default-src 'none'|default-src 'self'/);
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
  });

  it.each([
    '/../secrets.json',
    '/%2e%2e/secrets.json',
    '/..%2fsecrets.json',
    '/assets/../../secrets.json',
    '/%5c..%5csecrets.json',
    '/%00',
    '/%ff',
    '/README',
    '/nothing',
    '/assets',
  ])('is nothing but files of the app: %s', async (path) => {
    const { status, text } = await get(path, { cookie: await session() });
    expect(status).toBe(404);
    expect(text).not.toContain('secret');
  });
});

describe('who may ask', () => {
  it('is only who calls it by a loopback name: other names are DNS rebinding', async () => {
    const cookie = await session();
    for (const host of ['evil.test', `evil.test:${portal.port}`, '127.0.0.1.evil.test', 'localhost.evil.test', '[::2]'])
      expect([host, (await get('/', { cookie, host })).status]).toEqual([host, 403]);
    for (const host of [`localhost:${portal.port}`, `127.0.0.1:${portal.port}`, `[::1]:${portal.port}`])
      expect([host, (await get('/', { cookie, host })).status]).toEqual([host, 200]);
  });

  it('is nobody on another address of this computer', async () => {
    const other = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal)?.address;
    if (other === undefined) {
      console.log('not tried: this computer has no other address than loopback');
      return;
    }
    const outcome = new Promise<string>((resolve) => {
      const request = http.get({ host: other, port: portal.port, timeout: 2_000 }, () => resolve('answered'));
      request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
    expect(await outcome).toBe('ECONNREFUSED');
  });

  it.each(['/rpc', '/bytes?ticket=x'])('%s: a page of its own with a session', async (path) => {
    const cookie = await session();
    const own = `http://127.0.0.1:${portal.port}`;
    expect(await upgrade(path, { cookie }, own)).toBe('open');
    expect(await upgrade(path, {}, own)).toBe(403);
    expect(await upgrade(path, { cookie })).toBe(403);
    expect(await upgrade(path, { cookie }, 'http://evil.test')).toBe(403);
    expect(await upgrade(path, { cookie }, `http://127.0.0.1:${portal.port + 1}`)).toBe(403);
    expect(await upgrade(path, { cookie, host: 'evil.test' }, 'http://evil.test')).toBe(403);
    expect(await upgrade('/elsewhere', { cookie }, own)).toBe(404);
  });
});

describe('a file that is put to a ticket', () => {
  /** The status of the answer; or `cut` where there is none. */
  function put(ticket: string, body: Buffer, change: Record<string, string> = {}): Promise<number | 'cut'> {
    const own = `http://127.0.0.1:${portal.port}`;
    return session().then((cookie) => {
      const headers = { cookie, origin: own, 'content-length': String(body.length), ...change };
      return new Promise((resolve) => {
        const request = http.request(`${own}/bytes?ticket=${ticket}`, { method: 'PUT', headers }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode ?? 0));
        });
        request.on('error', () => resolve('cut'));
        request.end(body);
      });
    });
  }
  const body = Buffer.alloc(3 * 1024 * 1024, 'virtdeck');

  it('arrives whole, once, and is answered when it was taken', async () => {
    const taken: Buffer[] = [];
    let isFinal = false;
    const stream = new Duplex({
      readable: false,
      allowHalfOpen: false,
      write: (chunk: Buffer, _encoding, done) => {
        taken.push(chunk);
        setImmediate(done);
      },
      final: (done) => {
        isFinal = true;
        setImmediate(done);
      },
    } as DuplexOptions);
    const ticket = bytes.offer(stream);
    expect(await put(ticket, body)).toBe(204);
    expect(Buffer.concat(taken).equals(body)).toBe(true);
    expect(isFinal).toBe(true);
    expect(await put(ticket, Buffer.from('x'))).toBe(404);
  });

  it('is refused without a session, and from another origin', async () => {
    const stream = new PassThrough();
    const ticket = bytes.offer(stream);
    expect(await put(ticket, Buffer.from('x'), { cookie: '' })).toBe(403);
    expect(await put(ticket, Buffer.from('x'), { origin: 'http://evil.test' })).toBe(403);
    expect(await put('another', Buffer.from('x'))).toBe(404);
    expect(stream.writableLength).toBe(0);
  });

  it('ends the stream where the page goes away, and the request where the stream fails', async () => {
    const left = new Duplex({ write: (_chunk, _encoding, done) => setImmediate(done), read: () => undefined });
    const closed = new Promise((resolve) => left.once('close', resolve));
    const headers = { cookie: await session(), origin: `http://127.0.0.1:${portal.port}`, 'content-length': '10' };
    const path = `/bytes?ticket=${bytes.offer(left)}`;
    const request = http.request({ host: '127.0.0.1', port: portal.port, path, method: 'PUT', headers });
    request.on('error', () => undefined);
    left.once('pipe', () => request.destroy());
    request.write('part');
    await closed;
    expect(left.writableFinished).toBe(false);

    const failing = new Duplex({
      write: (_chunk, _encoding, done) => setImmediate(done, new Error('no space')),
      read: () => undefined,
    });
    expect(['cut', 409]).toContain(await put(bytes.offer(failing), body));
    expect(failing.destroyed).toBe(true);
  });
});

it('says in one line that a port is taken', async () => {
  const core = { router: router({}) as unknown as AppRouter, bytes };
  const second = startPortal({ core, rendererDir: dir, port: portal.port, token, log: silentLogger });
  await expect(second).rejects.toMatchObject({
    code: 'CONFLICT',
    detail: expect.stringContaining(`port ${portal.port} cannot be used`) as string,
  });
});

it('closes with consoles open', async () => {
  const headers = { cookie: await session() };
  const ticket = bytes.offer(new PassThrough());
  const socket = new WebSocket(`ws://127.0.0.1:${portal.port}/bytes?ticket=${ticket}`, {
    headers,
    origin: `http://127.0.0.1:${portal.port}`,
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await portal.close();
  await closed;
});
