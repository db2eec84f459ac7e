import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { ActionPlan } from './action-plan.ts';

let clock: FakeClock;
let started: string[];
/** Ends the work of one, with an error where it is given. */
let end: Map<string, (error?: AppError) => void>;
let results: Map<string, string>;
let aborts: Map<string, AbortController>;

beforeEach(() => {
  clock = new FakeClock();
  started = [];
  end = new Map();
  results = new Map();
  aborts = new Map();
});
afterEach(() => expect(clock.pendingTimers).toBe(0));

/** Hands in work of these names. */
async function plan(
  names: string,
  options: Partial<{ delayMs: number; parallel: number; stopOnFailure: boolean }>,
): Promise<void> {
  const made = new ActionPlan({ clock, delayMs: 0, parallel: 1, stopOnFailure: false, ...options });
  for (const name of names) {
    const abort = new AbortController();
    aborts.set(name, abort);
    const work = (): Promise<void> => {
      started.push(name);
      return new Promise((resolve, reject) => {
        end.set(name, (error) => (error === undefined ? resolve() : reject(error)));
      });
    };
    made.run(abort.signal, work).then(
      () => results.set(name, 'done'),
      (error: unknown) => results.set(name, AppError.from(error).code),
    );
  }
  await clock.advance(0);
}

async function finish(name: string, error?: AppError): Promise<void> {
  end.get(name)?.(error);
  await clock.advance(0);
}

describe('a plan', () => {
  it('starts in order, so many at once', async () => {
    await plan('abcd', { parallel: 2 });
    expect(started).toEqual(['a', 'b']);
    await finish('b');
    expect(started).toEqual(['a', 'b', 'c']);
    await finish('a');
    await finish('c');
    await finish('d');
    expect([...results.values()]).toEqual(['done', 'done', 'done', 'done']);
  });

  it('keeps time between starts, however soon one is done', async () => {
    await plan('abc', { delayMs: 30_000 });
    await finish('a');
    expect(started).toEqual(['a']);
    await clock.advance(29_999);
    expect(started).toEqual(['a']);
    await clock.advance(1);
    expect(started).toEqual(['a', 'b']);
    // And waits for one that takes longer.
    await clock.advance(60_000);
    expect(started).toEqual(['a', 'b']);
    await finish('b');
    expect(started).toEqual(['a', 'b', 'c']);
    await finish('c');
  });

  it('goes on after a failure', async () => {
    await plan('ab', {});
    await finish('a', new AppError('LIBVIRT_ERROR'));
    await finish('b');
    expect(Object.fromEntries(results)).toEqual({ a: 'LIBVIRT_ERROR', b: 'done' });
  });

  it('stops at a failure where it is to, and lets those that run end', async () => {
    await plan('abcd', { parallel: 2, delayMs: 1_000, stopOnFailure: true });
    await clock.advance(1_000);
    await finish('a', new AppError('LIBVIRT_ERROR'));
    await finish('b');
    expect(Object.fromEntries(results)).toEqual({ a: 'LIBVIRT_ERROR', b: 'done', c: 'CANCELLED', d: 'CANCELLED' });
    expect(started).toEqual(['a', 'b']);
  });

  it('leaves out what is cancelled while it waits, which is no failure', async () => {
    await plan('abc', { stopOnFailure: true, delayMs: 500 });
    aborts.get('b')?.abort(new AppError('CANCELLED'));
    await finish('a');
    await clock.advance(500);
    expect(started).toEqual(['a', 'c']);
    await finish('c');
    expect(Object.fromEntries(results)).toEqual({ b: 'CANCELLED', a: 'done', c: 'done' });
  });

  it('waits for nothing when all that wait are cancelled', async () => {
    await plan('ab', { delayMs: 500 });
    await finish('a');
    aborts.get('b')?.abort(new AppError('CANCELLED'));
    await clock.advance(0);
    expect(results.get('b')).toBe('CANCELLED');
  });
});
