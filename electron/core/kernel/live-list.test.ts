import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { FeedEvent } from '../../../shared/contract/feed.ts';
import { FakeClock } from './clock.ts';
import { LiveList } from './live-list.ts';

interface Row {
  id: string;
  value: number;
}
const row = (id: string, value = 0): Row => ({ id, value });

/** A watcher that takes events when told, as a client does whose network has room. */
function watch(list: LiveList<Row>) {
  const controller = new AbortController();
  const events: FeedEvent<Row>[] = [];
  const state = { over: false, room: (): void => undefined, isSlow: false };
  const ready = (): Promise<void> =>
    state.isSlow ? new Promise((resolve) => (state.room = resolve)) : Promise.resolve();
  const run = async (): Promise<void> => {
    for await (const event of list.watch({ signal: controller.signal, ready })) events.push(event);
    state.over = true;
  };
  void run();
  return { controller, events, state };
}

describe('LiveList', () => {
  it('gives a snapshot, then numbered patches, at most one per 100 ms', async () => {
    const clock = new FakeClock();
    const list = new LiveList<Row>(clock);
    list.reset([row('a')], 'live');
    const { events } = watch(list);
    await clock.advance(0);
    expect(events).toEqual([{ type: 'snapshot', seq: 0, freshness: 'live', items: [row('a')] }]);
    for (let value = 1; value <= 50; value++) {
      list.patch([row('a', value), row('b', value)]);
      await clock.advance(10);
    }
    list.patch([], ['b', 'never there']);
    await clock.advance(200);
    expect(events.length).toBeLessThanOrEqual(8);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index));
    expect(events.at(-1)).toMatchObject({ type: 'patch', remove: ['b'] });
  });

  it('says nothing where nothing changed', async () => {
    const clock = new FakeClock();
    const list = new LiveList<Row>(clock);
    list.reset([row('a'), row('b')], 'live');
    const { events } = watch(list);
    await clock.advance(200);
    list.reset([row('a'), row('b')], 'live');
    list.patch([row('a')], ['nobody']);
    list.setFreshness('live');
    await clock.advance(1_000);
    expect(events).toHaveLength(1);
    list.reset([row('b', 1), row('c')], 'stale');
    await clock.advance(200);
    expect(events[1]).toEqual({
      type: 'patch',
      seq: 1,
      freshness: 'stale',
      upsert: [row('b', 1), row('c')],
      remove: ['a'],
    });
  });

  it.each([
    ['another list', { list: ['x', 'y'] }, { list: ['x', 'z'] }, true],
    ['a shorter list', { list: ['x', 'y'] }, { list: ['x'] }, true],
    ['null for a list', { list: ['x'] }, { list: null }, true],
    ['an object for a list', { list: [] }, { list: {} }, true],
    ['another value deep inside', { deep: { a: [{ b: 1 }] } }, { deep: { a: [{ b: 2 }] } }, true],
    ['one field for another', { one: 1 }, { two: 1 }, true],
    ['the same in another order', { a: 1, b: { c: [null, false] } }, { b: { c: [null, false] }, a: 1 }, false],
  ])('tells whether an item changed: %s', (_what, before, after, isChange) => {
    const list = new LiveList<{ id: string }>(new FakeClock());
    const first = { id: 'a', ...before };
    list.reset([first], 'live');
    list.patch([{ id: 'a', ...after }]);
    expect(list.items.get('a') !== first).toBe(isChange);
  });

  it('conflates what a slow watcher does not take: it gets the newest of each row', async () => {
    const clock = new FakeClock();
    const list = new LiveList<Row>(clock);
    list.reset([row('a'), row('b')], 'live');
    const { events, state } = watch(list);
    await clock.advance(200);
    state.isSlow = true;
    list.patch([row('a', 1)]);
    await clock.advance(200);
    for (let value = 2; value <= 1_000; value++) list.patch([row('a', value)], value === 500 ? ['b'] : []);
    list.setFreshness('stale');
    await clock.advance(1_000);
    const before = events.length;
    state.isSlow = false;
    state.room();
    await clock.advance(200);
    expect(events.length).toBe(before + 1);
    expect(events.at(-1)).toMatchObject({ freshness: 'stale', upsert: [row('a', 1_000)], remove: ['b'] });
  });

  it('sends a new snapshot instead of remembering without end what came and went', async () => {
    const clock = new FakeClock();
    const list = new LiveList<Row>(clock);
    list.reset([row('kept')], 'live');
    const { events, state } = watch(list);
    await clock.advance(200);
    state.isSlow = true;
    list.patch([row('kept', 1)]);
    await clock.advance(200);
    for (let n = 0; n < 30_000; n++) {
      list.patch([row(`n${n}`)]);
      list.patch([], [`n${n}`]);
    }
    state.isSlow = false;
    state.room();
    await clock.advance(200);
    const last = events.at(-1)!;
    expect(last).toMatchObject({ type: 'snapshot', seq: events.length - 1, items: [row('kept', 1)] });
  });

  it('lets go of a watcher that leaves, whatever it waits for', async () => {
    const clock = new FakeClock();
    const list = new LiveList<Row>(clock);
    const idle = watch(list);
    const pausing = watch(list);
    const slow = watch(list);
    await clock.advance(200);
    slow.state.isSlow = true;
    list.patch([row('a')]);
    await clock.advance(0);
    list.patch([row('a', 1)]);
    expect(list.watcherCount).toBe(3);
    for (const watcher of [idle, pausing, slow]) watcher.controller.abort();
    await clock.advance(0);
    expect([idle.state.over, pausing.state.over, slow.state.over]).toEqual([true, true, true]);
    expect([list.watcherCount, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('leaves no listeners on a signal that lives long', async () => {
    const clock = new FakeClock();
    const list = new LiveList<Row>(clock);
    const { controller } = watch(list);
    for (let value = 0; value < 50; value++) {
      list.patch([row('a', value)]);
      await clock.advance(100);
    }
    expect(getEventListeners(controller.signal, 'abort').length).toBeLessThanOrEqual(2);
    controller.abort();
    await clock.advance(0);
  });
});
