import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../../shared/contract/errors.ts';
import { AppError } from '../../kernel/app-error.ts';
import { errorOfReply } from './errors.ts';
import captured from './fixtures/error-replies.json' with { type: 'json' };
import type { HttpReply, HttpRequest } from './http-client.ts';

/** What each body captured from a real service (Zed) must become: code, the service's type, part of its words. */
const expected: Record<string, [ErrorCode, string, string]> = {
  'identity: wrong password': ['AUTH_FAILED', 'Unauthorized', 'requires authentication'],
  'identity: malformed': ['OPENSTACK_ERROR', '', "'identity' is a required property"],
  'identity: bad token': ['AUTH_FAILED', 'Unauthorized', 'requires authentication'],
  'identity: forbidden': ['FORBIDDEN', 'Forbidden', 'identity:list_users'],
  'identity: not found': ['NOT_FOUND', 'Not Found', 'Could not find user'],
  'identity: conflict': ['CONFLICT', 'Conflict', 'same name'],
  'identity: body too large': ['OPENSTACK_ERROR', 'Request Entity Too Large', 'Larger than max_request_body_size'],
  'identity: no such path': ['NOT_AN_API', '', 'was not found on the server'],
  'compute: no token': ['AUTH_EXPIRED', 'Unauthorized', 'requires authentication'],
  'compute: bad token': ['AUTH_EXPIRED', 'Unauthorized', 'requires authentication'],
  'compute: not found': ['NOT_FOUND', 'itemNotFound', 'could not be found'],
  'compute: bad request': ['OPENSTACK_ERROR', 'badRequest', "'name' is a required property"],
  'compute: forbidden': ['FORBIDDEN', 'forbidden', 'os-hypervisors:list'],
  'compute: forbidden by a rule about quotas': ['FORBIDDEN', 'forbidden', 'os-quota-sets:update'],
  'compute: bad microversion': ['OPENSTACK_ERROR', 'computeFault', 'maximum is 2.93'],
  'compute: malformed microversion': ['OPENSTACK_ERROR', 'badRequest', 'invalid format'],
  'compute: no such path': ['NOT_FOUND', 'Not Found', 'The resource could not be found.'],
  'compute: method not allowed': ['NOT_FOUND', 'Not Found', 'The resource could not be found.'],
  'compute: bad media type': ['OPENSTACK_ERROR', 'badRequest', 'Malformed request body'],
  'compute: quota': ['QUOTA_EXCEEDED', 'forbidden', 'Quota exceeded for cores, instances'],
  'compute: conflict': ['CONFLICT', 'conflictingRequest', 'vm_state active'],
  'compute: body too large': ['OPENSTACK_ERROR', 'Request Entity Too Large', 'Larger than max_request_body_size'],
  'compute: console of a machine without one': ['OPENSTACK_ERROR', 'badRequest', 'Unavailable console type'],
  'compute: identity service down (auth_token middleware)': [
    'SERVICE_UNAVAILABLE',
    '',
    'Keystone service is temporarily',
  ],
  'network: no token': ['AUTH_EXPIRED', 'Unauthorized', 'requires authentication'],
  'network: bad request': ['OPENSTACK_ERROR', 'InvalidInput', 'not in a CIDR format'],
  'network: not found': ['NOT_FOUND', 'PortNotFound', 'could not be found'],
  'network: forbidden': ['FORBIDDEN', 'PolicyNotAuthorized', 'disallowed by policy'],
  'network: in use': ['CONFLICT', 'NetworkInUse', 'Unable to complete operation'],
  'network: quota': ['QUOTA_EXCEEDED', 'OverQuota', 'Quota exceeded'],
  'network: identity service down (auth_token middleware)': [
    'SERVICE_UNAVAILABLE',
    'Service Unavailable',
    'Keystone service is temporarily',
  ],
  'network: no such path': ['NOT_FOUND', 'HTTPNotFound', 'could not be found'],
  'image: no token': ['AUTH_EXPIRED', 'Unauthorized', 'could not verify'],
  'image: bad request': ['OPENSTACK_ERROR', 'Bad Request', "does not match schema 'image'"],
  'image: forbidden': ['FORBIDDEN', 'Forbidden', 'You do not own this image'],
  'image: not found': ['NOT_FOUND', 'Not Found', 'No image found with ID'],
  'image: conflict': ['CONFLICT', 'Conflict', 'already exists!'],
  'image: too many properties': ['QUOTA_EXCEEDED', 'Request Entity Too Large', 'allowed image properties'],
  // Glance leaves the decision to its policies, so that a Keystone that is away looks like a token that is refused.
  'image: identity service down (auth_token middleware)': ['AUTH_EXPIRED', 'Unauthorized', 'could not verify'],
  'image: as HTML': ['NOT_AN_API', '', '404 Not Found No image found with ID'],
  'image: bad media type': ['OPENSTACK_ERROR', 'Unsupported Media Type', 'text/plain is not supported'],
  'block-storage: no token': ['AUTH_EXPIRED', 'Unauthorized', 'requires authentication'],
  'block-storage: bad request': ['OPENSTACK_ERROR', 'badRequest', 'Invalid input for field'],
  'block-storage: not found': ['NOT_FOUND', 'itemNotFound', 'could not be found'],
  'block-storage: forbidden': ['FORBIDDEN', 'forbidden', 'services:index'],
  'block-storage: bad microversion': ['OPENSTACK_ERROR', 'computeFault', 'maximum is 3.70'],
  'block-storage: quota': ['QUOTA_EXCEEDED', 'overLimit', 'VolumeLimitExceeded'],
  'block-storage: conflict': ['CONFLICT', 'conflictingRequest', 'already exists'],
  'block-storage: body too large': ['OPENSTACK_ERROR', 'Request Entity Too Large', 'Larger than max_request_body_size'],
  'block-storage: identity service down (auth_token middleware)': [
    'SERVICE_UNAVAILABLE',
    'Service Unavailable',
    'Keystone service is temporarily',
  ],
  'block-storage: no such path': ['NOT_FOUND', 'Not Found', 'could not be found'],
  'HAProxy: too large': ['OPENSTACK_ERROR', '', '413 Payload Too Large The request entity exceeds the maximum'],
  'HAProxy: too many requests': ['RATE_LIMITED', '', '429 Too Many Requests You have sent too many requests'],
  'HAProxy: no server': ['SERVICE_UNAVAILABLE', '', '503 Service Unavailable No server is available'],
  'placement: no token': ['AUTH_EXPIRED', 'Unauthorized', 'requires authentication'],
  'placement: forbidden': ['FORBIDDEN', 'Forbidden', 'Access was denied'],
  'placement: not found': ['NOT_FOUND', '', 'No resource provider with uuid'],
  'placement: bad microversion': ['OPENSTACK_ERROR', '', 'Unacceptable version header'],
};

