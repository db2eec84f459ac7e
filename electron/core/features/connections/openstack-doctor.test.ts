import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EndpointCheck, OpenStackTarget } from '../../../../shared/contract/connections.ts';
import type { Machine } from '../../../../shared/contract/machines.ts';
import { AppError } from '../../kernel/app-error.ts';
import { systemClock } from '../../kernel/clock.ts';
import { LiveList } from '../../kernel/live-list.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { Scope } from '../../kernel/scope.ts';
import { PASSWORD, StandInCloud } from '../../openstack/stand-in-cloud.ts';
import { StandInServer } from '../../openstack/stand-in-server.ts';
import { OpenStackDriver } from './openstack-driver.ts';
import type { ConnectContext } from './ports.ts';

let stand: StandInCloud;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  stand = await StandInCloud.start();
  stand.nova('GET', '/v2.1/servers/detail', () => ({ json: { servers: [] } }));
  cleanups.push(() => stand.server.close());
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function context(change: Partial<OpenStackTarget> = {}): ConnectContext<OpenStackTarget> {
  const scope = new Scope('doctor');
  cleanups.push(() => scope.close());
  return {
    connectionId: 'c',
    target: stand.target(change),
    scope,
    machines: new LiveList<Machine>(systemClock),
    secrets: { get: () => Promise.resolve(PASSWORD), set: () => Promise.resolve(), delete: () => Promise.resolve() },
    prompter: { ask: () => Promise.resolve(null) },
    clock: systemClock,
    log: silentLogger,
    onStep: () => undefined,
    pace: () => ({ focus: 'focused', refreshSeconds: 2 }),
  };
}

const check = (change: Partial<OpenStackTarget> = {}): Promise<EndpointCheck[]> =>
  new OpenStackDriver().checkEndpoints(context(change));

it('tells version and latency of an endpoint that is well', async () => {
  expect(await check()).toMatchObject([
    {
      serviceType: 'compute',
      serviceName: 'nova',
      state: 'ok',
      version: 'v2.1 2.93',
      latencyMs: expect.any(Number) as number,
      error: null,
      suggestedRewrite: null,
    },
  ]);
});

it('offers a rewrite where the name does not resolve but the auth host answers, and with it the cloud opens', async () => {
  const { port } = stand.server;
  stand.catalog = [{ type: 'compute', name: 'nova', url: `http://controller.invalid:${port}/v2.1` }];
  await expect(new OpenStackDriver().connect(context())).rejects.toMatchObject({ code: 'HOST_NOT_RESOLVED' });

  const [sick] = await check();
  expect(sick).toMatchObject({
    state: 'nameNotResolved',
    error: { code: 'HOST_NOT_RESOLVED', params: { host: 'controller.invalid', port } },
    suggestedRewrite: { from: 'controller.invalid', to: '127.0.0.1' },
  });

  const rewrites = [sick!.suggestedRewrite!];
  expect(await check({ rewrites })).toMatchObject([
    {
      state: 'ok',
      url: `http://controller.invalid:${port}/v2.1`,
      effectiveUrl: `http://127.0.0.1:${port}/v2.1`,
      suggestedRewrite: null,
    },
  ]);
  const opened = context({ rewrites });
  await new OpenStackDriver().connect(opened);
  expect(opened.machines.freshness).toBe('live');
});

it('offers no rewrite where the auth host does not answer for the service', async () => {
  stand.catalog = [{ type: 'image', name: 'glance', url: 'http://controller.invalid:9/' }];
  expect(await check()).toMatchObject([{ state: 'nameNotResolved', suggestedRewrite: null }]);
});

it('names what is wrong with each endpoint', async () => {
  const tls = await StandInServer.start({
    key: readFileSync(new URL('../../openstack/http/fixtures/self-signed.key', import.meta.url), 'utf8'),
    cert: readFileSync(new URL('../../openstack/http/fixtures/self-signed.pem', import.meta.url), 'utf8'),
  });
  cleanups.push(() => tls.close());
  const closed = await StandInServer.start();
  const closedUrl = closed.url;
  await closed.close();
  const { url } = stand.server;
  stand.server.on('GET', '/page/v3/', { text: '<html><script>alert(1)</script></html>' });
  stand.server.on('GET', '/away/v2/', { status: 503, json: { message: 'down' } });
  stand.server.on('GET', '/strange/', { status: 404, json: { error: 'nothing here' } });
  stand.catalog = [
    { type: 'a-closed', name: '', url: closedUrl },
    { type: 'b-page', name: '', url: `${url}/page/v3` },
    { type: 'c-away', name: '', url: `${url}/away/v2` },
    { type: 'd-untrusted', name: '', url: `${tls.url}/v2` },
    { type: 'e-plain', name: '', url: `${url.replace('http:', 'https:')}/v2` },
    { type: 'f-no-version', name: '', url: `${url}/strange` },
  ];
  const checks = await check();
  expect(checks.map(({ serviceType, state, error }) => [serviceType, state, error?.code ?? null])).toEqual([
    ['a-closed', 'refused', 'CONNECTION_REFUSED'],
    ['b-page', 'notAnApi', 'NOT_AN_API'],
    ['c-away', 'error', 'SERVICE_UNAVAILABLE'],
    ['d-untrusted', 'tlsUntrusted', 'TLS_UNTRUSTED'],
    ['e-plain', 'notAnApi', 'TLS_EXPECTED_HTTP'],
    ['f-no-version', 'ok', null],
  ]);
  expect(tls.received).toEqual([]);
});

it('ends with its scope, whatever hangs', async () => {
  stand.server.on('GET', '/v2.1/', { raw: () => undefined });
  const hanging = context();
  const checking = new OpenStackDriver().checkEndpoints(hanging);
  checking.catch(() => undefined);
  await expect.poll(() => stand.server.count(/v2\.1\/$/)).toBe(1);
  await hanging.scope.close(new AppError('CANCELLED'));
  await expect(checking).rejects.toMatchObject({ code: 'CANCELLED' });
});
