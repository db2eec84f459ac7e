import { describe, expect, it } from 'vitest';
import type { TimelineEntry, TimelineEvent } from '../../../../shared/contract/timeline.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { ConnectionTimeline, MAX_PER_CONNECTION, MAX_PER_MACHINE } from './connection-timeline.ts';
import type { SavedTimeline } from './ports.ts';
import { TimelineService } from './timeline-service.ts';

const event = (init: Partial<TimelineEvent> = {}): TimelineEvent => ({
  kind: 'started',
  reason: 'booted',
  subject: null,
  sizeBytes: null,
  level: 'info',
  ...init,
});
const reasons = (timeline: ConnectionTimeline, id: string): (string | null)[] =>
  [...timeline.of(id).items.values()].map(({ reason }) => reason);

describe('the timeline of a connection', () => {
  it('counts what happens again within a minute, and begins anew after that', async () => {
    const clock = new FakeClock();
    const timeline = new ConnectionTimeline(clock, []);
    const full = event({ kind: 'ioError', reason: 'enospc', subject: 'virtio-disk0', level: 'error' });
    timeline.add('m1', full);
    await clock.advance(59_000);
    timeline.add('m1', full);
    timeline.add('m1', { ...full, subject: 'virtio-disk1' });
    await clock.advance(61_000);
    timeline.add('m1', { ...full, subject: 'virtio-disk1' });
    expect([...timeline.of('m1').items.values()].map(({ subject, count }) => [subject, count])).toEqual([
      ['virtio-disk0', 2],
      ['virtio-disk1', 1],
      ['virtio-disk1', 1],
    ]);
  });

  it('keeps the newest of a machine, however much a server sends', () => {
    const timeline = new ConnectionTimeline(new FakeClock(), []);
    for (let at = 0; at < MAX_PER_MACHINE + 5; at++) timeline.add('m1', event({ reason: String(at) }));
    expect(reasons(timeline, 'm1')).toHaveLength(MAX_PER_MACHINE);
    expect(reasons(timeline, 'm1')[0]).toBe('5');
  });

  it('forgets the machines of which nothing was heard for longest', () => {
    const timeline = new ConnectionTimeline(new FakeClock(), []);
    timeline.add('old', event());
    timeline.add('lively', event());
    for (let machine = 0; machine < MAX_PER_CONNECTION / MAX_PER_MACHINE; machine++) {
      for (let at = 0; at < MAX_PER_MACHINE; at++) timeline.add(`m${machine}`, event({ reason: String(at) }));
      timeline.add('lively', event({ reason: `news ${machine}` }));
    }
    const saved = timeline.saved();
    expect(saved.reduce((sum, { entries }) => sum + entries.length, 0)).toBeLessThanOrEqual(MAX_PER_CONNECTION);
    expect(saved.map(({ id }) => id)).not.toContain('old');
    expect(saved.at(-1)?.id).toBe('lively');
  });
});

describe('timelines', () => {
  const entry: TimelineEntry = { ...event({ reason: 'before' }), id: 'e1', timeMs: 1, count: 1 };

  function start() {
    const clock = new FakeClock();
    const kept: [string, SavedTimeline][] = [];
    const store = {
      load: (id: string) => Promise.resolve(id === 'c1' ? [{ id: 'm1', entries: [entry] }] : []),
      save: (id: string, machines: SavedTimeline) => Promise.resolve(void kept.push([id, machines])),
      forget: (id: string) => Promise.resolve(void kept.push([id, []])),
    };
    return { clock, kept, service: new TimelineService(() => undefined, store, clock) };
  }

  it('go on where the last start ended, and tell who watches what happens', async () => {
    const { clock, service } = start();
    const controller = new AbortController();
    const watcher = { signal: controller.signal, ready: () => Promise.resolve() };
    const events = service.watch({ connectionId: 'c1', id: 'm1' }, watcher)[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ type: 'snapshot', items: [entry] });
    const news = events.next();
    service.record('c1', 'other', event());
    service.record('c1', 'm1', event({ kind: 'stopped', reason: 'destroyed' }));
    await clock.advance(1_000);
    expect((await news).value).toMatchObject({ type: 'patch', upsert: [{ kind: 'stopped', reason: 'destroyed' }] });
    controller.abort();
  });

  it('are written once after a burst, and what is left when the app closes', async () => {
    const { clock, kept, service } = start();
    for (const reason of ['a', 'b']) service.record('c2', 'm1', event({ reason }));
    await clock.advance(0);
    expect(kept).toEqual([]);
    await clock.advance(10_000);
    await service.close();
    expect(kept.map(([id, machines]) => [id, machines[0]?.entries.map(({ reason }) => reason)])).toEqual([
      ['c2', ['a', 'b']],
    ]);
    service.record('c2', 'm1', event({ reason: 'c' }));
    await clock.advance(0);
    await service.close();
    expect(kept).toHaveLength(2);
  });

  it('of a removed connection are forgotten', async () => {
    const { kept, service } = start();
    service.record('c2', 'm1', event());
    await service.forget('c2');
    await service.close();
    expect(kept).toEqual([['c2', []]]);
  });

  it('have no remarks of a cloud', async () => {
    const { service } = start();
    const { signal } = new AbortController();
    await expect(service.messages({ connectionId: 'c1', id: 'm1' }, signal)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
  });
});
