import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../kernel/app-error.ts';
import { FakeClock } from '../kernel/clock.ts';
import type { CloudFixture } from './stand-in-cloud.ts';
import { openCloud, PASSWORD, StandInCloud } from './stand-in-cloud.ts';
import { versionRoot } from './cloud.ts';
import { listAll } from './paging.ts';

const { signal } = new AbortController();
const anything = z.looseObject({});
const list = { service: 'compute', method: 'GET', path: '/servers/detail', schema: anything, signal } as const;

let stand: StandInCloud;
const opened: CloudFixture[] = [];

beforeEach(async () => {
  stand = await StandInCloud.start();
  stand.nova('GET', '/v2.1/servers/detail', () => ({ json: { servers: [] } }));
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await stand.server.close();
});

function open(...args: Parameters<typeof openCloud>): CloudFixture {
  const fixture = openCloud(...args);
  opened.push(fixture);
  return fixture;
}

const logins = (): number => stand.server.count(/auth\/tokens/);
const answer = (value: string, remember = false) => ({ values: [value], remember });

describe('login', () => {
  it('takes an auth URL without /v3', async () => {
    const { cloud } = open(stand.target({ authUrl: stand.server.url }));
    expect((await cloud.login.token(signal)).project).toEqual({ id: 'p1', name: 'edu' });
  });

  it('logs in once, however many calls wait for it', async () => {
    const { cloud } = open(stand.target());
    // Each with a signal of its own, as tasks and subscriptions have one each.
    await Promise.all(Array.from({ length: 20 }, () => cloud.call({ ...list, signal: new AbortController().signal })));
    expect(logins()).toBe(1);
    expect(stand.server.count(/servers/)).toBe(20);
    expect(stand.server.received.length).toBe(21);
  });

  it('renews two minutes before the end, once, and by the life the server gave', async () => {
    const clock = new FakeClock();
    const { cloud } = open(stand.target(), { clock });
    const first = await cloud.login.token(signal);
    await clock.advance(3_600_000 - 121_000);
    expect(await cloud.login.token(signal)).toBe(first);
    await clock.advance(2_000);
    const [second, third] = await Promise.all([cloud.login.token(signal), cloud.login.token(signal)]);
    expect(second.id).not.toBe(first.id);
    expect(third).toBe(second);
    expect(logins()).toBe(2);
  });

  it('uses the old token to its end while Keystone is away', async () => {
    const clock = new FakeClock();
    const { cloud } = open(stand.target(), { clock });
    const first = await cloud.login.token(signal);
    stand.server.on('POST', '/v3/auth/tokens', { status: 503, json: { error: { code: 503, message: 'away' } } });
    await clock.advance(3_600_000 - 60_000);
    expect(await cloud.login.token(signal)).toBe(first);
    await clock.advance(61_000);
    await expect(cloud.login.token(signal)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryable: true });
  });

  it('renews an expired token after a 401 and repeats the call, also a POST', async () => {
    stand.nova('POST', '/v2.1/servers/1/action', () => ({ status: 202, json: {} }));
    const { cloud } = open(stand.target());
    await cloud.call(list);
    stand.tokens.clear();
    await cloud.call({ ...list, method: 'POST', path: '/servers/1/action', body: { pause: null } });
    expect(stand.server.count(/action/)).toBe(2);
    expect(logins()).toBe(2);
  });

  it('is AUTH_EXPIRED when the new token is refused too, without a third try', async () => {
    stand.server.on('GET', '/v2.1/servers/detail', {
      status: 401,
      json: { error: { message: 'no', code: 401, title: 'Unauthorized' } },
    });
    const { cloud } = open(stand.target());
    await expect(cloud.call(list)).rejects.toMatchObject({
      code: 'AUTH_EXPIRED',
      source: { status: 401, message: 'no' },
    });
    expect(stand.server.count(/servers/)).toBe(2);
    expect(logins()).toBe(2);
  });
});

