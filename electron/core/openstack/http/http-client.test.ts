import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock, systemClock, type Clock } from '../../kernel/clock.ts';
import { silentLogger, type Logger } from '../../kernel/logger.ts';
import { StandInServer } from '../stand-in-server.ts';
import { HttpClient, type HttpClientOptions, type HttpRequest } from './http-client.ts';

const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
const certificate = { key: fixture('self-signed.key'), cert: fixture('self-signed.pem') };
const { fingerprint256 } = new X509Certificate(certificate.cert);

const cleanups: (() => unknown)[] = [];
let server: StandInServer;

beforeEach(async () => {
  server = await StandInServer.start();
  cleanups.push(() => server.close());
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function client(options: Partial<HttpClientOptions> = {}, clock: Clock = systemClock): HttpClient {
  const http = new HttpClient({ clock, log: silentLogger, ...options });
  cleanups.push(() => http.close());
  return http;
}

const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  service: 'compute',
  method: 'GET',
  url,
  ...more,
});

async function tlsServer(): Promise<StandInServer> {
  const secure = await StandInServer.start(certificate);
  secure.on('GET', '/', { json: { ok: true } });
  cleanups.push(() => secure.close());
  return secure;
}

/** A server that answers each connection's first bytes as told. */
async function rawServer(onData: (socket: net.Socket, data: Buffer) => void): Promise<number> {
  const raw = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (data: Buffer) => onData(socket, data));
  });
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => raw.close(resolve)));
  return (raw.address() as net.AddressInfo).port;
}

