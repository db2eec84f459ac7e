import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { decode, encode, hyper, struct, uint } from '../protocol/xdr-types.ts';
import { RpcClient } from './client.ts';
import { ScriptedServer } from './fixtures/scripted-server.ts';
import {
  encodeRawFrame,
  FRAME_OVERHEAD,
  frameStatus,
  frameType,
  keepaliveProcedure,
  MAX_STREAM_PACKET_BYTES,
  type Frame,
} from './framing.ts';
import type { RpcStream } from './stream.ts';

const dom = { name: 'vm', uuid: '11111111-2222-3333-4444-555555555555', id: 3 };
const vol = { pool: 'default', name: 'disk', key: '/disk' };
const hole = struct({ length: hyper, flags: uint });

let server: ScriptedServer;
let clock: FakeClock;
let client: RpcClient;

beforeEach(() => {
  server = new ScriptedServer();
  clock = new FakeClock();
  client = new RpcClient(server.clientEnd, { clock, log: silentLogger });
});

afterEach(async () => {
  client.close();
  await client.closed;
  expect(clock.pendingTimers).toBe(0);
});

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Unlike events.once, this does not reject where an error comes first. */
function closed(stream: RpcStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve();
    else stream.once('close', () => resolve());
  });
}

async function openConsole(): Promise<{ call: Frame; stream: RpcStream }> {
  const opening = client.openStream('DOMAIN_OPEN_CONSOLE', { dom, devName: null, flags: 0 });
  const call = await server.takeCall('DOMAIN_OPEN_CONSOLE');
  server.reply('DOMAIN_OPEN_CONSOLE', call, {});
  return { call, stream: (await opening).stream };
}

async function openDownload(): Promise<{ call: Frame; stream: RpcStream }> {
  const opening = client.openStream('STORAGE_VOL_DOWNLOAD', { vol, offset: 0, length: 0, flags: 0 });
  const call = await server.takeCall('STORAGE_VOL_DOWNLOAD');
  server.reply('STORAGE_VOL_DOWNLOAD', call, {});
  return { call, stream: (await opening).stream };
}

async function openUpload(options: { isSparse?: boolean } = {}): Promise<{ call: Frame; stream: RpcStream }> {
  const opening = client.openStream('STORAGE_VOL_UPLOAD', { vol, offset: 0, length: 0, flags: 0 }, options);
  const call = await server.takeCall('STORAGE_VOL_UPLOAD');
  server.reply('STORAGE_VOL_UPLOAD', call, {});
  return { call, stream: (await opening).stream };
}

const holeOf = ({ bytes }: Frame): unknown => decode(hole, bytes, FRAME_OVERHEAD);

function sendHole(call: Frame, length: number): void {
  const header = { ...call, type: frameType.streamHole, status: frameStatus.more };
  server.send(encodeRawFrame(header, encode(hole, { length, flags: 0 }, 64)));
}

