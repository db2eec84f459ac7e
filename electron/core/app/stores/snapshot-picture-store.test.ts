import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../kernel/logger.ts';
import { createSnapshotPictureStore } from './snapshot-picture-store.ts';

const connectionId = 'e2e00000-0000-4000-8a04-000000000001';
const key = (name: string, machineId = 'm1', createdAt = 1_000) => ({ connectionId, machineId, name, createdAt });
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'virtdeck-pictures-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('keeps a picture as long as its snapshot is there, and takes none for another of the same name', async () => {
  const store = createSnapshotPictureStore(dir, silentLogger);
  const png = Buffer.from('picture');
  await store.save(key('../../<a>'), png);
  await store.save(key('b'), png);
  await store.save(key('b', 'm2'), png);
  expect(await store.read(key('../../<a>'))).toEqual(png);
  expect(await store.read(key('b', 'm1', 2_000))).toBeNull();
  const files = join(dir, 'snapshot-pictures', connectionId);
  expect((await stat(join(files, (await readdir(files))[0]!))).mode & 0o077).toBe(0);

  const present = [{ name: 'b', createdAt: 1_000 }];
  expect(await store.sync(connectionId, 'm1', present)).toEqual(['b']);
  expect(await store.read(key('../../<a>'))).toBeNull();
  expect(await store.sync(connectionId, 'm1', [{ name: 'b', createdAt: 2_000 }])).toEqual([]);
  expect(await store.sync(connectionId, 'm2', present)).toEqual(['b']);
  await store.forget(connectionId);
  expect(await store.sync(connectionId, 'm2', present)).toEqual([]);
});

it('is bounded: what is too big is not kept, and the oldest go', async () => {
  const store = createSnapshotPictureStore(dir, silentLogger, { pictures: 3, bytes: 20, pictureBytes: 10 });
  const files = join(dir, 'snapshot-pictures', connectionId);
  const save = async (name: string, bytes: number): Promise<void> => {
    const before = new Set(await readdir(files).catch(() => []));
    await store.save(key(name), Buffer.alloc(bytes));
    // Each is a second younger than the one before.
    for (const file of await readdir(files)) {
      const at = before.has(file) ? (await stat(join(files, file))).mtimeMs / 1_000 - 1 : Date.now() / 1_000;
      await utimes(join(files, file), at, at);
    }
  };
  const kept = async (...names: string[]): Promise<string[]> => {
    const found = await Promise.all(names.map(async (name) => ((await store.read(key(name))) === null ? [] : [name])));
    return found.flat();
  };
  await save('a', 4);
  await save('b', 4);
  await save('c', 4);
  await save('huge', 11);
  await save('d', 4);
  expect(await kept('a', 'b', 'c', 'huge', 'd')).toEqual(['b', 'c', 'd']);
  await save('e', 10);
  expect(await kept('b', 'c', 'd', 'e')).toEqual(['c', 'd', 'e']);
  await save('f', 10);
  expect(await kept('c', 'd', 'e', 'f')).toEqual(['e', 'f']);
});

it('does without a profile that cannot be written', async () => {
  const file = join(dir, 'file');
  await writeFile(file, '');
  const store = createSnapshotPictureStore(file, silentLogger);
  await store.save(key('a'), Buffer.from('x'));
  expect(await store.read(key('a'))).toBeNull();
  expect(await store.sync(connectionId, 'm1', [{ name: 'a', createdAt: 1_000 }])).toEqual([]);
});
