import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Machine } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { FakeClock } from '../../../kernel/clock.ts';
import { LiveList } from '../../../kernel/live-list.ts';
import { silentLogger } from '../../../kernel/logger.ts';
import { openCloud, StandInCloud, type CloudFixture } from '../../../openstack/stand-in-cloud.ts';
import type { Focus } from '../../settings/router.ts';
import { ServerInventory } from './openstack-inventory.ts';

const NOW = 1_700_000_000_000;
const flavor = { original_name: 'm1.nano', vcpus: 1, ram: 64 };

let stand: StandInCloud;
let clock: FakeClock;
let fixture: CloudFixture;
let machines: LiveList<Machine>;
let focus: Focus;
/** What Nova would answer to a complete list and to `changes-since`. */
let servers: object[];
let changes: object[];
let failure: { status: number; json: unknown } | null;

beforeEach(async () => {
  stand = await StandInCloud.start();
  clock = new FakeClock(NOW);
  fixture = openCloud(stand.target(), { clock });
  machines = new LiveList<Machine>(clock);
  focus = 'focused';
  servers = [{ id: 'a', name: 'one', status: 'ACTIVE', flavor }];
  changes = [];
  failure = null;
  stand.nova('GET', '/v2.1/servers/detail', ({ url }) => {
    const isDelta = url.includes('changes-since');
    const headers = { date: new Date(clock.now()).toUTCString() };
    return failure ?? { json: { servers: isDelta ? changes : servers }, headers };
  });
});
afterEach(async () => {
  await fixture.close();
  await stand.server.close();
  expect(clock.pendingTimers).toBe(0);
});

const lists = (): number => stand.server.count(/servers\/detail/);
const names = (): string[] => [...machines.items.values()].map(({ name }) => name).sort();

function open(): Promise<ServerInventory> {
  const { scope, cloud } = fixture;
  const pace = (): { focus: Focus; refreshSeconds: number } => ({ focus, refreshSeconds: 2 });
  return ServerInventory.open({ connectionId: 'c', scope, machines, clock, log: silentLogger, pace }, cloud);
}

/** Moves the clock on and waits for the replies that come by real sockets. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    await clock.advance(Math.min(250, ms - passed));
    await answered();
  }
}

/** Until no reply is on its way: then only the tick's timer is set. */
async function answered(): Promise<void> {
  await expect.poll(async () => (await clock.advance(0), clock.pendingTimers), { interval: 1 }).toBe(1);
}

describe('cold and warm', () => {
  it('shows the complete list after one call', async () => {
    await open();
    expect(lists()).toBe(1);
    expect(machines.freshness).toBe('live');
    expect(machines.items.get('a')).toMatchObject({
      name: 'one',
      state: 'running',
      vcpus: 1,
      memoryBytes: 67_108_864,
      flavorName: 'm1.nano',
      tags: [],
      folder: null,
    });
  });

  it('makes 3 calls from login to list where a full page does not tell whether another follows', async () => {
    servers = Array.from({ length: 1_000 }, (_, i) => ({ id: `s${i}`, name: `s${i}`, status: 'BUILD', flavor }));
    stand.nova('GET', '/v2.1/servers/detail', ({ url }) => {
      const headers = { date: new Date(clock.now()).toUTCString() };
      if (url.includes('changes-since')) return { json: { servers: changes }, headers };
      if (url.includes('marker')) return { json: { servers: [] }, headers };
      const next = { rel: 'next', href: 'http://controller/v2.1/servers/detail?limit=1000&marker=s999' };
      return { json: { servers, servers_links: [next] }, headers };
    });
    await open();
    expect(machines.items.size).toBe(1_000);
    expect(stand.server.received.length).toBe(3);
    changes = servers;
    await pass(2_000);
    expect(stand.server.received.length).toBe(4);
  });

  it('makes 2 calls where the page is not full', async () => {
    servers = Array.from({ length: 999 }, (_, i) => ({ id: `s${i}`, name: `s${i}`, status: 'BUILD', flavor }));
    await open();
    expect(machines.items.size).toBe(999);
    expect(stand.server.received.length).toBe(2);
  });

  it("asks for changes since 5 s before the server answered, by the server's clock", async () => {
    await open();
    await pass(2_000);
    const { searchParams } = new URL(stand.server.received.at(-1)?.url ?? '', 'http://x');
    expect(searchParams.get('changes-since')).toBe(new Date(NOW - 5_000).toISOString().replace('.000Z', 'Z'));
  });

  it('merges what changed and drops what was deleted', async () => {
    await open();
    changes = [{ id: 'b', name: 'two', status: 'BUILD', 'OS-EXT-STS:task_state': 'spawning', flavor }];
    await pass(2_000);
    expect(names()).toEqual(['one', 'two']);
    expect(machines.items.get('b')).toMatchObject({ state: 'building', transition: 'spawning' });
    changes = [
      { id: 'a', status: 'DELETED' },
      { id: 'b', status: 'SOFT_DELETED' },
    ];
    await pass(2_000);
    expect(names()).toEqual([]);
  });

  it('reads everything again after five minutes', async () => {
    focus = 'hidden';
    await open();
    servers = [];
    await pass(299_000);
    expect(names()).toEqual(['one']);
    await pass(61_000);
    expect(names()).toEqual([]);
    expect(stand.server.received.filter(({ url }) => /detail\?limit=1000$/.test(url)).length).toBe(2);
  });
});

