import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FakeClock } from '../../kernel/clock.ts';
import { JsonFile } from './json-file.ts';

let dir: string;
let damaged: [string, string][];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'virtdeck-json-'));
  damaged = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function open(path = join(dir, 'settings.json')): JsonFile<{ value: number }> {
  return new JsonFile({
    path,
    schema: z.object({ value: z.number() }),
    fallback: () => ({ value: 0 }),
    clock: new FakeClock(Date.UTC(2026, 0, 2, 3, 4, 5)),
    onDamaged: (file, keptAs) => damaged.push([file, keptAs]),
  });
}
const content = (): Promise<string> => readFile(join(dir, 'settings.json'), 'utf8');

describe('loading', () => {
  it('gives the fallback where there is no file, and reports nothing', async () => {
    expect(await open().load()).toEqual({ value: 0 });
    expect(damaged).toEqual([]);
  });

  it.each([
    ['no JSON', '{"value": 1'],
    ['nothing', ''],
    ['bytes', '\u0000\u0001\ufffd'],
    ['another shape', '{"value": "1"}'],
    ['null', 'null'],
  ])('puts a file with %s aside, unchanged, and says so', async (_what, text) => {
    await writeFile(join(dir, 'settings.json'), text);
    expect(await open().load()).toEqual({ value: 0 });
    const keptAs = join(dir, 'settings.json.damaged-2026-01-02T03-04-05.000Z');
    expect(damaged).toEqual([['settings.json', keptAs]]);
    expect(await readFile(keptAs, 'utf8')).toBe(text);
    await open().save({ value: 5 });
    expect(await open().load()).toEqual({ value: 5 });
  });

  it('does not take a file that cannot be read for a damaged one', async () => {
    await mkdir(join(dir, 'settings.json'));
    await expect(open().load()).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      params: { path: join(dir, 'settings.json') },
    });
    expect(damaged).toEqual([]);
  });
});

describe('saving', () => {
  it('is readable by its owner only and leaves no temporary file', async () => {
    const path = join(dir, 'new', 'settings.json');
    await open(path).save({ value: 1 });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(dir, 'new'))).toEqual(['settings.json']);
  });

  it('keeps the order of calls; the last wins', async () => {
    const file = open();
    await Promise.all(Array.from({ length: 20 }, (_value, value) => file.save({ value })));
    expect(JSON.parse(await content())).toEqual({ value: 19 });
  });

  // A file that is always full stands where the temporary file would be written.
  it.skipIf(process.platform !== 'linux')(
    'is DISK_FULL on a full disk; the old content stays, and the next try works',
    async () => {
      const file = open();
      await file.save({ value: 1 });
      await symlink('/dev/full', join(dir, 'settings.json.new'));
      await expect(file.save({ value: 2 })).rejects.toMatchObject({
        code: 'DISK_FULL',
        retryable: true,
        params: { path: join(dir, 'settings.json') },
      });
      expect(JSON.parse(await content())).toEqual({ value: 1 });
      expect(await readdir(dir)).toEqual(['settings.json']);
      await file.save({ value: 3 });
      expect(JSON.parse(await content())).toEqual({ value: 3 });
    },
  );

  it('is FILE_UNREADABLE where the folder cannot be used', async () => {
    await writeFile(join(dir, 'file'), '');
    await expect(open(join(dir, 'file', 'settings.json')).save({ value: 1 })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });

  it('removing waits for what is being written', async () => {
    const file = open();
    const saving = file.save({ value: 1 });
    await file.remove();
    await saving;
    expect(await readdir(dir)).toEqual([]);
  });
});

it('a file that others could read is theirs no longer after it was saved', async () => {
  await writeFile(join(dir, 'settings.json'), '{"value":1}');
  await chmod(join(dir, 'settings.json'), 0o644);
  const file = open();
  await file.save({ value: 2 });
  expect((await stat(join(dir, 'settings.json'))).mode & 0o777).toBe(0o600);
});
