import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { authType } from '../protocol/constants.ts';
import { ScriptedServer } from './fixtures/scripted-server.ts';
import type { RpcClient } from './client.ts';
import { frameType, keepaliveProcedure } from './framing.ts';
import { openLibvirt } from './open.ts';

let server: ScriptedServer;
let clock: FakeClock;
let controller: AbortController;

beforeEach(() => {
  server = new ScriptedServer();
  clock = new FakeClock();
  controller = new AbortController();
});

afterEach(() => {
  expect(clock.pendingTimers).toBe(0);
});

function open(readOnly = false): Promise<RpcClient> {
  return openLibvirt(server.clientEnd, {
    uri: 'qemu:///system',
    readOnly,
    clock,
    log: silentLogger,
    signal: controller.signal,
  });
}

const tooEarly = { code: 39, message: 'authentication required' };

describe('openLibvirt', () => {
  it('needs one round trip without authentication, and pings from then on', async () => {
    const opening = open(true);
    const auth = await server.takeCall('AUTH_LIST');
    const feature = await server.takeCall('CONNECT_SUPPORTS_FEATURE');
    const connect = await server.takeCall('CONNECT_OPEN');
    expect(server.args('CONNECT_OPEN', connect)).toEqual({ name: 'qemu:///system', flags: 1 });
    expect(server.args('CONNECT_SUPPORTS_FEATURE', feature)).toEqual({ feature: 10 });
    server.reply('CONNECT_OPEN', connect, {});
    server.reply('CONNECT_SUPPORTS_FEATURE', feature, { supported: 1 });
    server.reply('AUTH_LIST', auth, { types: [authType.none] });
    const client = await opening;
    expect(server.received).toEqual([]);
    // The answers to the opening count as a sign of life of the first interval.
    await clock.advance(10_000);
    expect(await server.takeKeepalive(keepaliveProcedure.ping)).toBeDefined();
    client.close();
  });

  it('does not ping a server that does not know the program', async () => {
    const opening = open();
    server.reply('AUTH_LIST', await server.takeCall('AUTH_LIST'), { types: [] });
    server.reply('CONNECT_OPEN', await server.takeCall('CONNECT_OPEN'), {});
    server.fail(await server.takeCall('CONNECT_SUPPORTS_FEATURE'), { code: 3 });
    const client = await opening;
    expect(clock.pendingTimers).toBe(0);
    client.close();
  });

  it('logs in with polkit and opens again', async () => {
    const opening = open();
    server.reply('AUTH_LIST', await server.takeCall('AUTH_LIST'), { types: [authType.polkit] });
    server.fail(await server.takeCall('CONNECT_SUPPORTS_FEATURE'), tooEarly);
    server.fail(await server.takeCall('CONNECT_OPEN'), tooEarly);
    server.reply('AUTH_POLKIT', await server.takeCall('AUTH_POLKIT'), { complete: 1 });
    server.reply('CONNECT_OPEN', await server.takeCall('CONNECT_OPEN'), {});
    server.reply('CONNECT_SUPPORTS_FEATURE', await server.takeCall('CONNECT_SUPPORTS_FEATURE'), { supported: 1 });
    (await opening).close();
  });

  it('opens again for root, whom AUTH_LIST has let in a moment too late', async () => {
    const opening = open();
    server.fail(await server.takeCall('CONNECT_OPEN'), tooEarly);
    server.fail(await server.takeCall('CONNECT_SUPPORTS_FEATURE'), { code: 3 });
    server.reply('AUTH_LIST', await server.takeCall('AUTH_LIST'), { types: [authType.none] });
    server.reply('CONNECT_OPEN', await server.takeCall('CONNECT_OPEN'), {});
    (await opening).close();
  });

  it('says LIBVIRT_PERMISSION where polkit refuses, and closes', async () => {
    const opening = open();
    server.reply('AUTH_LIST', await server.takeCall('AUTH_LIST'), { types: [authType.polkit] });
    server.fail(await server.takeCall('CONNECT_SUPPORTS_FEATURE'), tooEarly);
    server.fail(await server.takeCall('CONNECT_OPEN'), tooEarly);
    server.fail(await server.takeCall('AUTH_POLKIT'), {
      code: 94,
      message: "authentication unavailable: no polkit agent available to authenticate action 'org.libvirt.unix.manage'",
    });
    await expect(opening).rejects.toMatchObject({ code: 'LIBVIRT_PERMISSION', source: { code: 94 } });
    expect(server.clientEnd.destroyed).toBe(true);
  });

  it('says UNSUPPORTED where the daemon wants SASL, and closes', async () => {
    const opening = open();
    server.reply('AUTH_LIST', await server.takeCall('AUTH_LIST'), { types: [authType.sasl] });
    server.fail(await server.takeCall('CONNECT_SUPPORTS_FEATURE'), tooEarly);
    server.fail(await server.takeCall('CONNECT_OPEN'), tooEarly);
    await expect(opening).rejects.toMatchObject({ code: 'UNSUPPORTED', params: { feature: 'SASL' } });
    expect(server.clientEnd.destroyed).toBe(true);
  });

  it('says what the daemon says where it cannot open the name', async () => {
    const opening = open();
    server.reply('AUTH_LIST', await server.takeCall('AUTH_LIST'), { types: [authType.none] });
    server.reply('CONNECT_SUPPORTS_FEATURE', await server.takeCall('CONNECT_SUPPORTS_FEATURE'), { supported: 1 });
    server.fail(await server.takeCall('CONNECT_OPEN'), {
      code: 5,
      message: 'no connection driver available for xen:///',
    });
    await expect(opening).rejects.toMatchObject({ code: 'LIBVIRT_ERROR', source: { code: 5 } });
  });

  it('ends at once with the reason of the signal', async () => {
    const opening = open();
    await server.take((frame) => frame.type === frameType.call);
    controller.abort(new AppError('TIMEOUT'));
    await expect(opening).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(server.clientEnd.destroyed).toBe(true);
  });

  it('does not begin with a signal that has been aborted before', async () => {
    controller.abort();
    await expect(open()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(server.received).toEqual([]);
  });

  it('says CONNECTION_LOST where the other side hangs up, and PROTOCOL where it is no libvirt', async () => {
    const opening = open();
    server.end.end();
    await expect(opening).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    server = new ScriptedServer();
    const other = open();
    server.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect(other).rejects.toMatchObject({ code: 'PROTOCOL' });
  });
});
