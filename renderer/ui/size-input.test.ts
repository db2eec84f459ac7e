import { describe, expect, it } from 'vitest';
import { sizeBytesOf, sizeInputOf } from './size-input.ts';

describe('sizeBytesOf', () => {
  it.each([
    ['20', 'GiB', 20 * 1024 ** 3],
    [' 1.5 ', 'TiB', 1.5 * 1024 ** 4],
    ['0,5', 'MiB', 512 * 1024],
    ['', 'GiB', null],
    ['0', 'GiB', null],
    ['-1', 'GiB', null],
    ['1e3', 'GiB', null],
    ['ten', 'GiB', null],
    ['9'.repeat(20), 'TiB', null],
  ] as const)('of %j %s is %s', (text, unit, bytes) => {
    expect(sizeBytesOf({ text, unit })).toBe(bytes);
  });
});

it.each([
  [20 * 1024 ** 3, '20', 'GiB'],
  [1.5 * 1024 ** 4, '1.5', 'TiB'],
  [1000 * 1024 ** 2, '1000', 'MiB'],
  [1024, '0.001', 'MiB'],
] as const)('shows %s bytes as %s %s', (bytes, text, unit) => {
  expect(sizeInputOf(bytes)).toEqual({ text, unit });
});