describe('pace', () => {
  it.each([
    ['focused', 34],
    ['visible', 12],
    ['hidden', 1],
  ] as const)('%s: %i calls a minute', async (state, calls) => {
    focus = state;
    await open();
    await pass(60_500);
    expect(lists() - 1).toBe(calls);
  });

  it('shows a change within the refresh time, also where the cloud is slow to answer', async () => {
    await open();
    const held: (() => void)[] = [];
    stand.server.on('GET', '/v2.1/servers/detail', {
      raw: (response) =>
        held.push(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{"servers":[]}')),
    });
    const answerAfter = async (ms: number): Promise<void> => {
      const count = held.length;
      await clock.advance(ms);
      held[count - 1]?.();
      await answered();
    };
    await clock.advance(1_750);
    await expect.poll(() => held.length).toBe(1);
    await answerAfter(500);
    // Asked again 1.25 s after the last request instead of 1.75 s: the answer takes half a second.
    await clock.advance(750);
    await expect.poll(() => held.length).toBe(2);
    // A cloud slower than the refresh time gets a pause.
    await answerAfter(10_000);
    await clock.advance(250);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(250);
    await expect.poll(() => held.length).toBe(3);
    held[2]?.();
    await answered();
  });

  it('is fresh a moment after the window comes to the front', async () => {
    focus = 'hidden';
    await open();
    await pass(30_000);
    expect(lists()).toBe(1);
    focus = 'focused';
    await pass(250);
    expect(lists()).toBe(2);
  });

  it('does not ask again while an answer is out', async () => {
    await open();
    const held: (() => void)[] = [];
    stand.server.on('GET', '/v2.1/servers/detail', {
      raw: (response) =>
        held.push(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{"servers":[]}')),
    });
    await clock.advance(2_000);
    await expect.poll(() => held.length).toBe(1);
    await clock.advance(10_000);
    expect(held.length).toBe(1);
    held[0]?.();
    await answered();
  });
});

describe('follow', () => {
  it('asks sooner and at the focused pace, one call for all', async () => {
    focus = 'hidden';
    const inventory = await open();
    const { signal } = new AbortController();
    const done = Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((id) => inventory.follow(id, signal, (server) => server?.status === 'SHUTOFF')),
    );
    await pass(1_000);
    expect(lists()).toBe(2);
    await pass(2_000);
    expect(lists()).toBe(3);
    changes = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, status: 'SHUTOFF', flavor }));
    await pass(2_000);
    await done;
    expect(lists()).toBe(4);
    await pass(30_000);
    expect(lists()).toBe(4);
  });

  it('does not look at a poll that began before', async () => {
    const inventory = await open();
    const held: (() => void)[] = [];
    stand.server.on('GET', '/v2.1/servers/detail', {
      raw: (response) =>
        held.push(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{"servers":[]}')),
    });
    await clock.advance(2_000);
    await expect.poll(() => held.length).toBe(1);
    await clock.advance(1);
    const looks: string[] = [];
    const following = inventory.follow(
      'a',
      new AbortController().signal,
      (server) => looks.push(server?.status ?? '') > 0,
    );
    held[0]?.();
    await answered();
    expect(looks).toEqual([]);
    stand.nova('GET', '/v2.1/servers/detail', () => ({ json: { servers: [] } }));
    await pass(2_000);
    await following;
    expect(looks).toEqual(['ACTIVE']);
  });

  it('ends with the signal, and with the connection', async () => {
    const inventory = await open();
    const controller = new AbortController();
    const cancelled = inventory.follow('a', controller.signal, () => false);
    controller.abort(new AppError('CANCELLED'));
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    const cut = inventory.follow('a', new AbortController().signal, () => false);
    cut.catch(() => undefined);
    await fixture.scope.close();
    await expect(cut).rejects.toMatchObject({ code: 'DISCONNECTED' });
  });
});

