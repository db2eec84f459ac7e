import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../../shared/contract/machines.ts';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { LiveList } from '../../kernel/live-list.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { TaskEngine, type TaskContext } from '../../tasks/task-engine.ts';
import { rowOf } from './backends/libvirt-rows.ts';
import { MachinesService } from './machines-service.ts';
import type { MachineBackend } from './ports.ts';

function setUp(count: number, runAction: MachineBackend['runAction']) {
  const clock = new FakeClock();
  const list = new LiveList<Machine>(clock);
  const ids = Array.from({ length: count }, (_, index) => `m${index}`);
  list.reset(
    ids.map((id) => rowOf({ id, name: `vm ${id}`, isActive: true }, { connectionId: 'c', hostName: 'h' }, undefined)),
    'live',
  );
  const never = (): never => {
    throw new Error('not used here');
  };
  const backend: MachineBackend = {
    runAction,
    details: never,
    watchUsage: never,
    watchConsoleLog: never,
    openConsole: never,
  };
  const wentOn: string[] = [];
  const source = {
    wentOn: ({ id }: { id: string }) => void wentOn.push(id),
    machines: () => list,
    backend: (connectionId: string) => {
      if (connectionId !== 'c') throw new AppError('DISCONNECTED', { retryable: true });
      return backend;
    },
  };
  const tasks = new TaskEngine(clock, silentLogger);
  const refs = ids.map((id) => ({ connectionId: 'c', id }));
  return { clock, list, tasks, refs, wentOn, service: new MachinesService(source, tasks, clock) };
}

const taskOf = (tasks: TaskEngine, id: string | undefined) => tasks.list.items.get(id ?? '');

describe('MachinesService.runAction', () => {
  it('runs a bulk action as one group, at most ten machines at once, and reports each end', async () => {
    let running = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    const { clock, tasks, refs, service } = setUp(25, async (_action, id) => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => finish.push(resolve));
      running--;
      if (id === 'm3') throw new AppError('LIBVIRT_ERROR', { detail: 'no' });
    });
    const { taskIds } = service.runAction('shutdown', refs);
    await clock.advance(0);
    while (finish.length > 0) {
      finish.shift()?.();
      await clock.advance(0);
    }
    expect(most).toBe(10);
    const ended = taskIds.map((id) => taskOf(tasks, id));
    expect(new Set(ended.map((task) => task?.groupId)).size).toBe(1);
    expect(ended.filter((task) => task?.status === 'succeeded')).toHaveLength(24);
    expect(ended[3]).toMatchObject({ status: 'failed', error: { code: 'LIBVIRT_ERROR' }, target: { name: 'vm m3' } });
  });

  it('tells who stood still and goes on', async () => {
    const { clock, list, refs, service, wentOn } = setUp(4, (_action, id) =>
      id === 'm2' ? Promise.reject(new AppError('LIBVIRT_ERROR')) : Promise.resolve(),
    );
    const change = (id: string, init: Partial<Machine>): void => list.patch([{ ...list.items.get(id)!, ...init }]);
    change('m0', { state: 'paused' });
    change('m1', { state: 'stopped', hasManagedSave: true });
    change('m2', { state: 'paused' });
    change('m3', { state: 'stopped' });
    service.runAction('resume', refs);
    service.runAction('start', refs);
    await clock.advance(0);
    expect(wentOn.sort()).toEqual(['m0', 'm1']);
  });

  it('says why an action cannot run, without asking the server', async () => {
    const { clock, tasks, refs, service } = setUp(1, () => Promise.reject(new Error('must not be called')));
    const { taskIds } = service.runAction('start', refs);
    await clock.advance(0);
    expect(taskOf(tasks, taskIds[0])).toMatchObject({
      status: 'failed',
      error: { code: 'CONFLICT', params: { reason: 'alreadyRunning' } },
    });
  });

  it('tells of a machine that vanished, and of a connection that is down', async () => {
    const { clock, list, tasks, refs, service } = setUp(1, () => Promise.resolve());
    list.patch([], ['m0']);
    const gone = service.runAction('reboot', refs).taskIds[0];
    const down = service.runAction('reboot', [{ connectionId: 'other', id: 'm0' }]).taskIds[0];
    await clock.advance(0);
    expect(taskOf(tasks, gone)?.error?.code).toBe('MACHINE_GONE');
    expect(taskOf(tasks, down)?.error?.code).toBe('DISCONNECTED');
  });

  it('a cancelled task ends as cancelled, also while it waits for its turn', async () => {
    const waitForAbort = (_action: string, _id: string, task: TaskContext) =>
      new Promise<void>((_resolve, reject) =>
        task.signal.addEventListener('abort', () => reject(AppError.from(task.signal.reason))),
      );
    const { clock, tasks, refs, service } = setUp(12, waitForAbort);
    const { taskIds } = service.runAction('shutdown', refs);
    await clock.advance(0);
    for (const id of taskIds) tasks.cancel(id);
    await clock.advance(0);
    expect(new Set(taskIds.map((id) => taskOf(tasks, id)?.status))).toEqual(new Set(['cancelled']));
  });
});

describe('MachinesService.runPlan', () => {
  it('runs them in order with time between, and names what waits', async () => {
    const asked: string[] = [];
    const { clock, tasks, refs, service } = setUp(3, (_action, id) => {
      asked.push(id);
      return id === 'm1' ? Promise.reject(new AppError('LIBVIRT_ERROR')) : Promise.resolve();
    });
    const machines = [refs[2], refs[1], refs[0]].flatMap((ref) => ref ?? []);
    const plan = { action: 'shutdown', machines, delaySeconds: 5, parallel: 1, stopOnFailure: true } as const;
    const { taskIds } = service.runPlan(plan);
    await clock.advance(0);
    expect(asked).toEqual(['m2']);
    expect(taskOf(tasks, taskIds[1])).toMatchObject({ status: 'running', step: 'waitingForTurn' });
    await clock.advance(5_000);
    expect(asked).toEqual(['m2', 'm1']);
    expect(taskIds.map((id) => taskOf(tasks, id)?.status)).toEqual(['succeeded', 'failed', 'cancelled']);
    expect(clock.pendingTimers).toBe(0);
  });
});
