import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDelayProxy, type DelayProxy } from './delay-proxy.ts';

const ROUND_TRIP_MS = 40;
const MIB = 1024 * 1024;

/** Sends everything back. */
let echo: Server;
let targetPort: number;
let proxies: DelayProxy[];
let sockets: Socket[];

beforeEach(async () => {
  proxies = [];
  sockets = [];
  echo = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  targetPort = (echo.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const proxy of proxies) await proxy.stop();
  for (const socket of sockets) socket.destroy();
  echo.close();
});

async function open(roundTripMs = ROUND_TRIP_MS): Promise<{ proxy: DelayProxy; socket: Socket }> {
  const proxy = await startDelayProxy({ targetPort, roundTripMs });
  proxies.push(proxy);
  return { proxy, socket: await dial(proxy) };
}

async function dial({ port }: DelayProxy): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

async function roundTrip(socket: Socket, text: string): Promise<number> {
  const startedAt = performance.now();
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toBe(text);
  return performance.now() - startedAt;
}

describe('startDelayProxy', { timeout: 30_000 }, () => {
  it('adds the round-trip time, and a handshake to the first answer', async () => {
    const { socket } = await open();
    expect(await roundTrip(socket, 'first')).toBeGreaterThanOrEqual(2 * ROUND_TRIP_MS - 2);
    const times: number[] = [];
    for (let count = 0; count < 10; count++) times.push(await roundTrip(socket, `ping ${count}`));
    const best = Math.min(...times);
    expect(best).toBeGreaterThanOrEqual(ROUND_TRIP_MS - 1);
    expect(best).toBeLessThan(2 * ROUND_TRIP_MS);
  });

  it('delays bytes and not bandwidth, keeps their order, and hands on the end', async () => {
    const { socket } = await open(100);
    const sent = randomBytes(20 * MIB);
    const received = createHash('sha256');
    socket.on('data', (bytes) => received.update(bytes));
    socket.end(sent);
    await once(socket, 'end');
    expect(received.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
  });

  it('pauses the sender where too much is under way', async () => {
    const { proxy, socket } = await open();
    const { socket: beside } = await open();
    await roundTrip(socket, 'before');
    proxy.stall();
    const sent = randomBytes(64 * MIB);
    const received = createHash('sha256');
    socket.on('data', (bytes) => received.update(bytes));
    let handedOver = 0;
    const sendFrom = (from: number): void => {
      handedOver = from;
      if (from === sent.length) socket.end();
      else socket.write(sent.subarray(from, from + MIB), () => sendFrom(from + MIB));
    };
    sendFrom(0);
    await expect.poll(() => handedOver).toBeGreaterThan(16 * MIB);
    for (let count = 0; count < 3; count++) await roundTrip(beside, `beside ${count}`);
    // the queue and what two kernel buffers hold
    expect(handedOver).toBeLessThan(40 * MIB);
    proxy.resume();
    await once(socket, 'end');
    expect(received.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
  });

  it('holds everything back while stalled, also of new connections', async () => {
    const { proxy, socket } = await open();
    const { socket: beside } = await open();
    await roundTrip(socket, 'before');
    proxy.stall();
    const late = await dial(proxy);
    const order: string[] = [];
    const answers = [socket, late].map((one) => once(one, 'data').then(() => order.push('answer')));
    socket.write('held');
    late.write('held too');
    // more than a round trip later, by another way
    for (let count = 0; count < 3; count++) await roundTrip(beside, `beside ${count}`);
    order.push('resume');
    proxy.resume();
    await Promise.all(answers);
    expect(order).toEqual(['resume', 'answer', 'answer']);
  });

  it('resets connections when cut, at both ends, and accepts new ones', async () => {
    const { proxy, socket } = await open();
    await roundTrip(socket, 'before');
    const errors: unknown[] = [];
    const ends = [socket, sockets[1]!].map(async (end) => {
      end.on('error', (error) => errors.push(error));
      await new Promise((closed) => end.on('close', closed));
    });
    proxy.cut();
    await Promise.all(ends);
    expect(errors).toMatchObject([{ code: 'ECONNRESET' }, { code: 'ECONNRESET' }]);
    expect(await roundTrip(await dial(proxy), 'after')).toBeGreaterThan(0);
  });

  it('resets the client where nobody listens', async () => {
    const proxy = await startDelayProxy({ targetPort: 1, roundTripMs: 2 });
    proxies.push(proxy);
    const socket = await dial(proxy);
    expect((await once(socket, 'error'))[0]).toMatchObject({ code: 'ECONNRESET' });
  });

  it('listens no more when stopped', async () => {
    const { proxy, socket } = await open();
    const { port } = proxy;
    const error = once(socket, 'error');
    await proxy.stop();
    await error;
    proxies = [];
    const refused = connect({ port, host: '127.0.0.1' });
    expect((await once(refused, 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
