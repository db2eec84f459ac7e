import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { MachineAction } from '../../../../../shared/model/machine-actions.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { FakeClock } from '../../../kernel/clock.ts';
import { LiveList } from '../../../kernel/live-list.ts';
import { silentLogger } from '../../../kernel/logger.ts';
import { openCloud, StandInCloud, type CloudFixture } from '../../../openstack/stand-in-cloud.ts';
import { OpenStackMachines } from './openstack.ts';
import { ServerInventory } from './openstack-inventory.ts';

const name = `"a' <script> $(rm)`;
const REQUEST = 'req-11111111-2222-3333-4444-555555555555';

let stand: StandInCloud;
let clock: FakeClock;
let fixture: CloudFixture;
let machines: LiveList<Machine>;
let backend: OpenStackMachines;
let server: Record<string, unknown>;
let steps: string[];

beforeEach(async () => {
  stand = await StandInCloud.start();
  clock = new FakeClock();
  fixture = openCloud(stand.target(), { clock });
  machines = new LiveList<Machine>(clock);
  server = { id: 'a', name, status: 'ACTIVE', flavor: { original_name: 'm', vcpus: 1, ram: 64 } };
  steps = [];
  stand.nova('GET', '/v2.1/servers/detail', () => ({ json: { servers: [server] } }));
  stand.nova('POST', '/v2.1/servers/a/action', () => ({
    status: 202,
    json: {},
    headers: { 'x-openstack-request-id': REQUEST },
  }));
  outcome('Success');
  const context = { connectionId: 'c', scope: fixture.scope, machines, clock, log: silentLogger };
  const pace = (): { focus: 'focused'; refreshSeconds: number } => ({ focus: 'focused', refreshSeconds: 2 });
  backend = new OpenStackMachines(fixture.cloud, await ServerInventory.open({ ...context, pace }, fixture.cloud));
});
afterEach(async () => {
  await fixture.close();
  await stand.server.close();
  expect(clock.pendingTimers).toBe(0);
});

/** What Nova's action log says in the end. */
function outcome(result: string, details = ''): void {
  const instanceAction = { action: 'x', request_id: REQUEST, message: null, events: [{ event: 'e', result, details }] };
  stand.nova('GET', `/v2.1/servers/a/os-instance-actions/${REQUEST}`, () => ({ json: { instanceAction } }));
}

function run(action: MachineAction, controller = new AbortController()): Promise<void> {
  const { signal } = controller;
  return backend.runAction(action, 'a', { signal, progress: (step) => steps.push(step) });
}

/** Lets polls happen until the action has ended. */
async function end(running: Promise<void>): Promise<void> {
  const state = { over: false };
  const over = (): boolean => (state.over = true);
  running.then(over, over);
  await expect.poll(async () => (await clock.advance(250), state.over), { interval: 1, timeout: 10_000 }).toBe(true);
  await running;
}
const asked = (): unknown =>
  JSON.parse(stand.server.received.find(({ method, url }) => method === 'POST' && /action$/.test(url))?.body ?? 'null');

describe('asks Nova', () => {
  it.each<[MachineAction, string, object, string]>([
    ['start', 'SHUTOFF', { 'os-start': null }, 'ACTIVE'],
    ['shutdown', 'ACTIVE', { 'os-stop': null }, 'SHUTOFF'],
    ['reboot', 'ACTIVE', { reboot: { type: 'SOFT' } }, 'ACTIVE'],
    ['reset', 'ACTIVE', { reboot: { type: 'HARD' } }, 'ACTIVE'],
    ['pause', 'ACTIVE', { pause: null }, 'PAUSED'],
    ['resume', 'PAUSED', { unpause: null }, 'ACTIVE'],
    ['suspend', 'ACTIVE', { suspend: null }, 'SUSPENDED'],
    ['resume', 'SUSPENDED', { resume: null }, 'ACTIVE'],
  ])('%s of %s as %o, and ends when it is %s', async (action, from, body, to) => {
    server = { ...server, status: from };
    await expect.poll(async () => (await clock.advance(250), machines.items.get('a')?.nativeState)).toBe(from);
    server = { ...server, 'OS-EXT-STS:task_state': 'working' };
    const running = run(action);
    await expect.poll(async () => (await clock.advance(250), machines.items.get('a')?.transition)).toBe('working');
    expect(asked()).toEqual(body);
    server = { ...server, status: to, 'OS-EXT-STS:task_state': null };
    await end(running);
    expect(steps).toEqual(['request', 'wait']);
  });

  it('lock: over when the server says that it is locked', async () => {
    const running = run('lock');
    server = { ...server, locked: true };
    await end(running);
    expect([asked(), machines.items.get('a')?.locked]).toEqual([{ lock: null }, true]);
  });

  it('delete: over when it is gone, also where it was gone before', async () => {
    stand.nova('DELETE', '/v2.1/servers/a', () => ({
      status: 404,
      json: { itemNotFound: { code: 404, message: 'no' } },
    }));
    const running = run('delete');
    server = { ...server, status: 'DELETED' };
    await end(running);
    expect(machines.items.has('a')).toBe(false);
  });
});

