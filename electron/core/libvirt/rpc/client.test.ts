import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { capturedFrames } from './fixtures/captured.ts';
import { ScriptedServer } from './fixtures/scripted-server.ts';
import { RpcClient } from './client.ts';
import { encodeRawFrame, frameStatus, frameType, keepaliveProcedure, type Frame } from './framing.ts';

const dom = { name: 'vm', uuid: '11111111-2222-3333-4444-555555555555', id: 3 };

let server: ScriptedServer;
let clock: FakeClock;
let client: RpcClient;
let warn: Mock;
let error: Mock;

function code(expected: string): unknown {
  return expect.objectContaining({ code: expected });
}

/** Lets everything that is on its way between the two ends arrive. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(() => {
  server = new ScriptedServer();
  clock = new FakeClock();
  warn = vi.fn();
  error = vi.fn();
  const log = { ...silentLogger, warn, error };
  client = new RpcClient(server.clientEnd, { clock, log });
});

afterEach(async () => {
  client.close();
  expect(await client.closed).toBeInstanceOf(AppError);
  expect(clock.pendingTimers).toBe(0);
  for (const name of ['data', 'close', 'drain', 'readable']) expect(server.clientEnd.listenerCount(name)).toBe(0);
  expect(server.clientEnd.destroyed).toBe(true);
});

describe('calls', () => {
  it('carry arguments and bring the reply', async () => {
    const reply = client.call('DOMAIN_GET_XML_DESC', { dom, flags: 2 });
    const call = await server.takeCall('DOMAIN_GET_XML_DESC');
    expect(server.args('DOMAIN_GET_XML_DESC', call)).toEqual({ dom, flags: 2 });
    server.reply('DOMAIN_GET_XML_DESC', call, { xml: '<domain/>' });
    expect(await reply).toEqual({ xml: '<domain/>' });
  });

  it('are counted with their bytes', async () => {
    const traffic = { calls: 0, sentBytes: 0, receivedBytes: 0 };
    const other = new ScriptedServer();
    const counted = new RpcClient(other.clientEnd, { clock, log: silentLogger, traffic });
    const reply = counted.call('CONNECT_GET_HOSTNAME', {});
    other.reply('CONNECT_GET_HOSTNAME', await other.takeCall('CONNECT_GET_HOSTNAME'), { hostname: 'h' });
    await reply;
    expect(traffic).toEqual({ calls: 1, sentBytes: 28, receivedBytes: 36 });
    counted.close();
  });

  it('find their replies in any order', async () => {
    const first = client.call('CONNECT_GET_HOSTNAME', {});
    const second = client.call('CONNECT_GET_URI', {});
    const [a, b] = [await server.takeCall('CONNECT_GET_HOSTNAME'), await server.takeCall('CONNECT_GET_URI')];
    server.reply('CONNECT_GET_URI', b, { uri: 'u' });
    server.reply('CONNECT_GET_HOSTNAME', a, { hostname: 'h' });
    expect(await Promise.all([first, second])).toEqual([{ hostname: 'h' }, { uri: 'u' }]);
  });

  it('go out in the turn in which they are made while the window has room', () => {
    void client.call('NODE_GET_INFO', {}).catch(() => undefined);
    expect(server.clientEnd.writableLength + server.end.readableLength + server.received.length).toBeGreaterThan(0);
  });

  it('fail with BAD_INPUT for what does not fit, and send nothing', async () => {
    await expect(client.call('DOMAIN_GET_XML_DESC', { dom, flags: -1 })).rejects.toEqual(code('BAD_INPUT'));
    await expect(client.call('DOMAIN_LOOKUP_BY_NAME', { name: 'a\0b' })).rejects.toEqual(code('BAD_INPUT'));
    await settled();
    expect(server.received).toEqual([]);
  });

  it.each([
    [42, 'MACHINE_GONE'],
    [43, 'NOT_FOUND'],
    [45, 'LIBVIRT_PERMISSION'],
    [79, 'LIBVIRT_PERMISSION'],
    [94, 'LIBVIRT_PERMISSION'],
    [88, 'LIBVIRT_PERMISSION'],
    [3, 'UNSUPPORTED'],
    [55, 'CONFLICT'],
    [68, 'BUSY'],
    [1, 'LIBVIRT_ERROR'],
    [9999, 'LIBVIRT_ERROR'],
  ])('turn libvirt error %i into %s', async (number, expected) => {
    const reply = client.call('DOMAIN_RESUME', { dom });
    server.fail(await server.takeCall('DOMAIN_RESUME'), { code: number });
    await expect(reply).rejects.toEqual(code(expected));
  });

  it('tell a procedure that the server does not know from other RPC errors', async () => {
    const unknown = client.call('DOMAIN_RESUME', { dom });
    server.fail(await server.takeCall('DOMAIN_RESUME'), { code: 39, message: 'unknown procedure: 28' });
    await expect(unknown).rejects.toEqual(code('UNSUPPORTED'));
    const other = client.call('DOMAIN_RESUME', { dom });
    server.fail(await server.takeCall('DOMAIN_RESUME'), { code: 39, message: 'Unable to decode message payload' });
    await expect(other).rejects.toEqual(code('LIBVIRT_ERROR'));
  });

  it('keep all fields of the error', async () => {
    const reply = client.call('DOMAIN_RESUME', { dom });
    const error = {
      code: 1,
      domain: 10,
      level: 2,
      message: 'm <b>',
      str1: 'a',
      str2: 'b',
      str3: 'c',
      int1: 4,
      int2: 5,
    };
    server.fail(await server.takeCall('DOMAIN_RESUME'), { ...error, dom, net: { name: 'n', uuid: dom.uuid } });
    await expect(reply).rejects.toMatchObject({
      detail: 'm <b>',
      source: { kind: 'libvirt', procedure: 'DOMAIN_RESUME', ...error },
    });
  });

  it('fail alone with PROTOCOL where the reply cannot be read', async () => {
    const bad = client.call('CONNECT_GET_HOSTNAME', {});
    const call = await server.takeCall('CONNECT_GET_HOSTNAME');
    server.send(encodeRawFrame({ ...call, type: frameType.reply }, Buffer.from('ffffffff', 'hex')));
    await expect(bad).rejects.toEqual(code('PROTOCOL'));
    const good = client.call('CONNECT_GET_HOSTNAME', {});
    server.reply('CONNECT_GET_HOSTNAME', await server.takeCall('CONNECT_GET_HOSTNAME'), { hostname: 'h' });
    expect(await good).toEqual({ hostname: 'h' });
  });
});

describe('the window', () => {
  it('is never exceeded, lets the urgent go first and the old before the new', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `vm${i}`);
    const replies = names.map((name, i) =>
      client.call('DOMAIN_LOOKUP_BY_NAME', { name }, { priority: i === 9 ? 5 : 0 }),
    );
    const order: string[] = [];
    for (let answered = 0; answered < names.length; answered++) {
      await settled();
      expect(server.received.length).toBe(Math.min(4, names.length - answered));
      const call = await server.takeCall('DOMAIN_LOOKUP_BY_NAME');
      const { name } = server.args('DOMAIN_LOOKUP_BY_NAME', call) as { name: string };
      order.push(name);
      server.reply('DOMAIN_LOOKUP_BY_NAME', call, { dom: { ...dom, name } });
    }
    await Promise.all(replies);
    expect(order).toEqual(['vm0', 'vm1', 'vm2', 'vm3', 'vm9', 'vm4', 'vm5', 'vm6', 'vm7', 'vm8', 'vm10', 'vm11']);
  });

  it('bounds what waits', async () => {
    const calls = Array.from({ length: 10_005 }, () => client.call('NODE_GET_INFO', {}).catch((e: unknown) => e));
    expect(await calls.at(-1)).toEqual(code('LIMIT_EXCEEDED'));
    client.close();
    expect(await calls[0]).toEqual(code('DISCONNECTED'));
    await Promise.all(calls);
  });
});

describe('leaving a call', () => {
  it('rejects at once and keeps the place in the window until the late reply, which is dropped', async () => {
    const controller = new AbortController();
    const left = client.call('NODE_GET_INFO', {}, { signal: controller.signal });
    const others = [1, 2, 3, 4].map((id) => client.call('DOMAIN_LOOKUP_BY_ID', { id }));
    const call = await server.takeCall('NODE_GET_INFO');
    controller.abort(new AppError('CANCELLED'));
    await expect(left).rejects.toEqual(code('CANCELLED'));
    await settled();
    expect(server.received.length).toBe(3);
    server.fail(call, {});
    await settled();
    expect(server.received.length).toBe(4);
    for (let i = 0; i < 4; i++)
      server.reply('DOMAIN_LOOKUP_BY_ID', await server.takeCall('DOMAIN_LOOKUP_BY_ID'), { dom });
    expect(await Promise.all(others)).toHaveLength(4);
  });

  it('takes a waiting call out of the queue', async () => {
    const running = [1, 2, 3, 4].map((id) => client.call('DOMAIN_LOOKUP_BY_ID', { id }));
    const controller = new AbortController();
    const waiting = client.call('NODE_GET_INFO', {}, { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toEqual(code('CANCELLED'));
    for (let i = 0; i < 4; i++)
      server.reply('DOMAIN_LOOKUP_BY_ID', await server.takeCall('DOMAIN_LOOKUP_BY_ID'), { dom });
    await Promise.all(running);
    await settled();
    expect(server.received).toEqual([]);
  });

  it('sends nothing for a signal that has been aborted before', async () => {
    await expect(client.call('NODE_GET_INFO', {}, { signal: AbortSignal.abort() })).rejects.toEqual(code('CANCELLED'));
    await settled();
    expect(server.received).toEqual([]);
  });

  it('happens by itself after the timeout', async () => {
    const slow = client.call('NODE_GET_INFO', {}, { timeoutMs: 1000 });
    const outcome = expect(slow).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
    await clock.advance(1000);
    await outcome;
  });

  it('leaves no timer and no listener behind after a reply', async () => {
    const controller = new AbortController();
    const add = vi.spyOn(controller.signal, 'addEventListener');
    const remove = vi.spyOn(controller.signal, 'removeEventListener');
    const reply = client.call('CONNECT_GET_HOSTNAME', {}, { signal: controller.signal, timeoutMs: 1000 });
    server.reply('CONNECT_GET_HOSTNAME', await server.takeCall('CONNECT_GET_HOSTNAME'), { hostname: 'h' });
    await reply;
    expect(clock.pendingTimers).toBe(0);
    expect(remove).toHaveBeenCalledTimes(add.mock.calls.length);
    controller.abort();
  });
});

describe('the end of the connection', () => {
  const calls = (): Promise<unknown>[] => [1, 2, 3, 4, 5, 6].map((id) => client.call('DOMAIN_LOOKUP_BY_ID', { id }));

  it('fails all calls, sent and waiting, and later ones', async () => {
    const replies = calls();
    server.end.end();
    for (const reply of replies)
      await expect(reply).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
    expect(await client.closed).toEqual(code('CONNECTION_LOST'));
    await expect(client.call('NODE_GET_INFO', {})).rejects.toEqual(code('CONNECTION_LOST'));
  });

  it('says so when it comes in the middle of a frame', async () => {
    const reply = client.call('CONNECT_GET_HOSTNAME', {});
    const outcome = expect(reply).rejects.toMatchObject({ detail: 'connection ended in the middle of a frame' });
    server.send(Buffer.from('0000004020008086', 'hex'));
    await settled();
    server.end.end();
    await outcome;
  });

  it('has the reason that the transport gives', async () => {
    const reply = client.call('NODE_GET_INFO', {});
    server.clientEnd.destroy(new AppError('SSH_COMMAND_FAILED', { detail: 'nc: not found' }));
    await expect(reply).rejects.toEqual(code('SSH_COMMAND_FAILED'));
  });

  it.each([
    ['no frame at all', Buffer.from('SSH-2.0-OpenSSH_9.2p1\r\n')],
    ['a frame that is too long', Buffer.from('ffffffff', 'hex')],
    ['a reply to nothing', encodeRawFrame({ program: 0x20008086, procedure: 6, type: 1, serial: 77, status: 0 })],
    ['a call from the server', encodeRawFrame({ program: 0x20008086, procedure: 6, type: 0, serial: 77, status: 0 })],
  ])('comes with PROTOCOL after %s', async (_what, bytes) => {
    const replies = calls();
    server.send(bytes);
    for (const reply of replies) await expect(reply).rejects.toEqual(code('PROTOCOL'));
    expect(server.clientEnd.destroyed).toBe(true);
  });

  it('comes with PROTOCOL after a reply to another procedure than was called', async () => {
    const reply = client.call('NODE_GET_INFO', {});
    const call = await server.takeCall('NODE_GET_INFO');
    server.reply('CONNECT_GET_HOSTNAME', { ...call, procedure: 59 }, { hostname: 'h' });
    await expect(reply).rejects.toEqual(code('PROTOCOL'));
  });

  it('is told to the one who closes, too', async () => {
    const reply = client.call('NODE_GET_INFO', {});
    client.close(new AppError('CANCELLED'));
    await expect(reply).rejects.toEqual(code('CANCELLED'));
    expect(await client.closed).toEqual(code('CANCELLED'));
  });
});

describe('events', () => {
  const message = { callbackID: 1, msg: { dom, event: 2, detail: 0 } };

  it('reach their handlers until those stop', async () => {
    const seen = vi.fn();
    const stop = client.onEvent('DOMAIN_EVENT_CALLBACK_LIFECYCLE', seen);
    server.event('DOMAIN_EVENT_CALLBACK_LIFECYCLE', message);
    server.event('DOMAIN_EVENT_CALLBACK_REBOOT', { callbackID: 2, msg: { dom } });
    await settled();
    stop();
    server.event('DOMAIN_EVENT_CALLBACK_LIFECYCLE', message);
    await settled();
    expect(seen.mock.calls).toEqual([[message]]);
  });

  it('reach the others where one handler throws, which is logged', async () => {
    const seen = vi.fn();
    client.onEvent('DOMAIN_EVENT_CALLBACK_LIFECYCLE', () => {
      throw new Error('broken');
    });
    client.onEvent('DOMAIN_EVENT_CALLBACK_LIFECYCLE', seen);
    server.event('DOMAIN_EVENT_CALLBACK_LIFECYCLE', message);
    await settled();
    expect(seen).toHaveBeenCalledOnce();
    expect(error).toHaveBeenCalledOnce();
  });

  it('are dropped with a line in the log where they cannot be read, and silently where they are unknown', async () => {
    client.onEvent('DOMAIN_EVENT_CALLBACK_LIFECYCLE', () => undefined);
    const header = { program: 0x20008086, type: frameType.message, serial: 0, status: frameStatus.ok };
    server.send(encodeRawFrame({ ...header, procedure: 318 }, Buffer.alloc(3)));
    server.send(encodeRawFrame({ ...header, procedure: 9999 }, Buffer.alloc(3)));
    await settled();
    expect(warn).toHaveBeenCalledOnce();
    const reply = client.call('CONNECT_GET_HOSTNAME', {});
    server.reply('CONNECT_GET_HOSTNAME', await server.takeCall('CONNECT_GET_HOSTNAME'), { hostname: 'h' });
    expect(await reply).toEqual({ hostname: 'h' });
  });

  it('of a real daemon are read', async () => {
    const seen = vi.fn();
    client.onEvent('DOMAIN_EVENT_CALLBACK_LIFECYCLE', seen);
    for (const { from, bytes } of capturedFrames()) {
      if (from === 'server' && bytes.readUInt32BE(12) === 318) server.send(bytes);
    }
    await settled();
    expect(seen).toHaveBeenCalledWith({
      callbackID: expect.any(Number) as number,
      msg: {
        dom: { name: 'test', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: expect.any(Number) as number },
        event: expect.any(Number) as number,
        detail: expect.any(Number) as number,
      },
    });
  });
});

describe('keepalive', () => {
  const isPing = (frame: Frame): boolean => frame.procedure === keepaliveProcedure.ping;

  it('answers pings, negotiated or not', async () => {
    server.keepalive(keepaliveProcedure.ping);
    expect(await server.takeKeepalive(keepaliveProcedure.pong)).toBeDefined();
  });

  it('pings a silent server and closes after three pings without an answer', async () => {
    client.startKeepalive();
    await clock.advance(15_000);
    expect(server.received.filter(isPing)).toHaveLength(3);
    await clock.advance(5_000);
    expect(await client.closed).toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
  });

  it('measures the way there and back, each answer for its own ping', async () => {
    expect(await client.ping()).toBeNull();
    client.startKeepalive();
    await clock.advance(5_000);
    const measured = client.ping();
    await clock.advance(20);
    server.keepalive(keepaliveProcedure.pong);
    await settled();
    await clock.advance(10);
    server.keepalive(keepaliveProcedure.pong);
    expect(await measured).toBe(30);
    const cut = client.ping();
    client.close();
    expect(await cut).toBeNull();
  });

  it('takes any traffic as a sign of life', async () => {
    client.startKeepalive();
    for (let i = 0; i < 10; i++) {
      await clock.advance(10_000);
      server.keepalive(keepaliveProcedure.pong);
      await settled();
    }
    expect(clock.pendingTimers).toBe(1);
    const reply = client.call('CONNECT_GET_HOSTNAME', {});
    server.reply('CONNECT_GET_HOSTNAME', await server.takeCall('CONNECT_GET_HOSTNAME'), { hostname: 'h' });
    expect(await reply).toEqual({ hostname: 'h' });
  });
});