describe('password', () => {
  it('is asked for where none is stored, and remembered only if told so', async () => {
    for (const remember of [true, false]) {
      const { cloud, prompter, secrets } = open(stand.target(), {
        secret: null,
        answers: [answer(PASSWORD, remember)],
      });
      await cloud.login.token(signal);
      expect(prompter.asked).toEqual([
        { kind: 'cloudPassword', user: 'user2', authUrl: `${stand.server.url}/v3`, attempt: 1 },
      ]);
      expect(secrets.kept.get('password')).toEqual({ value: PASSWORD, remember });
    }
  });

  it('is asked for three times at most; each wrong answer costs one failed login', async () => {
    const wrong = [answer('a'), answer('b'), answer('c'), answer(PASSWORD)];
    const { cloud, prompter, secrets } = open(stand.target(), { secret: 'old', answers: wrong });
    await expect(cloud.login.token(signal)).rejects.toMatchObject({ code: 'AUTH_FAILED', retryable: false });
    expect(prompter.asked.map((request) => 'attempt' in request && request.attempt)).toEqual([1, 2, 3]);
    expect(logins()).toBe(5);
    expect(secrets.kept.get('password')?.value).toBe('old');
  });

  it('that was refused is not sent again by this connection, whoever calls; a new one is', async () => {
    const { cloud, prompter, secrets } = open(stand.target(), {
      secret: 'old',
      answers: [null, null, answer(PASSWORD)],
    });
    const refused = { code: 'AUTH_FAILED', retryable: false, source: { service: 'identity', status: 401 } };
    await expect(cloud.call(list)).rejects.toMatchObject(refused);
    // With its project and without, which tells what is wrong.
    expect(logins()).toBe(2);
    await expect(cloud.call(list)).rejects.toMatchObject(refused);
    expect([logins(), prompter.asked.length]).toEqual([2, 2]);
    await cloud.call(list);
    expect([logins(), prompter.asked.length]).toEqual([4, 3]);
    await secrets.set('password', 'newer', true);
    stand.password = 'newer';
    stand.tokens.clear();
    await cloud.call(list);
    expect(prompter.asked.length).toBe(3);
  });

  it('is asked for again after it was changed elsewhere', async () => {
    const { cloud, prompter } = open(stand.target(), { answers: [answer('new')] });
    await cloud.call(list);
    stand.tokens.clear();
    stand.password = 'new';
    await cloud.call(list);
    expect(prompter.asked.length).toBe(1);
  });

  it('a token that is none or no longer one asks for another, with what Keystone said', async () => {
    const notFound = { code: 404, message: 'Could not recognize Fernet token', title: 'Not Found' };
    stand.server.on('POST', '/v3/auth/tokens', { status: 404, json: { error: notFound } });
    const { cloud, prompter } = open(stand.target({ auth: { type: 'token' } }), { secret: 'old', answers: [null] });
    await expect(cloud.login.token(signal)).rejects.toMatchObject({
      code: 'AUTH_FAILED',
      detail: 'Could not recognize Fernet token',
      source: { service: 'identity', status: 404 },
    });
    expect(prompter.asked).toMatchObject([{ kind: 'cloudPassword', user: 'token' }]);
  });

  it('that the vault does not take is kept for this run', async () => {
    const { cloud, secrets } = open(stand.target(), { secret: null, answers: [answer(PASSWORD, true)] });
    secrets.set = () => Promise.reject(new AppError('VAULT_LOCKED'));
    expect((await cloud.login.token(signal)).user.name).toBe('user2');
  });

  it('is not asked for when the person cancels: AUTH_FAILED with what Keystone said', async () => {
    const { cloud } = open(stand.target(), { secret: 'wrong', answers: [null] });
    await expect(cloud.login.token(signal)).rejects.toMatchObject({
      code: 'AUTH_FAILED',
      params: { url: `${stand.server.url}/v3` },
      source: { service: 'identity', status: 401, type: 'Unauthorized' },
    });
  });
});

describe('scope and address', () => {
  it.each([{ projectName: 'nope' }, { projectId: 'nope', projectName: '' }])(
    'a wrong project %o is SCOPE_NOT_FOUND and asks for no password',
    async (change) => {
      const { cloud, prompter } = open(stand.target(change));
      await expect(cloud.login.token(signal)).rejects.toMatchObject({
        code: 'SCOPE_NOT_FOUND',
        retryable: false,
        params: { project: 'nope', projects: 'edu' },
      });
      expect(prompter.asked).toEqual([]);
    },
  );

  it('without a project the only one is used', async () => {
    const { cloud } = open(stand.target({ projectName: '' }));
    expect((await cloud.login.token(signal)).project?.name).toBe('edu');
  });

  it.each([
    ['another path', (url: string) => `${url}/nothing`],
    ['Nova', (url: string) => `${url}/v2.1`],
    ['a dashboard', (url: string) => `${url}/dashboard/v3`],
  ])('%s as auth URL is AUTH_URL_WRONG', async (_what, urlOf) => {
    stand.server.on('POST', '/dashboard/v3/auth/tokens', { status: 403, text: '<html><body>CSRF</body></html>' });
    const { cloud } = open(stand.target({ authUrl: urlOf(stand.server.url) }));
    await expect(cloud.login.token(signal)).rejects.toMatchObject({ code: 'AUTH_URL_WRONG', retryable: false });
  });

  it('names the service and the regions where the catalog lacks it', async () => {
    const { cloud } = open(stand.target({ region: 'Mars' }));
    await expect(cloud.call(list)).rejects.toMatchObject({
      code: 'SERVICE_MISSING',
      params: { service: 'compute', region: 'Mars', regions: 'RegionOne' },
    });
  });
});

