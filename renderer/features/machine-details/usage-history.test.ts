import { describe, expect, it } from 'vitest';
import type { UsageSample } from '../../../shared/contract/machines.ts';
import { addSample } from './usage-history.ts';

const at = (timeMs: number): UsageSample => ({
  timeMs,
  cpuPercent: 1,
  memoryUsedBytes: null,
  memoryTotalBytes: null,
  diskReadBytesPerSecond: null,
  diskWriteBytesPerSecond: null,
  netReceiveBytesPerSecond: null,
  netSendBytesPerSecond: null,
});
const times = (samples: readonly UsageSample[]): number[] => samples.map((sample) => sample.timeMs);

describe('addSample', () => {
  it('keeps five minutes', () => {
    expect(times(addSample([at(0), at(1_000), at(300_000)], at(301_000)))).toEqual([1_000, 300_000, 301_000]);
  });

  it('keeps at most 600 samples', () => {
    let history: readonly UsageSample[] = [];
    for (let time = 0; time < 2_000; time++) history = addSample(history, at(time));
    expect(history).toHaveLength(600);
    expect(history.at(-1)!.timeMs).toBe(1_999);
  });

  it('ignores a sample from the past and starts over after a jump of the clock', () => {
    const history = [at(1_000_000)];
    expect(addSample(history, at(999_000))).toBe(history);
    expect(times(addSample(history, at(5)))).toEqual([5]);
  });
});
