import { describe, expect, it } from 'vitest';
import { AppError } from './app-error.ts';
import { Gate } from './gate.ts';

/** Work that runs until told to end. */
function held() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve) => {
      started.push(name);
      ends.set(name, () => resolve(name));
    });
  return { started, work, end: (name: string) => ends.get(name)?.() };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Gate', () => {
  it('runs so many at once, the rest by priority and then by age', async () => {
    const { started, work, end } = held();
    const gate = new Gate(2);
    const all = [
      gate.run(work('a')),
      gate.run(work('b')),
      gate.run(work('later')),
      gate.run(work('low'), { priority: -1 }),
      gate.run(work('urgent'), { priority: 5 }),
      gate.run(work('last')),
    ];
    await turn();
    expect(started).toEqual(['a', 'b']);
    for (const name of ['a', 'b', 'urgent', 'later', 'last', 'low']) {
      end(name);
      await turn();
    }
    expect(started).toEqual(['a', 'b', 'urgent', 'later', 'last', 'low']);
    expect(await Promise.all(all)).toEqual(['a', 'b', 'later', 'low', 'urgent', 'last']);
  });

  it('frees the place of work that fails', async () => {
    const gate = new Gate(1);
    await expect(gate.run(() => Promise.reject(new AppError('TIMEOUT')))).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(await gate.run(() => Promise.resolve(1))).toBe(1);
  });

  it('lets go of what is aborted while it waits, without losing a place', async () => {
    const { started, work, end } = held();
    const gate = new Gate(1);
    const first = gate.run(work('first'));
    const controller = new AbortController();
    const second = gate.run(work('second'), { signal: controller.signal });
    const third = gate.run(work('third'));
    controller.abort(new AppError('CANCELLED', { detail: 'left' }));
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED', detail: 'left' });
    await expect(gate.run(work('never'), { signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    end('first');
    await first;
    await turn();
    end('third');
    await third;
    expect(started).toEqual(['first', 'third']);
  });

  it('has a bounded queue', async () => {
    const { work, end } = held();
    const gate = new Gate(1, 1);
    const running = [gate.run(work('a')), gate.run(work('b'))];
    await expect(gate.run(work('c'))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    end('a');
    await turn();
    end('b');
    expect(await Promise.all(running)).toEqual(['a', 'b']);
  });
});
