import { expect, it } from 'vitest';
import { isAllZero } from './zeros.ts';

it('finds every byte that is not zero, wherever the bytes lie in memory', () => {
  for (let start = 0; start < 5; start++) {
    for (let length = 0; length < 20; length++) {
      const memory = new Uint8Array(32).fill(7);
      const bytes = memory.subarray(start, start + length).fill(0);
      expect(isAllZero(bytes)).toBe(true);
      for (let at = 0; at < length; at++) {
        bytes[at] = 1;
        expect(isAllZero(bytes)).toBe(false);
        bytes[at] = 0;
      }
    }
  }
});
