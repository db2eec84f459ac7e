import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Cleanup } from '../../../e2e/fixtures/cleanup.ts';
import { mountTinyDisk, whyNoTinyDisk } from '../../../e2e/fixtures/tiny-disk.ts';
import { createLogger } from './log.ts';
import { lockProfile } from './profile-lock.ts';

const reason = whyNoTinyDisk();
if (reason !== null) console.log(`skipped: a real full disk (${reason})`);

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe.skipIf(reason !== null)('a disk that is full', () => {
  it('keeps the lines of the log until there is room, the first of them, and goes on', async () => {
    const disk = await mountTinyDisk(cleanup);
    const log = createLogger(disk.dir);
    log.info('before');
    disk.fill();
    const count = 2_000;
    for (let line = 0; line < count; line++) log.info(`line ${line}`, { text: 'x'.repeat(500) });
    disk.free();
    log.info('after');
    const lines = readFileSync(join(disk.dir, 'virtdeck.log'), 'utf8').trim().split('\n');
    const said = lines.map((text) => (JSON.parse(text) as { msg: string }).msg);
    expect([said[0], said[1], said.at(-1)]).toEqual(['before', 'line 0', 'after']);
    // Bounded: the rest was dropped.
    expect(said.length).toBeGreaterThan(100);
    expect(said.length).toBeLessThan(count);
  });

  it('is told at the start in one line, and leaves no lock that would be in the way', async () => {
    const disk = await mountTinyDisk(cleanup);
    disk.fill();
    const path = join(disk.dir, 'lock');
    await expect(lockProfile(disk.dir)).rejects.toMatchObject({ code: 'DISK_FULL', params: { path } });
    expect(existsSync(path)).toBe(false);
    disk.free();
    await (
      await lockProfile(disk.dir)
    )();
  });
});