describe('a download', () => {
  it('brings all bytes and ends after the server has confirmed', async () => {
    const { call, stream } = await openDownload();
    const data = randomBytes(3 * MAX_STREAM_PACKET_BYTES);
    const all = buffer(stream);
    for (let i = 0; i < 3; i++) {
      server.stream(
        call,
        frameStatus.more,
        data.subarray(i * MAX_STREAM_PACKET_BYTES, (i + 1) * MAX_STREAM_PACKET_BYTES),
      );
    }
    server.stream(call, frameStatus.more);
    await server.takeStream(frameStatus.ok);
    expect(stream.readableEnded).toBe(false);
    server.stream(call, frameStatus.ok);
    expect((await all).equals(data)).toBe(true);
  });

  it('keeps what comes in the same chunk as the reply', async () => {
    const opening = client.openStream('DOMAIN_SCREENSHOT', { dom, screen: 0, flags: 0 });
    const call = await server.takeCall('DOMAIN_SCREENSHOT');
    server.end.cork();
    server.reply('DOMAIN_SCREENSHOT', call, { mime: 'image/png' });
    server.stream(call, frameStatus.more, Buffer.from('pixels'));
    server.stream(call, frameStatus.more);
    server.end.uncork();
    const { ret, stream } = await opening;
    await server.takeStream(frameStatus.ok);
    server.stream(call, frameStatus.ok);
    expect(ret).toEqual({ mime: 'image/png' });
    expect((await buffer(stream)).toString()).toBe('pixels');
  });

  it('takes packets that come before the reply, as they do from a real daemon', async () => {
    const opening = client.openStream('DOMAIN_SCREENSHOT', { dom, screen: 0, flags: 0 });
    const call = await server.takeCall('DOMAIN_SCREENSHOT');
    server.stream(call, frameStatus.more, Buffer.from('pixels'));
    server.stream(call, frameStatus.more);
    await server.takeStream(frameStatus.ok);
    server.stream(call, frameStatus.ok);
    server.reply('DOMAIN_SCREENSHOT', call, { mime: 'image/png' });
    expect((await buffer((await opening).stream)).toString()).toBe('pixels');
  });

  it('ends the connection with PROTOCOL where packets come without end and without a reply', async () => {
    const opening = client.openStream('DOMAIN_SCREENSHOT', { dom, screen: 0, flags: 0 });
    const call = await server.takeCall('DOMAIN_SCREENSHOT');
    for (let i = 0; i < 40; i++) server.stream(call, frameStatus.more, Buffer.alloc(256 * 1024));
    await expect(opening).rejects.toMatchObject({ code: 'PROTOCOL' });
  });

  it('fills holes with zeros, however large they claim to be', async () => {
    const { call, stream } = await openDownload();
    server.stream(call, frameStatus.more, Buffer.from('a'));
    sendHole(call, 200_000);
    server.stream(call, frameStatus.more, Buffer.from('b'));
    server.stream(call, frameStatus.more);
    const all = buffer(stream);
    await server.takeStream(frameStatus.ok);
    server.stream(call, frameStatus.ok);
    const expected = Buffer.concat([Buffer.from('a'), Buffer.alloc(200_000), Buffer.from('b')]);
    expect((await all).equals(expected)).toBe(true);

    const endless = await openDownload();
    sendHole(endless.call, 2 ** 62);
    await once(endless.stream, 'readable');
    expect(endless.stream.readableLength).toBeLessThan(1024 * 1024);
    endless.stream.destroy();
  });

  it('fails with what the server said', async () => {
    const { call, stream } = await openDownload();
    const all = buffer(stream);
    server.fail(call, { code: 38, message: 'cannot read: Input/output error' }, frameType.stream);
    await expect(all).rejects.toMatchObject({
      code: 'LIBVIRT_ERROR',
      source: { code: 38, procedure: 'STORAGE_VOL_DOWNLOAD' },
    });
  });

  it('fails where the server does not confirm the end', async () => {
    const { call, stream } = await openDownload();
    const all = buffer(stream);
    server.stream(call, frameStatus.more, Buffer.from('part'));
    server.stream(call, frameStatus.more);
    await server.takeStream(frameStatus.ok);
    server.fail(call, { code: 38 }, frameType.stream);
    await expect(all).rejects.toMatchObject({ code: 'LIBVIRT_ERROR' });
  });

  it('stops reading the connection while its reader stalls, and goes on afterwards', async () => {
    client.startKeepalive();
    const { call, stream } = await openDownload();
    const packet = randomBytes(256 * 1024);
    const hash = createHash('sha256');
    for (let i = 0; i < 40; i++) {
      server.stream(call, frameStatus.more, packet);
      hash.update(packet);
    }
    await settled();
    expect(server.clientEnd.isPaused()).toBe(true);
    expect(server.end.writableLength).toBeGreaterThan(5 * 1024 * 1024);
    // The server would take silence for death, and we must not take our own deafness for the server's.
    await clock.advance(60_000);
    expect(server.received.filter((f) => f.procedure === keepaliveProcedure.pong).length).toBeGreaterThan(10);
    server.stream(call, frameStatus.more);
    const received = createHash('sha256');
    const read = pipeline(stream, received);
    await server.takeStream(frameStatus.ok);
    server.stream(call, frameStatus.ok);
    await read;
    expect(received.digest('hex')).toBe(hash.digest('hex'));
    expect(server.clientEnd.isPaused()).toBe(false);
  });
});

