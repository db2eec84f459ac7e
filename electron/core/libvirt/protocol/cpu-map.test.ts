import { expect, it } from 'vitest';
import { cpusOfMap, mapOfCpus } from './cpu-map.ts';

it('has those CPUs whose bits are set', () => {
  expect(cpusOfMap(Uint8Array.of(0b1010_0001, 0b10), 10)).toEqual([0, 5, 7, 9]);
  expect(cpusOfMap(new Uint8Array(), 3)).toEqual([]);
  expect(mapOfCpus([9, 0, 5, 7])).toEqual(Uint8Array.of(0b1010_0001, 0b10));
});