function reply(status: number, text: string, headers: Record<string, string> = {}): HttpReply {
  return { status, text, headers, url: 'http://cloud:8774/v2.1/servers?name=secret' };
}

/** Services that never send a status by themselves get it from the proxy in front of them. */
const fromProxy: Record<string, readonly number[]> = {
  identity: [429, 503],
  compute: [429],
  network: [413, 429],
  image: [429, 503],
  'block-storage': [429],
};

describe('errors of real services', () => {
  it.each(Object.entries(fromProxy))('has every kind of refusal of %s', (service, proxied) => {
    const statusesOf = (who: string): number[] =>
      captured.filter((one) => one.service === who).map(({ status }) => status);
    const own = statusesOf(service);
    for (const status of [401, 403, 404, 409, 413, 429, 503]) {
      expect(proxied.includes(status) ? statusesOf('HAProxy') : own, `${service} ${status}`).toContain(status);
    }
  });

  it('has an expectation for every captured body', () => {
    expect(captured.map(({ service, name }) => `${service}: ${name}`).sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(captured.map((one) => [`${one.service}: ${one.name}`, one] as const))('%s', (name, one) => {
    const headers = Object.fromEntries(Object.entries(one.headers).filter((pair) => typeof pair[1] === 'string'));
    const method = one.method as HttpRequest['method'];
    const error = errorOfReply({ ...one, headers: headers }, { service: one.service, method });
    const [code, type, words] = expected[name] ?? [];
    expect(error.code).toBe(code);
    expect(error.detail).toContain(words);
    expect(error.detail).not.toMatch(/<\w/);
    expect(error.source).toMatchObject({
      kind: 'openstack',
      service: one.service,
      status: one.status,
      method,
      requestId: headers['x-openstack-request-id'] ?? headers['x-compute-request-id'] ?? null,
    });
    if (type !== '') expect(error.source).toMatchObject({ type });
    if (name !== 'placement: no token' && one.service === 'compute' && one.status === 404) {
      expect(errorOfReply({ ...one, headers: {} }, { service: 'compute', method, notFound: 'MACHINE_GONE' }).code).toBe(
        'MACHINE_GONE',
      );
    }
  });
});

describe('dialects that the lab does not speak', () => {
  it.each([
    [
      'Octavia',
      409,
      '{"faultcode":"Client","faultstring":"immutable","debuginfo":null}',
      'CONFLICT',
      'Client',
      'immutable',
    ],
    [
      'Heat',
      404,
      '{"code":404,"title":"Not Found","explanation":"gone","error":{"type":"EntityNotFound","message":"The Stack could not be found."}}',
      'NOT_FOUND',
      'EntityNotFound',
      'The Stack could not be found.',
    ],
    ['old Neutron', 400, '{"NeutronError":"bad thing"}', 'OPENSTACK_ERROR', 'NeutronError', 'bad thing'],
    [
      'a rate limit',
      413,
      '{"overLimit":{"code":413,"message":"This request was rate-limited.","retryAfter":"5"}}',
      'RATE_LIMITED',
      'overLimit',
      'This request was rate-limited.',
    ],
    [
      'too many',
      429,
      '{"overLimit":{"code":429,"message":"Too many requests"}}',
      'RATE_LIMITED',
      'overLimit',
      'Too many requests',
    ],
    [
      'a proxy',
      503,
      '<html><body><h1>503 Service Unavailable</h1>\nNo server is available.</body></html>',
      'SERVICE_UNAVAILABLE',
      '',
      '503 Service Unavailable No server is available.',
    ],
    [
      'a fault',
      500,
      '{"computeFault":{"code":500,"message":"Unexpected API Error. <class \'sqlalchemy\'>"}}',
      'OPENSTACK_ERROR',
      'computeFault',
      'Unexpected API Error.',
    ],
    ['nothing', 502, '', 'SERVICE_UNAVAILABLE', '', 'compute answered 502'],
  ] as const)('%s', (_who, status, body, code, type, words) => {
    const error = errorOfReply(reply(status, body), { service: 'compute', method: 'GET' });
    expect(error).toMatchObject({ code, detail: words, source: { type } });
  });

  it('keeps the query out of what it tells', () => {
    const error = errorOfReply(reply(404, '{}'), { service: 'compute', method: 'GET' });
    expect(JSON.stringify(error.toData())).not.toContain('secret');
  });

  it('makes an AppError of anything within bounds', () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((text) => `{"error":${text}}`),
    );
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), body, (status, text) => {
        const error = errorOfReply(reply(status, text), { service: 'compute', method: 'GET' });
        expect(error).toBeInstanceOf(AppError);
        expect(error.detail.length).toBeLessThanOrEqual(2_000);
      }),
    );
  });

  it('reads a megabyte of markup quickly', () => {
    const error = errorOfReply(reply(500, '<'.repeat(1_000_000)), { service: 'compute', method: 'GET' });
    expect(error.detail.length).toBeLessThanOrEqual(2_000);
  });
});
