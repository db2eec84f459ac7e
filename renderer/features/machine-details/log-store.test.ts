import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LogStore } from './log-store.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('draws a flood once per frame, and starts over when told', () => {
  const log = new LogStore();
  const drawn = vi.fn();
  log.watch(drawn);
  const text = (): string[] => log.read().lines.map((line) => line.map((piece) => piece.text).join(''));
  for (let at = 0; at < 100; at += 1) log.take({ mode: 'append', text: `line ${at}\r\n` });
  expect(drawn).not.toHaveBeenCalled();
  vi.advanceTimersByTime(20);
  expect(drawn).toHaveBeenCalledTimes(1);
  expect(text().slice(0, 2)).toEqual(['line 0', 'line 1']);
  log.take({ mode: 'replace', text: '\u001b[31mred\u001b[0m' });
  vi.advanceTimersByTime(20);
  expect(text()).toEqual(['red']);
  expect(log.read().lines[0]?.[0]?.style.color).toBe('var(--vd-ansi-1)');
  log.clear();
  expect(text().join('')).toBe('');
});
