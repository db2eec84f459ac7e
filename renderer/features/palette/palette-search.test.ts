import { expect, test } from 'vitest';
import { bestFits } from './palette-search.ts';

function found(query: string, ...labels: string[]): string[] {
  const items = labels.map((label) => ({ label, keywords: '' }));
  return bestFits(items, query.toLowerCase().split(' '), 10).map(({ label }) => label);
}

test('what begins with the query comes first, the nearest in length before longer ones', () => {
  expect(found('web', 'Start web', 'web-10', 'web')).toEqual(['web', 'web-10', 'Start web']);
});

test('actions keep the order of menus, those of exactly this machine before those of one with a longer name', () => {
  expect(found('web', 'Start web-2', 'Shut down web', 'Save web', 'cobweb')).toEqual([
    'Shut down web',
    'Save web',
    'Start web-2',
    'cobweb',
  ]);
});
