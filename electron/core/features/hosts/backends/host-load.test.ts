import { describe, expect, it } from 'vitest';
import { busyPercent, cpuTimes, hostMemory, LoadHistory } from './host-load.ts';

const times = (kernel: number, idle: number): ReturnType<typeof cpuTimes> =>
  cpuTimes([
    { field: 'kernel', value: kernel },
    { field: 'idle', value: idle },
  ]);

describe('the CPU of a host', () => {
  it('is busy for what is neither idle nor waiting', () => {
    const before = times(100, 900);
    const fields = { kernel: 150, user: 100, intr: 50, idle: 1_500, iowait: 200, utilization: 9 };
    const now = cpuTimes(Object.entries(fields).map(([field, value]) => ({ field, value })));
    expect(busyPercent(before, now)).toBe(20);
  });

  it('is unknown at first, after a restart of the host, and where nothing is told', () => {
    expect(busyPercent(undefined, times(1, 1))).toBeNull();
    expect(busyPercent(times(9, 9), times(1, 1))).toBeNull();
    expect(busyPercent(times(1, 1), times(1, 1))).toBeNull();
    expect(cpuTimes([])).toBeNull();
  });
});

it('counts the kernel’s cache as free memory', () => {
  const fields = { total: 100, free: 20, buffers: 10, cached: 30 };
  expect(hostMemory(Object.entries(fields).map(([field, value]) => ({ field, value })))).toEqual({
    totalBytes: 102_400,
    usedBytes: 40_960,
  });
  expect(hostMemory([])).toBeNull();
});

describe('LoadHistory', () => {
  const load = (timeMs: number): { timeMs: number; cpuPercent: null; memoryUsedBytes: null } => ({
    timeMs,
    cpuPercent: null,
    memoryUsedBytes: null,
  });
  const timesOf = (added: readonly number[]): number[] => {
    const history = new LoadHistory();
    for (const timeMs of added) history.add(load(timeMs));
    return history.loads.map(({ timeMs }) => timeMs);
  };

  it('keeps an hour, and no more than is sent at once', () => {
    expect(timesOf([0, 1_000, 3_600_500, 3_601_500])).toEqual([3_600_500, 3_601_500]);
    const many = timesOf(Array.from({ length: 2_000 }, (_, at) => at * 1_000));
    expect(many).toHaveLength(1_800);
    expect(many[0]).toBe(200_000);
  });

  it('counts one of two that are read together, and starts anew when the clock goes back', () => {
    expect(timesOf([1_000, 1_100, 2_000])).toEqual([1_000, 2_000]);
    expect(timesOf([9_000, 1_000])).toEqual([1_000]);
  });
});