describe('calls', () => {
  it.each([
    ['2.93', undefined, '2.93'],
    ['2.100', undefined, '2.93'],
    ['2.79', undefined, '2.79'],
    ['2.93', '2.25', '2.25'],
    ['2.10', '2.25', '2.10'],
  ])('a cloud with %s and a call up to %s gets %s', async (max, upTo, asked) => {
    stand.maxMicroversion = max;
    const { cloud } = open(stand.target());
    await cloud.call(upTo === undefined ? list : { ...list, upTo });
    expect(stand.server.received.at(-1)?.headers).toMatchObject({
      'openstack-api-version': `compute ${asked}`,
      'x-openstack-nova-api-version': asked,
    });
  });

  it.each([
    ['takes the newest tested version', '2.93', undefined, 1],
    ['tells which versions it takes', '2.79', undefined, 2],
    ['tells nothing of versions', '2.79', { text: '<html>406</html>' }, 3],
  ])('a service that %s needs no more requests than that for the first call', async (_what, max, refusal, requests) => {
    stand.maxMicroversion = max;
    if (refusal !== undefined) {
      const path = '/v2.1/servers/detail';
      stand.server.on('GET', path, [{ status: 406, ...refusal }, { json: { servers: [] } }]);
    }
    const { cloud } = open(stand.target());
    await cloud.login.token(signal);
    const before = stand.server.received.length;
    await cloud.call(list);
    expect(stand.server.received.length - before).toBe(requests);
    expect(await cloud.microversion('compute', signal)).toBe(max);
    expect(stand.server.received.length - before).toBe(requests);
  });

  it('a call that changes something never tries a version', async () => {
    stand.maxMicroversion = '2.79';
    stand.nova('POST', '/v2.1/servers/1/action', () => ({ status: 202, json: {} }));
    const { cloud } = open(stand.target());
    await cloud.call({ ...list, method: 'POST', path: '/servers/1/action', body: { pause: null } });
    expect(stand.server.count(/action/)).toBe(1);
    expect(stand.server.count(/v2\.1\/$/)).toBe(1);
  });

  it('a web page instead of JSON is NOT_AN_API', async () => {
    stand.server.on('GET', '/v2.1/servers/detail', { text: '<html>login</html>' });
    const { cloud } = open(stand.target());
    await expect(cloud.call(list)).rejects.toMatchObject({ code: 'NOT_AN_API' });
  });

  it('JSON of another shape is PROTOCOL and says where', async () => {
    const { cloud } = open(stand.target());
    const schema = z.looseObject({ servers: z.array(z.string()).min(1) });
    await expect(cloud.call({ ...list, schema })).rejects.toMatchObject({
      code: 'PROTOCOL',
      detail: expect.stringContaining('servers') as string,
    });
  });

  it('a call that gives up does not end the login for the others', async () => {
    const { cloud } = open(stand.target());
    const hasty = new AbortController();
    const first = cloud.call({ ...list, signal: hasty.signal });
    const second = cloud.call(list);
    hasty.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await second).body).toEqual({ servers: [] });
  });
});

describe('paging', () => {
  const item = z.looseObject({ id: z.number() });
  const call = { service: 'compute', path: '/servers/detail', key: 'servers', query: { limit: '2' }, signal } as const;

  it('follows next links, but never to another host', async () => {
    stand.nova('GET', '/v2.1/servers/detail', ({ url }) => {
      const marker = Number(new URL(url, 'http://x').searchParams.get('marker') ?? '0');
      const href = `http://controller.invalid/v2.1/servers/detail?limit=2&marker=${marker + 2}`;
      const links = marker < 4 ? { servers_links: [{ rel: 'next', href }] } : {};
      return { json: { servers: [{ id: marker + 1 }, { id: marker + 2 }], ...links } };
    });
    const { cloud } = open(stand.target());
    expect((await listAll(cloud, call, item)).items.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("follows Glance's next", async () => {
    stand.nova('GET', '/v2.1/servers/detail', ({ url }) =>
      url.includes('marker')
        ? { json: { servers: [{ id: 2 }] } }
        : { json: { servers: [{ id: 1 }], next: '/v2/images?marker=1' } },
    );
    const { cloud } = open(stand.target());
    expect((await listAll(cloud, call, item)).items.length).toBe(2);
  });

  it('ends with an error where the pages go in a circle', async () => {
    stand.nova('GET', '/v2.1/servers/detail', () => ({
      json: { servers: [], servers_links: [{ rel: 'next', href: '?marker=1' }] },
    }));
    const { cloud } = open(stand.target());
    await expect(listAll(cloud, call, item)).rejects.toMatchObject({ code: 'PROTOCOL' });
    expect(stand.server.count(/servers/)).toBe(2);
  });

  it('ends with an error where the pages never end', async () => {
    let marker = 0;
    stand.nova('GET', '/v2.1/servers/detail', () => ({
      json: { servers: [], servers_links: [{ rel: 'next', href: `?marker=${++marker}` }] },
    }));
    const { cloud } = open(stand.target());
    await expect(listAll(cloud, call, item)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    // As many real requests as there may be pages, on a machine that may be busy.
  }, 60_000);
});

it.each([
  ['http://h:8776/v3/6547f137c80c4aa2b3d31e0726128206', 'http://h:8776/v3'],
  ['http://h/compute/v2.1', 'http://h/compute/v2.1'],
  ['http://h:9292', 'http://h:9292'],
  ['http://h:9292/', 'http://h:9292'],
])('versionRoot of %s is %s', (url, root) => {
  expect(versionRoot(url)).toBe(root);
});
