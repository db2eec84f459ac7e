import { expect, it } from 'vitest';
import { JobPace } from './job-pace.ts';

it('tells the speed of the last seconds, and what remains at it', () => {
  const pace = new JobPace();
  const unknown = { remainingMs: null, bytesPerSecond: null };
  expect(pace.look(1_000, 0, 1_000)).toEqual(unknown);
  expect(pace.look(2_000, 100, 1_000)).toEqual({ bytesPerSecond: 100, remainingMs: 9_000 });
  // What was long ago does not count, and a stall has no end that can be told.
  expect(pace.look(11_500, 900, 1_000)).toEqual({ bytesPerSecond: 900 / 10.5, remainingMs: 100 / (900 / 10_500) });
  expect(pace.look(13_000, 900, 1_000).bytesPerSecond).toBeCloseTo(800 / 11);
  expect(pace.look(30_000, 900, 1_000)).toEqual(unknown);
});
