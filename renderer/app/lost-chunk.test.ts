import { beforeEach, expect, it } from 'vitest';
import { shouldReload } from './lost-chunk.ts';

beforeEach(() => sessionStorage.clear());

const lost = new TypeError('Failed to fetch dynamically imported module: http://127.0.0.1:1/assets/StoragePage.js');

it('loads the page again once where a part of the app was lost', () => {
  expect(shouldReload(lost, sessionStorage, 1_000_000)).toBe(true);
  expect(shouldReload(lost, sessionStorage, 1_001_000)).toBe(false);
  expect(shouldReload(lost, sessionStorage, 1_031_000)).toBe(true);
});

it.each([[new Error('x is not a function')], ['dynamically imported module'], [null]])(
  'shows other errors: %s',
  (error) => {
    expect(shouldReload(error, sessionStorage, 1_000_000)).toBe(false);
  },
);