describe('failure', () => {
  const away = { status: 500, json: { computeFault: { code: 500, message: 'Unexpected API Error.' } } };

  it('backs off, keeps the rows, and goes on when Nova is back', async () => {
    await open();
    failure = away;
    await pass(2_000);
    expect(lists()).toBe(2);
    await pass(1_000);
    expect(lists()).toBe(2);
    failure = null;
    await pass(3_000);
    expect(lists()).toBeGreaterThan(2);
    expect(names()).toEqual(['one']);
    expect(machines.freshness).toBe('live');
  });

  it('gives the connection up after three failures, with the reason', async () => {
    const inventory = await open();
    failure = away;
    await pass(15_000);
    expect(await inventory.lost).toMatchObject({
      code: 'OPENSTACK_ERROR',
      retryable: true,
      detail: 'Unexpected API Error.',
    });
    expect(lists()).toBeGreaterThanOrEqual(4);
  });

  it('gives it up at once where a retry cannot help', async () => {
    const inventory = await open();
    failure = { status: 403, json: { forbidden: { code: 403, message: 'no more' } } };
    await pass(2_000);
    expect(await inventory.lost).toMatchObject({ code: 'FORBIDDEN', retryable: false });
  });
});

describe('a token that is refused in the middle', () => {
  it('is renewed without a question, and the list stays live', async () => {
    await open();
    stand.tokens.clear();
    servers = [];
    changes = [{ id: 'b', name: 'two', status: 'ACTIVE', flavor }];
    await pass(2_000);
    expect([names(), machines.freshness]).toEqual([['one', 'two'], 'live']);
    expect(stand.server.count(/auth\/tokens/)).toBe(2);
    expect(fixture.prompter.asked).toEqual([]);
  });

  it('and a password that was changed meanwhile is asked for once; without an answer the connection ends', async () => {
    const inventory = await open();
    stand.tokens.clear();
    stand.password = 'changed elsewhere';
    await pass(2_000);
    expect(await inventory.lost).toMatchObject({ code: 'AUTH_FAILED', retryable: false });
    expect(fixture.prompter.asked).toMatchObject([{ kind: 'cloudPassword', user: 'user2', attempt: 1 }]);
    // The login; then the stored password with its project and without, which tells what is wrong; and never again.
    expect(stand.server.count(/auth\/tokens/)).toBe(1 + 2);
    expect(names()).toEqual(['one']);
  });
});

describe('clouds before 2.47', () => {
  it('finds flavors by one list, and a hidden one by a call', async () => {
    stand.maxMicroversion = '2.1';
    servers = [
      { id: 'a', name: 'one', status: 'ACTIVE', flavor: { id: 'f1' } },
      { id: 'b', name: 'two', status: 'ACTIVE', flavor: { id: 'f2' } },
      { id: 'c', name: 'three', status: 'ACTIVE', flavor: { id: 'f3' } },
    ];
    stand.nova('GET', '/v2.1/flavors/detail', () => ({
      json: { flavors: [{ id: 'f1', name: 'small', vcpus: 2, ram: 512 }] },
    }));
    stand.nova('GET', '/v2.1/flavors/f2', () => ({
      json: { flavor: { id: 'f2', name: 'hidden', vcpus: 4, ram: 1024 } },
    }));
    stand.nova('GET', '/v2.1/flavors/f3', () => ({
      status: 404,
      json: { itemNotFound: { code: 404, message: 'gone' } },
    }));
    await open();
    expect([...machines.items.values()].map(({ flavorName, vcpus }) => [flavorName, vcpus])).toEqual([
      ['small', 2],
      ['hidden', 4],
      ['f3', null],
    ]);
    changes = servers;
    await pass(2_000);
    expect(stand.server.count(/flavors/)).toBe(3);
  });
});
