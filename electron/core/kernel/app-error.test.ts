import { describe, expect, it } from 'vitest';
import { abortError, AppError, throwIfAborted } from './app-error.ts';

describe('AppError.from', () => {
  it('keeps an AppError, and the one behind an abort', () => {
    const error = new AppError('TIMEOUT', { retryable: true });
    expect(AppError.from(error)).toBe(error);
    const aborted = Object.assign(new Error('aborted', { cause: error }), { name: 'AbortError' });
    expect(AppError.from(aborted)).toBe(error);
    expect(AppError.from(new DOMException('x', 'AbortError'))).toMatchObject({ code: 'CANCELLED' });
  });

  it.each([
    [new TypeError('x is undefined'), 'x is undefined'],
    ['text', 'text'],
    [undefined, 'undefined'],
  ])('anything else is INTERNAL with a correlation id: %s', (thrown, detail) => {
    const error = AppError.from(thrown);
    expect(error).toMatchObject({ code: 'INTERNAL', detail, retryable: false });
    expect(error.correlationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('crosses as plain JSON, without stack and cause', () => {
    const error = new AppError('CONFLICT', { params: { machine: 'a' }, detail: 'no', cause: new Error('secret') });
    const data = error.toData();
    expect(JSON.parse(JSON.stringify(data))).toEqual(data);
    expect(Object.keys(data).sort()).toEqual(['code', 'correlationId', 'detail', 'params', 'retryable', 'source']);
    expect(data.correlationId).toBeNull();
  });
});

it('takes more values for its text and stays the same otherwise', () => {
  const source = { kind: 'ssh', host: 'h', port: 22, user: 'u', message: 'm' } as const;
  const error = new AppError('BUSY', { params: { a: 1, b: 2 }, detail: 'd', retryable: true, source });
  const more = error.withParams({ b: 3, c: 4 });
  expect(more).toMatchObject({ code: 'BUSY', detail: 'd', retryable: true, source, cause: error });
  expect(more.params).toEqual({ a: 1, b: 3, c: 4 });
  expect(new AppError('BUSY').withParams({}).source).toBeNull();
});

it('reads the reason of an aborted signal', () => {
  const { signal } = new AbortController();
  expect(() => throwIfAborted(signal)).not.toThrow();
  expect(() => throwIfAborted(AbortSignal.abort())).toThrow(expect.objectContaining({ code: 'CANCELLED' }));
  const reason = new AppError('DISCONNECTED');
  expect(abortError(AbortSignal.abort(reason))).toBe(reason);
});
