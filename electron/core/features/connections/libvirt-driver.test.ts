import { once } from 'node:events';
import net from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../kernel/clock.ts';
import { ScriptedServer } from '../../libvirt/rpc/fixtures/scripted-server.ts';
import { frameType } from '../../libvirt/rpc/framing.ts';
import { callName, LibvirtLab, runToEnd } from './fixtures/lab-libvirt.ts';

const lab = new LibvirtLab();
const cleanups: (() => void)[] = [];

afterEach(async () => {
  await lab.close();
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const id = '7e570000-0000-4000-8000-0000000000ab';
const domains = [{ name: 'vm', uuid: id, id: 7 }];
const basics = {
  AUTH_LIST: { types: [] },
  CONNECT_SUPPORTS_FEATURE: { supported: 0 },
  CONNECT_OPEN: undefined,
  CONNECT_GET_TYPE: { type: 'QEMU' },
  CONNECT_GET_VERSION: { hvVer: 2_011_000 },
  CONNECT_GET_LIB_VERSION: { libVer: 4_000_000 },
  CONNECT_GET_HOSTNAME: { hostname: 'old' },
  CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY: { callbackID: 1 },
};
const listing = { ...basics, CONNECT_LIST_ALL_DOMAINS: { domains, ret: 1 } };
const looking = { ...listing, DOMAIN_GET_XML_DESC: { xml: `<domain><name>vm</name><uuid>${id}</uuid></domain>` } };

type Replies = Readonly<Record<string, unknown>>;
const silence = Symbol('no answer');

interface Daemon {
  uri: string;
  /** Names of the procedures called, in their order. */
  calls: string[];
  /** Ends all connections. */
  die: () => void;
}

/**
 * A daemon on a socket. It answers the calls that have a reply: an Error becomes libvirt's with the code in its
 * message, `silence` is kept; all others as a daemon that does not know the procedure.
 */
async function startDaemon(replies: Replies): Promise<Daemon> {
  const socket = join(await lab.dir(), 'daemon');
  const calls: string[] = [];
  const clients = new Set<net.Socket>();
  const listener = net.createServer((client) => {
    clients.add(client);
    const server = new ScriptedServer();
    client.pipe(server.clientEnd).pipe(client);
    client.on('error', () => server.end.destroy());
    void answer(server, replies, calls);
  });
  listener.listen(socket);
  await once(listener, 'listening');
  const die = (): void => clients.forEach((client) => client.destroy());
  cleanups.push(() => {
    die();
    listener.close();
  });
  return { uri: `qemu:///system?socket=${socket}`, calls, die };
}

async function answer(server: ScriptedServer, replies: Replies, calls: string[]): Promise<never> {
  for (;;) {
    const call = await server.take((frame) => frame.type === frameType.call);
    const name = callName(call.program, call.procedure);
    calls.push(name);
    const reply = replies[name];
    if (!(name in replies)) server.fail(call, { code: 39, domain: 7, message: `unknown procedure: ${call.procedure}` });
    else if (reply instanceof Error) server.fail(call, { code: Number(reply.message), message: 'as told' });
    else if (reply !== silence) server.reply(name as 'CONNECT_GET_TYPE', call, reply as { type: string });
  }
}

describe('an old libvirt', () => {
  it('without bulk statistics shows its machines without figures', async () => {
    const { uri } = await startDaemon(listing);
    const { session, machines } = await lab.connect(uri);
    expect(session.info.product).toBe('QEMU 2.11.0, libvirt 4.0.0');
    expect([...machines.items.values()]).toMatchObject([{ name: 'vm', state: 'running', cpuPercent: null }]);
  });

  it('without the list of all domains says what is missing', async () => {
    const { uri } = await startDaemon(basics);
    await expect(lab.connect(uri)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      params: { procedure: 'CONNECT_LIST_ALL_DOMAINS' },
    });
  });

  it.each([
    ['reset', 'DOMAIN_RESET'],
    ['shutdown', 'DOMAIN_SHUTDOWN_FLAGS'],
    ['reboot', 'DOMAIN_REBOOT'],
    ['enableAutostart', 'DOMAIN_SET_AUTOSTART'],
  ] as const)('that does not know how to %s says so of that action, and stays connected', async (action, procedure) => {
    const { uri } = await startDaemon(looking);
    const { session, machines } = await lab.connect(uri);
    await expect(runToEnd(session.machines, action, id)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      params: { procedure },
      source: { kind: 'libvirt', message: expect.stringContaining('unknown procedure') as string },
    });
    expect(machines.freshness).toBe('live');
    expect(machines.items.get(id)?.autostart).not.toBe(null);
  });
});

describe('a daemon that is still examining QEMU', () => {
  it('answers no question about its version: after 2 s its machines are shown without', async () => {
    const clock = new FakeClock();
    const { uri, calls } = await startDaemon({ ...listing, CONNECT_GET_VERSION: silence });
    const ended: string[] = [];
    const opening = lab.connect(uri, { clock }).finally(() => ended.push('connected'));
    await vi.waitFor(() => expect(calls).toContain('CONNECT_GET_ALL_DOMAIN_STATS'), { timeout: 10_000 });
    await clock.advance(1_900);
    expect(ended).toEqual([]);
    await clock.advance(200);
    const { session, machines } = await opening;
    expect(session.info.product).toBe('QEMU, libvirt 4.0.0');
    expect([machines.freshness, machines.items.size]).toEqual(['live', 1]);
  });

  it('that says it has none is no reason to fail; that hangs up is', async () => {
    const without = await startDaemon({ ...listing, CONNECT_GET_VERSION: new Error('3') });
    expect((await lab.connect(without.uri)).session.info.product).toBe('QEMU, libvirt 4.0.0');
    const dying = await startDaemon({ ...listing, CONNECT_GET_VERSION: silence });
    const opening = lab.connect(dying.uri);
    opening.catch(() => undefined);
    await vi.waitFor(() => expect(dying.calls).toContain('CONNECT_GET_VERSION'), { timeout: 10_000 });
    dying.die();
    await expect(opening).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
  });
});

describe('an action', () => {
  it('on a machine that vanished meanwhile names it', async () => {
    const { uri } = await startDaemon({ ...looking, DOMAIN_RESET: new Error('42') });
    const { session } = await lab.connect(uri);
    await expect(runToEnd(session.machines, 'reset', id)).rejects.toMatchObject({
      code: 'MACHINE_GONE',
      params: { machine: 'vm' },
      source: { kind: 'libvirt', code: 42, procedure: 'DOMAIN_RESET' },
    });
  });

  it.each([
    ['reboot', 'DOMAIN_REBOOT'],
    ['shutdown', 'DOMAIN_SHUTDOWN_FLAGS'],
  ] as const)('%s that is followed ends with the connection, not with its time', async (action, procedure) => {
    const { uri, calls, die } = await startDaemon({ ...looking, [procedure]: undefined });
    const { session } = await lab.connect(uri);
    const steps: string[] = [];
    const { signal } = new AbortController();
    const running = session.machines.runAction(action, id, { signal, progress: (step) => steps.push(step) });
    running.catch(() => undefined);
    await vi.waitFor(() => expect([calls.includes(procedure), steps.length]).toEqual([true, 2]), { timeout: 10_000 });
    die();
    await expect(running).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});