describe('fails', () => {
  it.each<[string, string, string]>([
    ['with the reason in the action log, although the state is right', 'ACTIVE', 'disk is missing'],
    ['with the reason in the action log', 'ERROR', 'disk is missing'],
  ])('%s', async (_what, status, details) => {
    outcome('Error', details);
    const running = run('reboot');
    server = { ...server, status };
    await expect(end(running)).rejects.toMatchObject({
      code: 'OPENSTACK_ERROR',
      detail: details,
      params: { machine: name, action: 'reboot', reason: details },
      source: { service: 'compute', requestId: REQUEST },
    });
  });

  it("with the server's fault where the action log may not be read", async () => {
    stand.nova('GET', `/v2.1/servers/a/os-instance-actions/${REQUEST}`, () => ({
      status: 403,
      json: { forbidden: { code: 403, message: 'policy' } },
    }));
    const running = run('shutdown');
    server = { ...server, status: 'ERROR', fault: { message: 'No valid host' } };
    await expect(end(running)).rejects.toMatchObject({ code: 'OPENSTACK_ERROR', detail: 'No valid host' });
  });

  it('with MACHINE_GONE where it vanished meanwhile', async () => {
    const running = run('shutdown');
    server = { ...server, status: 'DELETED' };
    await expect(end(running)).rejects.toMatchObject({ code: 'MACHINE_GONE', params: { machine: name } });
    expect(() => run('start')).toThrow(expect.objectContaining({ code: 'MACHINE_GONE' }));
  });

  it('with MACHINE_GONE, by its name, where Nova does not know it any more before the list does', async () => {
    const message = 'Instance a could not be found.';
    stand.nova('POST', '/v2.1/servers/a/action', () => ({
      status: 404,
      json: { itemNotFound: { code: 404, message } },
    }));
    await expect(end(run('shutdown'))).rejects.toMatchObject({
      code: 'MACHINE_GONE',
      detail: message,
      params: { machine: name },
      source: { service: 'compute', status: 404, type: 'itemNotFound' },
    });
    expect(steps).toEqual(['request']);
  });

  it('when cancelled, at once', async () => {
    const controller = new AbortController();
    server = { ...server, 'OS-EXT-STS:task_state': 'powering-off' };
    const running = run('shutdown', controller);
    running.catch(() => undefined);
    await expect.poll(() => steps).toEqual(['request', 'wait']);
    controller.abort(new AppError('CANCELLED'));
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('with DISCONNECTED where the connection ends first: it may still be going on', async () => {
    const running = run('shutdown');
    running.catch(() => undefined);
    await expect.poll(() => steps).toEqual(['request', 'wait']);
    await fixture.scope.close();
    await expect(running).rejects.toMatchObject({ code: 'DISCONNECTED', retryable: true });
  });

  it('with UNSUPPORTED for what Nova does not have', async () => {
    await expect(end(run('forceOff'))).rejects.toMatchObject({ code: 'UNSUPPORTED', params: { action: 'forceOff' } });
  });
});

it.each(['SHUTOFF', 'SUSPENDED', 'SHELVED_OFFLOADED'])('has no console while it is %s', async (status) => {
  server = { ...server, status };
  await expect.poll(async () => (await clock.advance(250), machines.items.get('a')?.nativeState)).toBe(status);
  await expect(backend.openConsole('a', new AbortController().signal)).rejects.toMatchObject({
    code: 'NO_CONSOLE',
    params: { machine: name, reason: 'off' },
  });
});
