import { expect, it } from 'vitest';
import { networkErrorCode } from './network-error.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

it.each([
  ['ENOTFOUND', 'HOST_NOT_RESOLVED'],
  ['ECONNREFUSED', 'CONNECTION_REFUSED'],
  ['EHOSTUNREACH', 'HOST_UNREACHABLE'],
  ['ETIMEDOUT', 'HOST_UNREACHABLE'],
  ['EPERM', 'HOST_UNREACHABLE'],
  ['ECONNRESET', 'CONNECTION_LOST'],
  ['EMFILE', null],
  ['constructor', null],
])('%s means %s', (code, meaning) => {
  expect(networkErrorCode(failure(code))).toBe(meaning);
  // Several addresses of one name, as Node tries them.
  expect(networkErrorCode(new AggregateError([failure(code), failure('ECONNREFUSED')]))).toBe(meaning);
});

it('a bug says nothing about the network', () => {
  for (const thrown of [new TypeError('x is undefined'), 'ENOTFOUND', null, new AggregateError([])]) {
    expect(networkErrorCode(thrown)).toBe(null);
  }
});
