import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runStep } from './run-step.mjs';

const cwd = mkdtempSync(join(tmpdir(), 'virtdeck-step-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

it('tells success from failure', async () => {
  expect(await runStep(['true'], { cwd, limitMs: 10_000 })).toEqual({ ok: true, why: '' });
  expect(await runStep(['sh', '-c', 'exit 3'], { cwd, limitMs: 10_000 })).toEqual({
    ok: false,
    why: 'ended with code 3',
  });
  expect((await runStep(['/nonexistent/program'], { cwd, limitMs: 10_000 })).ok).toBe(false);
});

it('ends what takes too long, with everything it started', async () => {
  const command = ['sh', '-c', 'sleep 60 & echo $! > child; wait'];
  expect(await runStep(command, { cwd, limitMs: 500 })).toEqual({ ok: false, why: 'took longer than 1 s' });
  const child = Number(readFileSync(join(cwd, 'child'), 'utf8'));
  // Init may take a moment to reap it; a zombie is as dead.
  const state = () => {
    try {
      return readFileSync(`/proc/${child}/stat`, 'utf8').split(') ')[1]?.[0];
    } catch (error) {
      if (error.code === 'ENOENT' || error.code === 'ESRCH') return 'gone';
      throw error;
    }
  };
  await expect.poll(state).toMatch(/Z|gone/);
});

it('has no input to wait for', async () => {
  expect(await runStep(['cat'], { cwd, limitMs: 10_000 })).toEqual({ ok: true, why: '' });
});
