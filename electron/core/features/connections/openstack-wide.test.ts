import { expect, it, vi } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { Scope } from '../../kernel/scope.ts';
import type { Cloud } from '../../openstack/cloud.ts';
import { noMachines, watchLogin } from './openstack-wide.ts';

const CHECK_MS = 30_000;

/** A Keystone that answers as it is told to, one after the other. */
function watch(answers: (AppError | null)[]): {
  clock: FakeClock;
  scope: Scope;
  asked: string[];
  lost: Promise<AppError>;
} {
  const clock = new FakeClock();
  const scope = new Scope('test');
  const asked: string[] = [];
  const call = ({ path }: { path: string }): Promise<{ body: undefined; headers: Record<string, string> }> => {
    asked.push(path);
    const error = answers.shift() ?? null;
    return error === null ? Promise.resolve({ body: undefined, headers: {} }) : Promise.reject(error);
  };
  const lost = watchLogin({ call: call as Cloud['call'] }, { scope, clock, log: silentLogger });
  return { clock, scope, asked, lost };
}

const away = new AppError('SERVICE_UNAVAILABLE', { retryable: true });

it('is lost when Keystone does not answer twice, and not when it does in between', async () => {
  const { clock, asked, lost } = watch([null, away, null, away, away]);
  const isLost = vi.fn();
  void lost.then(isLost);
  for (let check = 1; check <= 4; check++) {
    await clock.advance(CHECK_MS);
    await vi.waitFor(() => expect(asked.length).toBe(check), 10_000);
    expect(isLost).not.toHaveBeenCalled();
  }
  await clock.advance(CHECK_MS);
  expect((await lost).code).toBe('SERVICE_UNAVAILABLE');
  expect(asked).toEqual(Array.from({ length: 5 }, () => '/auth/catalog'));
});

it('is lost at once when the login is refused, and ends with its connection', async () => {
  const refused = watch([new AppError('AUTH_EXPIRED')]);
  await refused.clock.advance(CHECK_MS);
  expect((await refused.lost).code).toBe('AUTH_EXPIRED');

  const closed = watch([]);
  await closed.scope.close();
  expect((await closed.lost).code).toBe('CANCELLED');
  expect(closed.clock.pendingTimers).toBe(0);
});

it('has no machines', async () => {
  const { signal } = new AbortController();
  await expect(noMachines.details('m1', signal)).rejects.toMatchObject({ code: 'MACHINE_GONE' });
  const usage = noMachines.watchUsage('m1', signal)[Symbol.asyncIterator]();
  await expect(usage.next()).rejects.toMatchObject({ code: 'MACHINE_GONE' });
});