describe('requests', () => {
  it('asks for JSON and names itself with a request id', async () => {
    server.on('POST', '/x', { json: {} });
    await client().send({ service: 'compute', method: 'POST', url: `${server.url}/x`, body: { a: 1 } });
    const [received] = server.received;
    expect(received?.headers).toMatchObject({ accept: 'application/json', 'content-type': 'application/json' });
    expect(received?.headers['x-openstack-request-id']).toMatch(/^req-[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(received?.body).toBe('{"a":1}');
  });

  it('keeps connections and has at most 6 requests in flight', async () => {
    let inFlight = 0;
    let most = 0;
    const sockets = new Set<number | undefined>();
    server.on('GET', '/slow', () => ({
      raw: (response, request) => {
        sockets.add(request.socket.remotePort);
        most = Math.max(most, ++inFlight);
        setImmediate(() =>
          setImmediate(() => {
            inFlight--;
            response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
          }),
        );
      },
    }));
    const http = client();
    await Promise.all(Array.from({ length: 60 }, () => http.send(get(`${server.url}/slow`))));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(6);
    expect(sockets.size).toBeLessThanOrEqual(6);
    expect(http.traffic).toEqual({ requests: 60, receivedBytes: 120 });
  });

  it('does not follow a redirect: the token stays here', async () => {
    server.on('GET', '/x', { status: 302, headers: { location: `${server.url}/elsewhere` } });
    expect((await client().send(get(`${server.url}/x`, { headers: { 'x-auth-token': 't' } }))).status).toBe(302);
    expect(server.count(/elsewhere/)).toBe(0);
  });

  it('sends what a rewrite says elsewhere', async () => {
    server.on('GET', '/v2.1/servers', { json: { here: true } });
    const http = client({ rewrites: [{ from: 'controller.invalid', to: `127.0.0.1:${server.port}` }] });
    const reply = await http.send(get('http://controller.invalid:8774/v2.1/servers'));
    expect(reply.text).toBe('{"here":true}');
    expect(reply.url).toBe(`${server.url}/v2.1/servers`);
  });

  it('goes through a tunnel', async () => {
    server.on('GET', '/x', { json: { through: 'tunnel' } });
    const dialed: string[] = [];
    const http = client({
      dial: (host, port) => {
        dialed.push(`${host}:${port}`);
        return new Promise((resolve, reject) => {
          const socket = net.connect(server.port, '127.0.0.1', () => resolve(socket)).once('error', reject);
        });
      },
    });
    expect((await http.send(get('http://only-there.invalid:8774/x'))).text).toContain('tunnel');
    expect(dialed).toEqual(['only-there.invalid:8774']);
  });
});

describe('retries', () => {
  it.each([429, 503])('waits as Retry-After says after %i, then asks again', async (status) => {
    const clock = new FakeClock();
    server.on('GET', '/x', [{ status, json: {}, headers: { 'retry-after': '7' } }, { json: { ok: 1 } }]);
    const reply = client({}, clock).send(get(`${server.url}/x`));
    await expect.poll(() => clock.pendingTimers).toBe(1);
    await expect.poll(() => server.received.length).toBe(1);
    await pollUntilTimer(clock, 6_900);
    expect(server.received.length).toBe(1);
    await clock.advance(200);
    expect((await reply).status).toBe(200);
    expect(server.received.length).toBe(2);
  });

  it('gives the reply up after three tries', async () => {
    const clock = new FakeClock();
    server.on('GET', '/x', { status: 503, json: {}, headers: { 'retry-after': '0' } });
    const reply = client({}, clock).send(get(`${server.url}/x`));
    await drive(clock, reply);
    expect((await reply).status).toBe(503);
    expect(server.received.length).toBe(3);
  });

  it('does not wait for an hour', async () => {
    server.on('GET', '/x', { status: 429, json: {}, headers: { 'retry-after': '3600' } });
    expect((await client().send(get(`${server.url}/x`))).status).toBe(429);
    expect(server.received.length).toBe(1);
  });

  it('never repeats a POST', async () => {
    server.on('POST', '/x', { status: 503, json: {}, headers: { 'retry-after': '0' } });
    expect((await client().send({ ...get(`${server.url}/x`), method: 'POST' })).status).toBe(503);
    expect(server.received.length).toBe(1);
  });

  it('repeats a GET whose connection broke, not a POST', async () => {
    const clock = new FakeClock();
    const reset = { raw: (response: { destroy: () => void }) => response.destroy() };
    server.on('GET', '/x', [reset, { json: { ok: 1 } }]);
    server.on('POST', '/x', reset);
    const http = client({}, clock);
    const reply = http.send(get(`${server.url}/x`));
    await drive(clock, reply);
    expect((await reply).status).toBe(200);
    await expect(http.send({ ...get(`${server.url}/x`), method: 'POST' })).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    });
    expect(server.received.filter(({ method }) => method === 'POST').length).toBe(1);
  });

  it('stops waiting when it is cancelled', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    server.on('GET', '/x', { status: 429, json: {}, headers: { 'retry-after': '20' } });
    const reply = client({}, clock).send(get(`${server.url}/x`, { signal: controller.signal }));
    await expect.poll(() => server.received.length).toBe(1);
    controller.abort(new AppError('CANCELLED'));
    await expect(reply).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('bounds', () => {
  it('refuses a reply that is too large, without reading it all', async () => {
    server.on('GET', '/x', {
      raw: (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', more);
        more();
      },
    });
    const http = client();
    await expect(http.send(get(`${server.url}/x`, { maxBytes: 1_000_000 }))).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
    expect(http.traffic.receivedBytes).toBeLessThan(2_000_000);
  });

  it('gives up on a server that does not answer, and frees its place in the queue', async () => {
    const clock = new FakeClock();
    server.on('GET', '/hang', { raw: () => undefined });
    server.on('GET', '/x', { json: {} });
    const http = client({}, clock);
    const replies = Array.from({ length: 6 }, () => http.send(get(`${server.url}/hang`, { timeoutMs: 5_000 })));
    const outcomes = Promise.allSettled(replies);
    await expect.poll(() => server.received.length).toBe(6);
    await clock.advance(5_000);
    expect(await outcomes).toMatchObject(Array(6).fill({ reason: { code: 'TIMEOUT', retryable: true } }));
    expect((await http.send(get(`${server.url}/x`))).status).toBe(200);
  });

  it('ends what runs when it is closed', async () => {
    server.on('GET', '/hang', { raw: () => undefined });
    const http = client();
    const reply = http.send(get(`${server.url}/hang`));
    reply.catch(() => undefined);
    await expect.poll(() => server.received.length).toBe(1);
    await http.close();
    await expect(reply).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('what is in the way', () => {
  it('names a host that does not resolve', async () => {
    await expect(client().send(get('http://controller.invalid:8774/'))).rejects.toMatchObject({
      code: 'HOST_NOT_RESOLVED',
      params: { host: 'controller.invalid', port: 8774 },
      retryable: true,
    });
  });

  it('names a refused port', async () => {
    const port = await rawServer(() => undefined);
    for (const cleanup of cleanups.splice(-1)) await cleanup();
    await expect(client().send(get(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({
      code: 'CONNECTION_REFUSED',
      params: { port },
    });
  });

  it('names a host that no route leads to', async () => {
    // TCP to the broadcast address ends in this computer's kernel.
    await expect(client().send(get('http://255.255.255.255:8774/'))).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      params: { host: '255.255.255.255', port: 8774 },
      retryable: true,
    });
  });

  it('tells plain HTTP on an https URL', async () => {
    await expect(client().send(get(server.url.replace('http:', 'https:')))).rejects.toMatchObject({
      code: 'TLS_EXPECTED_HTTP',
      params: { hint: 'useHttp' },
    });
  });

  it('tells plain HTTP on an https URL, where the server hangs up without a word (uWSGI)', async () => {
    const port = await rawServer((socket, data) => {
      if (data.toString('latin1').startsWith('GET '))
        socket.end('HTTP/1.1 300 Multiple Choices\r\ncontent-length: 0\r\n\r\n');
      else socket.end();
    });
    await expect(client().send(get(`https://127.0.0.1:${port}/v3`))).rejects.toMatchObject({
      code: 'TLS_EXPECTED_HTTP',
    });
  });

  it('tells TLS on an http URL: by a handshake', async () => {
    const secure = await tlsServer();
    await expect(client().send(get(secure.url.replace('https:', 'http:'), { retries: 0 }))).rejects.toMatchObject({
      code: 'AUTH_URL_WRONG',
      params: { hint: 'useHttps' },
    });
  });

  it('tells TLS on an http URL: by nginx', async () => {
    server.on('GET', '/', {
      status: 400,
      text: '<html><center>The plain HTTP request was sent to HTTPS port</center></html>',
    });
    await expect(client().send(get(server.url))).rejects.toMatchObject({
      code: 'AUTH_URL_WRONG',
      params: { hint: 'useHttps' },
    });
  });

  it('tells a server that speaks no HTTP', async () => {
    const port = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await expect(client().send(get(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({ code: 'NOT_AN_API' });
  });
});

describe('trust', () => {
  it('shows a self-signed certificate and sends nothing', async () => {
    const secure = await tlsServer();
    await expect(client().send(get(secure.url))).rejects.toMatchObject({
      code: 'TLS_UNTRUSTED',
      retryable: false,
      params: {
        host: '127.0.0.1',
        fingerprint: fingerprint256,
        subject: 'O=Virtdeck tests, CN=cloud.test',
        issuer: 'O=Virtdeck tests, CN=cloud.test',
        validTo: expect.any(Number) as number,
        reason: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      },
    });
    expect(secure.received).toEqual([]);
  });

  it.each([
    ['its authority', { caPem: certificate.cert }],
    ['its fingerprint', { pinnedCertificate: fingerprint256 }],
    [
      'its fingerprint, as others write it',
      { pinnedCertificate: `SHA256:${fingerprint256.replaceAll(':', '').toLowerCase()}` },
    ],
    ['anything', { verify: false }],
  ])('accepts it by %s', async (_how, options) => {
    const secure = await tlsServer();
    expect((await client(options).send(get(`${secure.url}/`))).status).toBe(200);
  });

  it('refuses another certificate than the pinned one', async () => {
    const secure = await tlsServer();
    const pinnedCertificate = fingerprint256.replace(/^../, fingerprint256.startsWith('00') ? '01' : '00');
    await expect(client({ pinnedCertificate }).send(get(secure.url))).rejects.toMatchObject({ code: 'TLS_UNTRUSTED' });
  });

  it('checks the name', async () => {
    const secure = await tlsServer();
    const to = `localhost:${secure.port}`;
    const trusted = { caPem: certificate.cert };
    await expect(client(trusted).send(get(`https://${to}/`))).rejects.toMatchObject({ code: 'TLS_UNTRUSTED' });
    // Sent to localhost by the person: the name in the catalog may be the certificate's.
    const rewritten = client({ ...trusted, rewrites: [{ from: 'cloud.test', to }] });
    expect((await rewritten.send(get('https://cloud.test/'))).status).toBe(200);
  });

  it('says that a CA file is no CA file', async () => {
    const secure = await tlsServer();
    await expect(client({ caPem: 'nonsense' }).send(get(secure.url))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    await expect(client({ caPem: broken }).send(get(secure.url))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

it('logs neither tokens nor passwords nor queries', async () => {
  const lines: string[] = [];
  const write = (message: string, fields?: object): number => lines.push(JSON.stringify({ message, ...fields }));
  const log: Logger = { debug: write, info: write, warn: write, error: write, with: () => log };
  server.on('POST', '/x', { status: 500, text: 'hunter2' });
  server.on('GET', '/reset', { raw: (response) => response.destroy() });
  const http = client({ log });
  const headers = { 'x-auth-token': 'hunter2' };
  await http.send({
    ...get(`${server.url}/x?token=hunter2`, { headers, body: { password: 'hunter2' } }),
    method: 'POST',
  });
  await expect(http.send(get(`${server.url}/reset?token=hunter2`, { headers, retries: 0 }))).rejects.toThrow();
  expect(lines.length).toBe(2);
  expect(lines.join()).not.toContain('hunter2');
});

/** Moves the fake clock on until the reply is there; real sockets need real turns in between. */
async function drive(clock: FakeClock, reply: Promise<unknown>): Promise<void> {
  const state = { done: false };
  void reply.then(
    () => (state.done = true),
    () => (state.done = true),
  );
  while (!state.done) await clock.advance(100);
}

/** Advances only when the back-off's timer is set. */
async function pollUntilTimer(clock: FakeClock, ms: number): Promise<void> {
  await expect.poll(() => server.received.length === 1 && clock.pendingTimers === 1).toBe(true);
  await clock.advance(0);
  await clock.advance(ms);
}
