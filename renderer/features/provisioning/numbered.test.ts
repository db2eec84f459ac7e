import { expect, it } from 'vitest';
import { numbered } from './numbered.ts';

it.each([
  ['web', 1, ['web']],
  ['web-##', 1, ['web-##']],
  ['web', 2, ['web-1', 'web-2']],
  ['web.qcow2', 2, ['web-1.qcow2', 'web-2.qcow2']],
  ['.img', 2, ['.img-1', '.img-2']],
  ['n##.a#', 2, ['n01.a#', 'n02.a#']],
  ['w#', 11, ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'w9', 'w10', 'w11']],
])('%j for %i', (pattern, count, names) => {
  expect(numbered(pattern, count)).toEqual(names);
});
