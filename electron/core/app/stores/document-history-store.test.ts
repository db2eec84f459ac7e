import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DocumentRef } from '../../../../shared/contract/documents.ts';
import type { DocumentHistoryStore, KeptVersion } from '../../features/documents/ports.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createDocumentHistoryStore } from './document-history-store.ts';

const connectionId = '1ab00000-0000-4000-8000-00000000c0de';
const machine = (number: number): DocumentRef => ({
  resource: 'machine',
  connectionId,
  id: `1ab00000-0000-4000-8000-00000000000${number}`,
});
const version = (text: string): KeptVersion => ({
  ...{ id: '1ab00000-0000-4000-8000-0000000000aa', timeMs: 1, text },
  changes: [{ what: 'added', isDevice: true, part: 'disk', label: 'vda', facts: [] }],
});
let dir: string;
let store: DocumentHistoryStore;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'virtdeck-history-'));
  const deps = { clock: new FakeClock(), log: silentLogger, onDamaged: () => undefined };
  store = createDocumentHistoryStore({ ...deps, profileDir: dir, maxBytes: 5_000 });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('keeps versions for their owner only, until the connection is removed', async () => {
  await store.save(machine(1), [version('<domain/>')]);
  expect(await store.load(machine(1))).toEqual([version('<domain/>')]);
  expect(await store.load({ ...machine(1), resource: 'network' })).toEqual([]);
  const file = join(dir, 'xml-history', connectionId, `machine-${machine(1).id}.json`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await store.forget(connectionId);
  expect(await readdir(join(dir, 'xml-history'))).toEqual([]);
});

it('lets the documents go that were written longest ago', async () => {
  for (const number of [1, 2, 3]) {
    await store.save(machine(number), [version('x'.repeat(2_000))]);
    const path = join(dir, 'xml-history', connectionId, `machine-${machine(number).id}.json`);
    if (number < 3) await utimes(path, number, number);
  }
  const kept = [1, 2, 3].map((number) => store.load(machine(number)));
  expect((await Promise.all(kept)).map(({ length }) => length)).toEqual([0, 1, 1]);
});

it('never fails, and writes nowhere but in its directory', async () => {
  for (const odd of [{ connectionId: '../..' }, { id: '../../outside' }]) {
    await store.save({ ...machine(1), ...odd }, [version('x')]);
    expect(await store.load({ ...machine(1), ...odd })).toEqual([]);
  }
  await store.forget('../..');
  expect(await readdir(dir)).toEqual([]);
});
