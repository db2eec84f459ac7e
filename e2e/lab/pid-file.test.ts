import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { parseStartTime, readStartTime } from './pid-file.ts';

const REST = '1 4242 4242 0 -1 4194304 100 0 0 0 5 6 0 0 20 0 1 0';

describe('parseStartTime', () => {
  it('finds field 22', () => {
    expect(parseStartTime(`4242 (libvirtd) S ${REST} 987654 1000 20`)).toBe('987654');
  });

  it('is not led astray by the name of the process', () => {
    expect(parseStartTime(`4242 (a) Z 1 (b) S ${REST} 987654 1000 20`)).toBe('987654');
  });

  it('takes a zombie for ended', () => {
    expect(parseStartTime(`4242 (libvirtd) Z ${REST} 987654 0 0`)).toBeNull();
  });
});

describe.runIf(process.platform === 'linux')('readStartTime', () => {
  it('stays the same while a process lives, and is null when it is gone', async () => {
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const startedAt = readStartTime(child.pid!);
    expect(Number(startedAt)).toBeGreaterThanOrEqual(Number(readStartTime(process.pid)));
    expect(readStartTime(child.pid!)).toBe(startedAt);
    child.stdin.end();
    await once(child, 'exit');
    expect(readStartTime(child.pid!)).toBeNull();
  });
});
