import { expect, it, vi } from 'vitest';
import type { Machine } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { FakeClock } from '../../../kernel/clock.ts';
import { silentLogger } from '../../../kernel/logger.ts';
import { openScriptedSession } from '../../../libvirt/session/fixtures/scripted-session.ts';
import { jobFraction, runDomainJob } from './libvirt-job.ts';
import { rowOf } from './libvirt-rows.ts';

const uuid = '1ab00000-0000-4000-8000-000000000001';
const machine: Machine = rowOf(
  { id: uuid, name: 'web', isActive: true },
  { connectionId: 'kvm1', hostName: 'kvm1' },
  undefined,
);

function size(field: string, value: number): { field: string; value: { type: 'ullong'; value: number } } {
  return { field, value: { type: 'ullong', value } };
}

it('tells how far the job is, and aborts it on the server where the task is cancelled', async () => {
  const clock = new FakeClock();
  const { session, main, blocking } = await openScriptedSession(clock);
  const cancel = new AbortController();
  const steps: [string, number | null | undefined][] = [];
  const task = {
    signal: cancel.signal,
    progress: (step: string, fraction?: number | null) => void steps.push([step, fraction]),
  };
  const dom = { name: 'web', uuid, id: -1 };
  const job = runDomainJob(machine, 'saving', { session, clock, log: silentLogger, task }, (rpc) =>
    rpc.call('DOMAIN_MANAGED_SAVE', { dom, flags: 0 }),
  );
  const ended = vi.fn();
  job.catch(ended);
  const save = await blocking.takeCall('DOMAIN_MANAGED_SAVE');
  await clock.advance(500);
  const stats = await main.takeCall('DOMAIN_GET_JOB_STATS');
  main.reply('DOMAIN_GET_JOB_STATS', stats, {
    type: 2,
    params: [size('data_total', 400), size('data_remaining', 100)],
  });
  await vi.waitFor(
    () =>
      expect(steps).toEqual([
        ['saving', undefined],
        ['saving', 0.75],
      ]),
    10_000,
  );

  cancel.abort(new AppError('CANCELLED'));
  const abort = await main.takeCall('DOMAIN_ABORT_JOB');
  main.reply('DOMAIN_ABORT_JOB', abort, {});
  // Until the server says that the job is over, so is the task not.
  expect(ended).not.toHaveBeenCalled();
  blocking.fail(save, { code: 78, message: 'operation aborted: domain save job: canceled by client' });
  await expect(job).rejects.toMatchObject({ code: 'CANCELLED' });
  await session.close();
});

it('succeeds where the job had ended before it could be aborted', async () => {
  const clock = new FakeClock();
  const { session, main, blocking } = await openScriptedSession(clock);
  const cancel = new AbortController();
  const task = { signal: cancel.signal, progress: () => undefined };
  const dom = { name: 'web', uuid, id: -1 };
  const job = runDomainJob(machine, 'saving', { session, clock, log: silentLogger, task }, (rpc) =>
    rpc.call('DOMAIN_MANAGED_SAVE', { dom, flags: 0 }),
  );
  const save = await blocking.takeCall('DOMAIN_MANAGED_SAVE');
  cancel.abort(new AppError('CANCELLED'));
  main.fail(await main.takeCall('DOMAIN_ABORT_JOB'), { code: 55, message: 'no job is active on the domain' });
  blocking.reply('DOMAIN_MANAGED_SAVE', save, {});
  await job;
  await session.close();
});

it('knows no fraction before the job has told its size', () => {
  expect(jobFraction(new Map())).toBeNull();
  expect(jobFraction(new Map([['data_total', 0]]))).toBeNull();
  expect(
    jobFraction(
      new Map([
        ['memory_total', 10],
        ['memory_remaining', 0],
      ]),
    ),
  ).toBe(1);
});
