import { describe, expect, it } from 'vitest';
import { formatBytes, formatBytesPerSecond, formatCount, formatDateTime, formatPercent } from './format.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KiB'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1024 ** 2 * 999.7, '0.98 GiB'],
    [1024 ** 3 * 2, '2 GiB'],
    [1024 ** 3 * 123.4, '123 GiB'],
    [1024 ** 6 * 5000, '5,000 EiB'],
    [-2048, '-2 KiB'],
  ])('prints %d as %s', (bytes, text) => {
    expect(formatBytes(bytes, 'en')).toBe(text);
  });

  it('prints rates and follows the language', () => {
    expect(formatBytesPerSecond(1536, 'de')).toBe('1,5 KiB/s');
  });
});

it('prints shares, counts and times', () => {
  expect(formatPercent(7.46, 'en')).toBe('7.5%');
  expect(formatPercent(99.6, 'en')).toBe('100%');
  expect(formatCount(12_345, 'en')).toBe('12,345');
  expect(formatDateTime(Date.UTC(2026, 0, 2, 12), 'en')).toContain('2026');
  expect(formatDateTime(Number.NaN, 'en')).toBe('');
});
