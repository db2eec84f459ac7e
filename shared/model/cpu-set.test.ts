import { describe, expect, it } from 'vitest';
import { normalCpuSet, parseCpuSet } from './cpu-set.ts';

describe('a set of CPUs', () => {
  it.each([
    ['', ''],
    ['3,1,2', '1-3'],
    ['0-3,^2,8', '0-1,3,8'],
    [' 0 , 64-65 ', '0,64-65'],
    ['5,5-6', '5-6'],
  ])('%j is %j', (text, normal) => {
    expect(normalCpuSet(text)).toBe(normal);
  });

  it.each(['a', '1,', '3-1', '^1-2', '-1', '1--2', '99999', '0-16384'])('%j is none', (text) => {
    expect(parseCpuSet(text)).toBeNull();
  });
});
