import { expect, it } from 'vitest';
import { addLoad, spanOf } from './load-history.ts';

const load = (timeMs: number): { timeMs: number; cpuPercent: number; memoryUsedBytes: null } => ({
  timeMs,
  cpuPercent: 1,
  memoryUsedBytes: null,
});
const all = (times: readonly number[]): number[] =>
  times.reduce<ReturnType<typeof addLoad>>((loads, time) => addLoad(loads, load(time)), []).map(({ timeMs }) => timeMs);

it('keeps the last hour and starts over when the clock goes back', () => {
  expect(all([0, 1_000, 3_600_500])).toEqual([1_000, 3_600_500]);
  expect(all([5_000, 1_000])).toEqual([1_000]);
});

it('shows five minutes at least, and all that is known', () => {
  expect(spanOf([])).toBe(300_000);
  expect(spanOf([load(0), load(2_000)])).toBe(300_000);
  expect(spanOf([load(0), load(900_000)])).toBe(900_000);
});
