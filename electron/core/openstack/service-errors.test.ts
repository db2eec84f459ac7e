import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ServiceType } from './auth/catalog.ts';
import { errorOfReply } from './http/errors.ts';
import captured from './http/fixtures/error-replies.json' with { type: 'json' };
import { openCloud, StandInCloud, type CloudFixture } from './stand-in-cloud.ts';

const services: readonly ServiceType[] = ['identity', 'compute', 'network', 'image', 'block-storage'];
const { signal } = new AbortController();

/** What each service sent, and what a proxy sends in front of each. */
const replies = services.flatMap((service) =>
  captured
    .filter((one) => one.service === service || one.service === 'HAProxy')
    .map((one) => ({ ...one, service, from: one.service === 'HAProxy' ? `${service} behind HAProxy` : service })),
);

let stand: StandInCloud;
let fixture: CloudFixture;

beforeAll(async () => {
  stand = await StandInCloud.start();
  stand.catalog = services.map((type) => ({ type, name: type, url: `${stand.server.url}/${type}/v3` }));
  const version = { id: 'v3', status: 'CURRENT', version: '2.1', min_version: '2.1' };
  stand.server.on('GET', /^\/[a-z-]+\/v3\/$/, { json: { version } });
  fixture = openCloud(stand.target());
});
afterAll(async () => {
  await fixture.close();
  await stand.server.close();
});

describe('a call that a service refuses', () => {
  it.each(replies.map((one) => [`${one.from}: ${one.status} ${one.name}`, one] as const))('%s', async (name, one) => {
    const { service, status, text } = one;
    const path = `/${name.replace(/\W+/g, '-')}`;
    const headers = Object.fromEntries(Object.entries(one.headers).filter((pair) => typeof pair[1] === 'string'));
    stand.server.on('POST', `/${service}/v3${path}`, { status, text, headers });

    const reply = { status, text, headers, url: `${stand.server.url}/${service}/v3${path}` };
    const { code, detail, retryable, source } = errorOfReply(reply, { service, method: 'POST' });
    const call = fixture.cloud.call({ service, method: 'POST', path, body: {}, signal });
    await expect(call).rejects.toMatchObject({ code, detail, retryable, source });
    expect(retryable).toBe(status === 429 || status >= 500);
    // Only a refused token is renewed and the call repeated; nothing else is sent twice.
    expect(stand.server.count(new RegExp(`/v3${path}$`))).toBe(status === 401 ? 2 : 1);
    // The connection holds: the next call needs no question and works.
    stand.server.on('POST', `/${service}/v3${path}`, { status: 202, json: {} });
    await fixture.cloud.call({ service, method: 'POST', path, body: {}, signal });
    expect(fixture.prompter.asked).toEqual([]);
  });
});

it.each(services)('a page of HTML from %s, whatever its status, is no API', async (service) => {
  const text = '<!doctype html><html><body><h1>Log in</h1><script>alert(1)</script></body></html>';
  for (const [index, status] of [200, 302, 404].entries()) {
    const path = `/html-${index}`;
    stand.server.on('GET', `/${service}/v3${path}`, { status, text });
    const call = fixture.cloud.call({ service, method: 'GET', path, schema: z.looseObject({}), signal });
    await expect(call).rejects.toMatchObject({
      code: 'NOT_AN_API',
      retryable: false,
      detail: expect.not.stringContaining('<') as string,
    });
  }
});
