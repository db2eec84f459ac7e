import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockProfile } from './profile-lock.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'virtdeck-lock-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('lockProfile', () => {
  it('keeps a second Virtdeck off the profile until the first gives it back', async () => {
    const profile = join(dir, 'made', 'if absent');
    const unlock = await lockProfile(profile);
    expect((await stat(profile)).mode & 0o077).toBe(0);
    await expect(lockProfile(profile)).rejects.toMatchObject({
      code: 'CONFLICT',
      detail: `another Virtdeck uses the profile ${profile}`,
    });
    await unlock();
    await (
      await lockProfile(profile)
    )();
  });

  it.each([
    ['a process that is gone', () => goneProcess()],
    ['an older process with our number', () => `${process.pid} 1`],
    ['nobody: the file is empty', () => ''],
    ['nonsense', () => 'abc def'],
  ])('takes over the lock of %s', async (_who, content) => {
    await writeFile(join(dir, 'lock'), await content());
    const unlock = await lockProfile(dir);
    expect(await readFile(join(dir, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    await unlock();
  });
});

/** What the lock of a killed Virtdeck looks like. */
async function goneProcess(): Promise<string> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return `${child.pid ?? 0} 12345`;
}
