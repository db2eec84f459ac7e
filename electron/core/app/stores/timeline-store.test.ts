import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SavedTimeline, TimelineStore } from '../../features/timeline/ports.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createTimelineStore } from './timeline-store.ts';

const ID = '1ab00000-0000-4000-8000-00000000c0de';
const machines: SavedTimeline = [
  {
    id: 'm1',
    entries: [
      {
        id: 'e1',
        kind: 'started',
        reason: 'booted',
        subject: null,
        sizeBytes: null,
        level: 'info',
        timeMs: 1,
        count: 2,
      },
    ],
  },
];
const onDamaged = vi.fn();
let dir: string;
let store: TimelineStore;

beforeEach(async () => {
  onDamaged.mockClear();
  dir = await mkdtemp(join(tmpdir(), 'virtdeck-timeline-'));
  store = createTimelineStore(dir, new FakeClock(), silentLogger, onDamaged);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const file = (): string => join(dir, 'timeline', `${ID}.json`);

it('keeps what happened, until the connection is removed', async () => {
  expect(await store.load(ID)).toEqual([]);
  await store.save(ID, machines);
  expect(await store.load(ID)).toEqual(machines);
  await store.forget(ID);
  await expect(readFile(file())).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await store.load(ID)).toEqual([]);
});

it('puts a damaged file aside and begins anew', async () => {
  await store.save(ID, machines);
  await writeFile(file(), '{"version":1,"machines":[{"id":"m1","entries":[{"kind":"unheard"}]}]}');
  expect(await store.load(ID)).toEqual([]);
  expect(onDamaged).toHaveBeenCalledOnce();
});

it('never fails, and writes nowhere but in its directory', async () => {
  await store.save('../../outside', machines);
  expect(await store.load('../../outside')).toEqual([]);
  await store.forget('../../outside');
});
