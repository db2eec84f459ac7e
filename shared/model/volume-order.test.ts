import { expect, it } from 'vitest';
import { topFirst } from './volume-order.ts';

it('has what stands on others before these, also in a circle', () => {
  const volume = (path: string, backingPath: string | null) => ({ path, backingPath });
  const order = [
    volume('base', null),
    volume('top', 'middle'),
    volume('alone', '/elsewhere'),
    volume('middle', 'base'),
  ];
  expect(topFirst(order).map(({ path }) => path)).toEqual(['top', 'middle', 'base', 'alone']);
  expect(topFirst([volume('a', 'b'), volume('b', 'a')])).toHaveLength(2);
});
