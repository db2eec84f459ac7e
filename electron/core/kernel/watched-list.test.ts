import { beforeEach, describe, expect, it } from 'vitest';
import type { FeedEvent } from '../../../shared/contract/feed.ts';
import { AppError } from './app-error.ts';
import { FakeClock } from './clock.ts';
import type { LiveList } from './live-list.ts';
import { Scope } from './scope.ts';
import { WatchedList } from './watched-list.ts';

interface Row {
  id: string;
}

let clock: FakeClock;
let scope: Scope;
let focus: 'focused' | 'hidden';
let readings: { list: LiveList<Row>; end: () => void; fail: (error: AppError) => void }[];
let list: WatchedList<Row>;

beforeEach(() => {
  clock = new FakeClock();
  scope = new Scope('test');
  focus = 'focused';
  readings = [];
  list = new WatchedList<Row>({ clock, scope, pace: () => ({ focus }) }, (rows) => {
    return new Promise((resolve, reject) => readings.push({ list: rows, end: resolve, fail: reject }));
  });
});

/** Lets everything that is due run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function advance(ms: number): Promise<void> {
  await clock.advance(ms);
  await settled();
}

function watch(): { events: FeedEvent<Row>[]; leave: () => void; ended: Promise<unknown> } {
  const events: FeedEvent<Row>[] = [];
  const leaving = new AbortController();
  const follow = async (): Promise<void> => {
    const watcher = { signal: leaving.signal, ready: () => Promise.resolve() };
    for await (const event of list.watch(watcher)) events.push(event);
  };
  return { events, leave: () => leaving.abort(), ended: follow().catch((error: unknown) => error) };
}

async function answer(...ids: string[]): Promise<void> {
  const reading = readings.shift();
  if (reading === undefined) throw new Error('nothing is being read');
  reading.list.reset(
    ids.map((id) => ({ id })),
    'live',
  );
  reading.end();
  await settled();
}

describe('WatchedList', () => {
  it('reads only while somebody watches, once for all', async () => {
    await list.refresh();
    list.refreshSoon();
    await advance(60_000);
    expect(readings).toEqual([]);
    const [first, second] = [watch(), watch()];
    await settled();
    expect(readings).toHaveLength(1);
    await answer('a');
    await advance(100);
    for (const { events } of [first, second]) {
      expect(events[0]).toMatchObject({ type: 'snapshot', freshness: 'loading' });
      expect(events[1]).toMatchObject({ type: 'patch', freshness: 'live', upsert: [{ id: 'a' }] });
    }
    await advance(15_000);
    await answer('a');
    first.leave();
    second.leave();
    expect(await Promise.all([first.ended, second.ended])).toEqual([undefined, undefined]);
    expect(clock.pendingTimers).toBe(0);
    await advance(60_000);
    expect(readings).toEqual([]);
  });

  it('shows the last known rows as stale to the next who watches, until it has read', async () => {
    const first = watch();
    await settled();
    await answer('a');
    first.leave();
    await first.ended;
    const next = watch();
    await settled();
    expect(next.events).toMatchObject([{ type: 'snapshot', freshness: 'stale', items: [{ id: 'a' }] }]);
    await answer('a');
    await advance(100);
    expect(next.events[1]).toMatchObject({ freshness: 'live', upsert: [] });
    next.leave();
    await next.ended;
  });

  it('reads once after a burst of changes, and again for one that came while it read', async () => {
    const watcher = watch();
    await settled();
    await answer();
    for (let event = 0; event < 5; event++) list.refreshSoon();
    await advance(150);
    expect(readings).toHaveLength(1);
    list.refreshSoon();
    await advance(149);
    await answer();
    expect(readings).toEqual([]);
    await advance(1);
    expect(readings).toHaveLength(1);
    let isDone = false;
    const done = list.refresh().then(() => (isDone = true));
    await answer();
    expect([isDone, readings.length]).toEqual([false, 1]);
    await answer();
    await done;
    watcher.leave();
    await watcher.ended;
  });

  it('does not read periodically while nobody sees the window', async () => {
    const watcher = watch();
    await settled();
    await answer();
    focus = 'hidden';
    await advance(60_000);
    expect(readings).toEqual([]);
    focus = 'focused';
    await advance(15_000);
    await answer();
    watcher.leave();
    await watcher.ended;
  });

  it('ends with the reason why it cannot be read, and reads anew for the next who watches', async () => {
    const [first, second] = [watch(), watch()];
    await settled();
    readings.shift()?.fail(new AppError('UNSUPPORTED'));
    expect(await Promise.all([first.ended, second.ended])).toMatchObject([
      { code: 'UNSUPPORTED' },
      { code: 'UNSUPPORTED' },
    ]);
    expect(clock.pendingTimers).toBe(0);
    const next = watch();
    await settled();
    await answer('a');
    await advance(100);
    expect(next.events.at(-1)).toMatchObject({ freshness: 'live', upsert: [{ id: 'a' }] });
    next.leave();
    expect(await next.ended).toBeUndefined();
  });

  it('ends with the connection', async () => {
    const watcher = watch();
    await settled();
    await answer();
    await scope.close();
    expect(await watcher.ended).toMatchObject({ code: 'DISCONNECTED', retryable: true });
    expect(clock.pendingTimers).toBe(0);
  });
});
