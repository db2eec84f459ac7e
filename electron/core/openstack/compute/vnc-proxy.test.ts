import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock, systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { HttpClient } from '../http/http-client.ts';
import { openVncProxy, socketUrl } from './vnc-proxy.ts';

const { signal } = new AbortController();
let server: Server;
let sockets: WebSocketServer;
let requests: IncomingMessage[];
let onSocket: (socket: WebSocket) => void;
let http: HttpClient;

beforeEach(async () => {
  requests = [];
  onSocket = (socket) => socket.send(Buffer.from('RFB 003.008\n'));
  server = createServer((_request, response) => response.writeHead(403).end());
  sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'binary' });
  server.on('upgrade', (request, socket, head) => {
    requests.push(request);
    if (request.headers.origin !== undefined) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else sockets.handleUpgrade(request, socket, head, (opened) => onSocket(opened));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  http = new HttpClient({ clock: systemClock, log: silentLogger });
});
afterEach(async () => {
  await http.close();
  for (const client of sockets.clients) client.terminate();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const port = (): number => (server.address() as AddressInfo).port;
const page = (): string => `http://127.0.0.1:${port()}/vnc_lite.html?path=%3Ftoken%3Dabc`;

describe('the noVNC proxy', () => {
  it('gives the bytes of RFB both ways, asked for without an Origin', async () => {
    const received: Buffer[] = [];
    onSocket = (socket) => {
      socket.on('message', (data: Buffer) => received.push(data));
      socket.send(Buffer.from('RFB 003.008\n'));
    };
    const stream = await openVncProxy(http, systemClock, page(), signal);
    expect(String((await once(stream, 'data'))[0])).toBe('RFB 003.008\n');
    stream.write('RFB 003.008\n');
    await expect.poll(() => Buffer.concat(received).toString()).toBe('RFB 003.008\n');
    expect(requests[0]?.url).toBe('/?token=abc');
    expect(requests[0]?.headers).toMatchObject({ 'sec-websocket-protocol': 'binary' });
    expect(requests[0]?.headers.origin).toBeUndefined();
    stream.destroy();
    await expect.poll(() => sockets.clients.size).toBe(0);
  });

  it('goes where a rewrite sends its name', async () => {
    const rewrites = [{ from: 'controller.invalid', to: '127.0.0.1' }];
    const rewriting = new HttpClient({ clock: systemClock, log: silentLogger, rewrites });
    const there = page().replace('127.0.0.1', 'controller.invalid');
    const stream = await openVncProxy(rewriting, systemClock, there, signal);
    stream.destroy();
    await rewriting.close();
    await expect(openVncProxy(http, systemClock, there, signal)).rejects.toMatchObject({
      code: 'HOST_NOT_RESOLVED',
      params: { host: 'controller.invalid', url: `http://controller.invalid:${port()}/` },
    });
  });

  it('that refuses is no console, and its ticket is not told', async () => {
    server.removeAllListeners('upgrade');
    server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'));
    const error = await openVncProxy(http, systemClock, page(), signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'NO_CONSOLE', params: { reason: 'proxyRefused', status: 403 } });
    expect(JSON.stringify((error as AppError).toData())).not.toContain('abc');
  });

  it('that hangs is given up after 15 s, or when nobody waits any more', async () => {
    server.removeAllListeners('upgrade');
    server.on('upgrade', (request, socket) => {
      requests.push(request);
      // The end is seen by who reads, and a server's socket stays half open unless told otherwise.
      socket.resume().on('end', () => socket.end());
    });
    const clock = new FakeClock();
    const hanging = openVncProxy(http, clock, page(), signal);
    hanging.catch(() => undefined);
    await expect.poll(() => requests.length).toBe(1);
    await clock.advance(15_000);
    await expect(hanging).rejects.toMatchObject({ code: 'TIMEOUT' });
    const leaving = new AbortController();
    const left = openVncProxy(http, clock, page(), leaving.signal);
    left.catch(() => undefined);
    await expect.poll(() => requests.length).toBe(2);
    leaving.abort(new AppError('CANCELLED'));
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('that ends, ends the stream', async () => {
    onSocket = (socket) => socket.close();
    const stream = await openVncProxy(http, systemClock, page(), signal);
    stream.resume();
    await once(stream, 'end');
  });
});

it.each([
  ['http://h:6080/vnc_auto.html?path=%3Ftoken%3Dabc', 'http://h:6080/?token=abc'],
  ['https://h/novnc/vnc_lite.html?path=%3Ftoken%3Dabc', 'https://h/novnc/?token=abc'],
  ['http://h:6080/vnc_auto.html?token=abc', 'http://h:6080/websockify?token=abc'],
  ['http://h:6080/vnc_lite.html?path=websockify%3Ftoken%3Dabc', 'http://h:6080/websockify?token=abc'],
])('the socket of %s is %s', (address, socket) => {
  expect(socketUrl(address)).toBe(socket);
});

it.each(['http://h:6080/vnc.html?path=%2F%2Fevil.test%2Fx', 'http://h:6080/vnc.html?path=http%3A%2F%2Fevil.test%2F'])(
  'a page does not lead elsewhere: %s',
  (address) => {
    expect(() => socketUrl(address)).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
  },
);