describe('an upload', () => {
  it('sends packets of a bearable size and finishes after the confirmation', async () => {
    const { call, stream } = await openUpload();
    const data = randomBytes(1_000_000);
    let isDone = false;
    const done = pipeline(Readable.from([data.subarray(0, 10), Buffer.alloc(0), data.subarray(10)]), stream).then(
      () => {
        isDone = true;
      },
    );
    await server.takeStream(frameStatus.ok);
    expect(isDone).toBe(false);
    const packets = server.received.map((frame) => frame.bytes.subarray(FRAME_OVERHEAD));
    expect(packets.every((packet) => packet.length > 0 && packet.length <= MAX_STREAM_PACKET_BYTES)).toBe(true);
    expect(Buffer.concat(packets).equals(data)).toBe(true);
    server.stream(call, frameStatus.ok);
    await done;
  });

  it('sends small pieces that came together in packets that fill those of SSH', async () => {
    const { call, stream } = await openUpload();
    const pieces = Array.from({ length: 10 }, () => randomBytes(60 * 1024));
    stream.cork();
    for (const piece of pieces) stream.write(piece);
    stream.uncork();
    stream.end();
    await server.takeStream(frameStatus.ok);
    const frames = server.received.filter(
      ({ type, status }) => type === frameType.stream && status === frameStatus.more,
    );
    expect(frames.map(({ bytes }) => bytes.length % (32 * 1024) === 0)).toEqual([true, true, false]);
    const sent = Buffer.concat(frames.map(({ bytes }) => bytes.subarray(FRAME_OVERHEAD)));
    expect(sent.equals(Buffer.concat(pieces))).toBe(true);
    server.stream(call, frameStatus.ok);
    await closed(stream);
  });

  it('leaves out zeros where the server knows holes, and sends what came before them first', async () => {
    const { call, stream } = await openUpload({ isSparse: true });
    const data = randomBytes(70_000);
    stream.cork();
    for (const piece of [data, Buffer.alloc(60_000), Buffer.alloc(40_000), Buffer.alloc(0), data]) stream.write(piece);
    stream.uncork();
    const written = new Promise((resolve) => stream.write(Buffer.alloc(5), resolve));
    stream.end();
    await server.takeStream(frameStatus.ok);
    await written;
    const frames = server.received.filter(({ status }) => status === frameStatus.more);
    expect(
      frames.map((frame) => (frame.type === frameType.streamHole ? holeOf(frame) : frame.bytes.length - 28)),
    ).toEqual([70_000, { length: 100_000, flags: 0 }, 70_000, { length: 5, flags: 0 }]);
    server.stream(call, frameStatus.ok);
    await closed(stream);
  });

  it('fails where the server refuses its end', async () => {
    const { call, stream } = await openUpload();
    const done = pipeline(Readable.from([Buffer.from('data')]), stream);
    await server.takeStream(frameStatus.ok);
    server.fail(call, { code: 38, message: 'no space left on device' }, frameType.stream);
    await expect(done).rejects.toMatchObject({ code: 'LIBVIRT_ERROR', detail: 'no space left on device' });
  });

  it('fails in the middle where the server fails', async () => {
    const { call, stream } = await openUpload();
    stream.write('data');
    await server.takeStream(frameStatus.more);
    const failed = closed(stream);
    server.fail(call, { code: 38 }, frameType.stream);
    await failed;
    expect(stream.errored).toMatchObject({ code: 'LIBVIRT_ERROR' });
  });
});

describe('a console', () => {
  it('carries bytes both ways and finishes when the guest goes', async () => {
    const { call, stream } = await openConsole();
    stream.write('ls\n');
    expect((await server.takeStream(frameStatus.more)).bytes.subarray(FRAME_OVERHEAD).toString()).toBe('ls\n');
    server.stream(call, frameStatus.more, Buffer.from('file'));
    const all = buffer(stream);
    server.stream(call, frameStatus.more);
    await server.takeStream(frameStatus.ok);
    server.stream(call, frameStatus.ok);
    expect((await all).toString()).toBe('file');
    await closed(stream);
    expect(stream.errored).toBeNull();
  });

  it('ends when we end it', async () => {
    const { call, stream } = await openConsole();
    const all = buffer(stream);
    stream.end('exit\n');
    await server.takeStream(frameStatus.ok);
    server.stream(call, frameStatus.ok);
    expect((await all).length).toBe(0);
  });

  it('is aborted on the server when it is destroyed, once, and late packets are dropped', async () => {
    const { call, stream } = await openConsole();
    stream.destroy();
    await server.takeStream(frameStatus.error);
    server.stream(call, frameStatus.more, Buffer.from('late'));
    server.stream(call, frameStatus.ok);
    await settled();
    expect(server.received).toEqual([]);
    const reply = client.call('CONNECT_GET_HOSTNAME', {});
    server.reply('CONNECT_GET_HOSTNAME', await server.takeCall('CONNECT_GET_HOSTNAME'), { hostname: 'h' });
    expect(await reply).toEqual({ hostname: 'h' });
  });

  it('is aborted when the caller has gone before the reply', async () => {
    const controller = new AbortController();
    const opening = client.openStream(
      'DOMAIN_OPEN_CONSOLE',
      { dom, devName: null, flags: 0 },
      { signal: controller.signal },
    );
    const call = await server.takeCall('DOMAIN_OPEN_CONSOLE');
    controller.abort();
    await expect(opening).rejects.toMatchObject({ code: 'CANCELLED' });
    server.reply('DOMAIN_OPEN_CONSOLE', call, {});
    expect((await server.takeStream(frameStatus.error)).serial).toBe(call.serial);
  });

  it('fails to open with what the server said, leaving no stream', async () => {
    const opening = client.openStream('DOMAIN_OPEN_CONSOLE', { dom, devName: null, flags: 0 });
    const call = await server.takeCall('DOMAIN_OPEN_CONSOLE');
    server.fail(call, { code: 55, message: 'Active console session exists for this domain' });
    await expect(opening).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('fails with the connection, without a listener for its error', async () => {
    const { stream } = await openConsole();
    const gone = closed(stream);
    server.end.end();
    await gone;
    expect(stream.errored).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it.each([
    ['a confirmation of nothing', (call: Frame) => server.stream(call, frameStatus.ok)],
    ['a hole of negative length', (call: Frame) => sendHole(call, -5)],
  ])('ends the connection with PROTOCOL after %s', async (_what, misbehave) => {
    const { call, stream } = await openConsole();
    misbehave(call);
    expect(await client.closed).toMatchObject({ code: 'PROTOCOL' });
    expect(stream.destroyed).toBe(true);
  });
});
