import { expect, it } from 'vitest';
import { snapshotName } from './snapshots.ts';

it.each(['before upgrade', "it's <b> 😀 $(touch x)", 'a'.repeat(128)])('takes %s for a name', (name) => {
  expect(snapshotName.safeParse(name).success).toBe(true);
});

it.each(['', '  ', '.hidden', 'a/b', 'a\\b', 'say "no"', 'two\nlines', 'a'.repeat(129)])('refuses %j', (name) => {
  expect(snapshotName.safeParse(name).success).toBe(false);
});
