import { expect, it } from 'vitest';
import { inLineageOrder } from './lineage.ts';

const made = (name: string, parent: string | null, createdAtMs: number | null) => ({ name, parent, createdAtMs });
const names = (...snapshots: ReturnType<typeof made>[]): string[] => inLineageOrder(snapshots).map(({ name }) => name);

it('orders snapshots by their time, and those of one second by what they stand on', () => {
  expect(names(made('c', 'b', 2_000), made('b', 'a', 2_000), made('a', null, 2_000))).toEqual(['a', 'b', 'c']);
  expect(names(made('new', null, 3_000), made('old', 'gone', 1_000))).toEqual(['old', 'new']);
  expect(names(made('timed', null, 1), made('untimed', 'timed', null))).toEqual(['untimed', 'timed']);
});

it('comes to an end where a host tells of a circle', () => {
  expect(names(made('a', 'b', 1), made('b', 'a', 1))).toHaveLength(2);
});
