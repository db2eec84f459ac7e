import { beforeEach, expect, it, vi } from 'vitest';
import { AppError } from '../../../kernel/app-error.ts';
import { FakeClock } from '../../../kernel/clock.ts';
import { silentLogger } from '../../../kernel/logger.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import { blockJobAbortFlags, blockJobStatus } from '../../../libvirt/protocol/snapshot-flags.ts';
import type { ScriptedServer } from '../../../libvirt/rpc/fixtures/scripted-server.ts';
import type { Frame } from '../../../libvirt/rpc/framing.ts';
import { openScriptedSession } from '../../../libvirt/session/fixtures/scripted-session.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { runBlockJob, showMerging } from './block-job.ts';

const dom = domainRef('1ab00000-0000-4000-8000-000000000001');
let clock: FakeClock;
let session: LibvirtSession;
let main: ScriptedServer;
let blocking: ScriptedServer;
let told: (number | null | undefined)[];
let cancel: AbortController;

beforeEach(async () => {
  clock = new FakeClock();
  ({ session, main, blocking } = await openScriptedSession(clock));
  told = [];
  cancel = new AbortController();
});

const deps = (): Parameters<typeof runBlockJob>[1] => {
  const progress = (_step: string, fraction?: number | null): void => void told.push(fraction);
  return { session, clock, log: silentLogger, task: { signal: cancel.signal, progress } };
};

/** Starts the second half of a task and plays the server until the job runs. */
async function begin(pivot: boolean): Promise<{ job: Promise<void> }> {
  const args = { dom, path: 'vda', bandwidth: 0, flags: 0 };
  const job = runBlockJob(
    {
      ...{ dom, target: 'vda', step: 'merging', share: { from: 0.5, to: 1 }, pivot },
      start: (rpc, options) => rpc.call('DOMAIN_BLOCK_PULL', args, options),
    },
    deps(),
  );
  job.catch(() => undefined);
  const registration = 'CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY';
  main.reply(registration, await main.takeCall(registration), { callbackID: 7 });
  blocking.reply('DOMAIN_BLOCK_PULL', await blocking.takeCall('DOMAIN_BLOCK_PULL'), {});
  await tellInfo(1, 25, 100);
  return { job };
}

/** Answers the next question how far the job is, for which time passes. */
async function tellInfo(found: number, cur: number, end: number): Promise<void> {
  const asked: Frame[] = [];
  void main.takeCall('DOMAIN_GET_BLOCK_JOB_INFO').then((call) => asked.push(call));
  for (;;) {
    const [call] = asked;
    if (call !== undefined) {
      main.reply('DOMAIN_GET_BLOCK_JOB_INFO', call, { found, type: 1, bandwidth: 0, cur, end });
      return;
    }
    await clock.advance(500);
  }
}

function tell(status: number, dst = 'vda'): void {
  main.event('DOMAIN_EVENT_BLOCK_JOB_2', { callbackID: 7, dom, dst, type: 4, status });
}

it('tells how far its part is, and ends with the event of this disk', async () => {
  const { job } = await begin(false);
  await vi.waitFor(() => expect(told).toEqual([0.5, 0.625]));
  tell(blockJobStatus.failed, 'vdb');
  await tellInfo(1, 50, 100);
  await vi.waitFor(() => expect(told).toEqual([0.5, 0.625, 0.75]));
  tell(blockJobStatus.completed);
  await job;
  expect(told.at(-1)).toBe(1);
  await main.takeCall('CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY');
});

it('goes over to the merged file when all is merged, and waits for that', async () => {
  const { job } = await begin(true);
  await vi.waitFor(() => expect(told).toHaveLength(2));
  tell(blockJobStatus.ready);
  const pivot = await blocking.takeCall('DOMAIN_BLOCK_JOB_ABORT');
  expect(blocking.args('DOMAIN_BLOCK_JOB_ABORT', pivot)).toMatchObject({ flags: blockJobAbortFlags.pivot });
  // Too late to stop.
  cancel.abort(new AppError('CANCELLED'));
  tell(blockJobStatus.completed);
  await clock.advance(0);
  blocking.reply('DOMAIN_BLOCK_JOB_ABORT', pivot, {});
  await job;
});

it('stops the job where the task is cancelled, and waits for its end', async () => {
  const { job } = await begin(true);
  await vi.waitFor(() => expect(told).toHaveLength(2));
  cancel.abort(new AppError('CANCELLED'));
  const stop = await blocking.takeCall('DOMAIN_BLOCK_JOB_ABORT');
  expect(blocking.args('DOMAIN_BLOCK_JOB_ABORT', stop)).toMatchObject({ flags: 0 });
  tell(blockJobStatus.canceled);
  await clock.advance(0);
  blocking.reply('DOMAIN_BLOCK_JOB_ABORT', stop, {});
  await expect(job).rejects.toMatchObject({ code: 'CANCELLED' });
});

it('fails with a job that fails, and with one whose end is not told', async () => {
  const { job } = await begin(false);
  tell(blockJobStatus.failed);
  await expect(job).rejects.toMatchObject({ code: 'LIBVIRT_ERROR', detail: 'vda: job failed' });

  const { job: silent } = await begin(false);
  for (let poll = 0; poll <= 20; poll++) {
    await tellInfo(0, 0, 0);
  }
  await expect(silent).rejects.toMatchObject({ code: 'TIMEOUT' });
});

it('tells how far libvirt is with all disks, until that ends', async () => {
  const ended = new AbortController();
  const showing = showMerging(dom, ['vda', 'vdb'], deps(), ended.signal);
  await tellInfo(1, 30, 100);
  await tellInfo(1, 20, 100);
  await vi.waitFor(() => expect(told).toEqual([0.25]));
  ended.abort();
  await showing;
});
