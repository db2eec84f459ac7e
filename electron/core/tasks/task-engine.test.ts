import { describe, expect, it } from 'vitest';
import type { Task } from '../../../shared/contract/tasks.ts';
import { AppError } from '../kernel/app-error.ts';
import { FakeClock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { silentLogger } from '../kernel/logger.ts';
import { TaskEngine, type TaskContext } from './task-engine.ts';

const target = { connectionId: 'c', resource: 'machine', id: 'm', name: '"a" <b> 😀' };

function setUp(historyLimit?: number) {
  const clock = new FakeClock();
  const logged: string[] = [];
  const log: Logger = { ...silentLogger, error: (message) => void logged.push(message), with: () => log };
  const engine = new TaskEngine(clock, log, historyLimit);
  const start = (run: (task: TaskContext) => Promise<void>): string =>
    engine.start({ kind: 'machine.start', target, run });
  const get = (id: string): Task | undefined => engine.list.items.get(id);
  return { clock, engine, logged, start, get };
}

describe('TaskEngine', () => {
  it('follows work from its start over its steps to its end', async () => {
    const { clock, start, get } = setUp();
    const steps: { context?: TaskContext; end?: () => void } = {};
    const startedAt = clock.now();
    const id = start(
      (context) =>
        new Promise((resolve) => {
          steps.context = context;
          steps.end = resolve;
        }),
    );
    expect(get(id)).toMatchObject({
      kind: 'machine.start',
      target,
      status: 'running',
      createdAt: startedAt,
      endedAt: null,
    });
    steps.context?.progress('request');
    expect(get(id)).toMatchObject({ step: 'request', fraction: null });
    steps.context?.progress('copy', 0.5);
    expect(get(id)).toMatchObject({ step: 'copy', fraction: 0.5 });
    await clock.advance(3_000);
    steps.end?.();
    await clock.advance(0);
    expect(get(id)).toMatchObject({ status: 'succeeded', fraction: 1, endedAt: startedAt + 3_000, error: null });
  });

  it('keeps the reason of a failure, whole; a bug is logged as well', async () => {
    const { clock, start, get, logged } = setUp();
    const refused = start(() =>
      Promise.reject(new AppError('LIBVIRT_ERROR', { params: { machine: 'a' }, detail: 'no' })),
    );
    const broken = start(() => Promise.reject(new TypeError('x is undefined')));
    const thrown = start(() => {
      throw new AppError('CONFLICT');
    });
    await clock.advance(0);
    expect(get(refused)).toMatchObject({ status: 'failed', error: { code: 'LIBVIRT_ERROR', detail: 'no' } });
    expect(get(broken)).toMatchObject({ status: 'failed', error: { code: 'INTERNAL' } });
    expect(get(thrown)).toMatchObject({ status: 'failed', error: { code: 'CONFLICT' } });
    expect(logged).toHaveLength(1);
  });

  it('cancels: the work hears of it and decides how it ends', async () => {
    const { clock, engine, start, get } = setUp();
    const untilAbort = ({ signal }: TaskContext): Promise<void> =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(AppError.from(signal.reason))));
    const cancelled = start(untilAbort);
    const finished = start(async (context) => {
      await untilAbort(context).catch(() => undefined);
    });
    engine.cancel(cancelled);
    engine.cancel(finished);
    await clock.advance(0);
    expect([get(cancelled)?.status, get(finished)?.status]).toEqual(['cancelled', 'succeeded']);
    expect(() => engine.cancel(cancelled)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(() => engine.cancel('nobody')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('refuses to cancel what cannot be stopped halfway: the work hears nothing and goes on', async () => {
    const { clock, engine, get } = setUp();
    const work: { signal?: AbortSignal; end?: () => void } = {};
    const id = engine.start({
      kind: 'machine.delete',
      target,
      cancelable: false,
      run: ({ signal }) =>
        new Promise((resolve) => {
          work.signal = signal;
          work.end = resolve;
        }),
    });
    expect(() => engine.cancel(id)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    await clock.advance(0);
    expect(work.signal?.aborted).toBe(false);
    expect(get(id)).toMatchObject({ status: 'running', cancelable: false });
    work.end?.();
    await clock.advance(0);
    expect(get(id)?.status).toBe('succeeded');
  });

  it('keeps the newest of the ended ones and never drops what runs', async () => {
    const { clock, engine, start, get } = setUp(3);
    const running = start(() => new Promise(() => undefined));
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) {
      ids.push(start(() => Promise.resolve()));
      await clock.advance(1);
    }
    expect([...engine.list.items.keys()]).toEqual([running, ...ids.slice(3)]);
    engine.clearEnded();
    expect([...engine.list.items.keys()]).toEqual([running]);
    expect(get(running)?.status).toBe('running');
  });

  it('forgets progress that comes after the end', async () => {
    const { clock, engine, start, get } = setUp();
    const late: { context?: TaskContext } = {};
    const id = start((context) => {
      late.context = context;
      return Promise.resolve();
    });
    await clock.advance(0);
    late.context?.progress('late', 0.1);
    expect(get(id)).toMatchObject({ status: 'succeeded', step: null, fraction: 1 });
    engine.clearEnded();
    late.context?.progress('later');
    expect(get(id)).toBeUndefined();
  });
});
