import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { AppError } from './app-error.ts';
import { FakeClock } from './clock.ts';
import { backoffMs, delay, raceAbort, withTimeout } from './timing.ts';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('delay', () => {
  it('ends after its time and leaves nothing behind', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    let over = false;
    const waiting = delay(clock, 1_000, signal).then(() => (over = true));
    await clock.advance(999);
    expect(over).toBe(false);
    await clock.advance(1);
    await waiting;
    expect([over, clock.pendingTimers, listeners(signal)]).toEqual([true, 0, 0]);
  });

  it('ends with the reason of an abort, before or meanwhile', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const waiting = delay(clock, 1_000, controller.signal);
    controller.abort(new AppError('CONNECTION_LOST'));
    await expect(waiting).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await expect(delay(clock, 1, controller.signal)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('withTimeout', () => {
  it('gives what the work gives and leaves neither timer nor listener', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    expect(await withTimeout(clock, 1_000, signal, 'x', () => Promise.resolve(7))).toBe(7);
    expect([clock.pendingTimers, listeners(signal)]).toEqual([0, 0]);
  });

  it('ends at its time with TIMEOUT, even if the work does not listen', async () => {
    const clock = new FakeClock();
    const seen: { signal?: AbortSignal } = {};
    const working = withTimeout(clock, 5_000, undefined, 'nova', (signal) => {
      seen.signal = signal;
      return new Promise(() => undefined);
    });
    working.catch(() => undefined);
    await clock.advance(5_000);
    await expect(working).rejects.toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
      params: { what: 'nova', seconds: 5 },
    });
    expect(seen.signal?.aborted).toBe(true);
  });

  it('ends with the outer reason, also where it was given before', async () => {
    const clock = new FakeClock();
    const outer = new AbortController();
    const working = withTimeout(clock, 5_000, outer.signal, 'x', () => new Promise(() => undefined));
    outer.abort(new AppError('CANCELLED', { detail: 'by the person' }));
    await expect(working).rejects.toMatchObject({ detail: 'by the person' });
    const late = withTimeout(clock, 5_000, outer.signal, 'x', () => new Promise(() => undefined));
    await expect(late).rejects.toMatchObject({ detail: 'by the person' });
    expect([clock.pendingTimers, listeners(outer.signal)]).toEqual([0, 0]);
  });
});

it('raceAbort leaves no listener on a signal that lives long', async () => {
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 5 }, () => raceAbort(Promise.resolve(), signal)));
  await expect(raceAbort(Promise.reject(new AppError('TIMEOUT')), signal)).rejects.toMatchObject({ code: 'TIMEOUT' });
  // finally() runs a turn after the outcome.
  await new Promise((resolve) => setImmediate(resolve));
  expect(listeners(signal)).toBe(0);
});

it('backs off by doubling up to the limit, with a fifth of jitter', () => {
  const middle = (): number => 0.5;
  expect([0, 1, 2, 5, 6, 100].map((attempt) => backoffMs(attempt, 1_000, 60_000, middle))).toEqual([
    1_000, 2_000, 4_000, 32_000, 60_000, 60_000,
  ]);
  expect(backoffMs(0, 1_000, 60_000, () => 0)).toBe(800);
  expect(backoffMs(0, 1_000, 60_000, () => 1)).toBe(1_200);
});
