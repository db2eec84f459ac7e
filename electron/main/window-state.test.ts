import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLogger } from '../core/kernel/logger.ts';
import { openingBounds, readWindowState, writeWindowState, type WindowState } from './window-state.ts';

const displays = [
  { workArea: { x: 0, y: 24, width: 1920, height: 1056 } },
  { workArea: { x: 1920, y: 0, width: 1280, height: 1024 } },
];
const at = (x: number, y: number, width = 1000, height = 700): WindowState => ({
  bounds: { x, y, width, height },
  isMaximized: false,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'virtdeck-window-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('opens where the window was when its title bar is on a display', () => {
  expect(openingBounds(at(100, 100), displays)).toEqual({ x: 100, y: 100, width: 1000, height: 700 });
  expect(openingBounds(at(2000, 10), displays)).toMatchObject({ x: 2000, y: 10 });
  // Mostly off to the left, but the rest can be gripped.
  expect(openingBounds(at(-800, 100), displays)).toMatchObject({ x: -800 });
});

it.each([
  ['the display is gone', at(5000, 100)],
  ['it is left of everything', at(-950, 100)],
  ['the title bar is above the display', at(100, -40)],
  ['the title bar is below the display', at(100, 1070)],
  ['nothing was saved', null],
])('opens with a default size and no place when %s', (_what, saved) => {
  expect(openingBounds(saved, displays)).toEqual({ width: 1280, height: 800 });
});

it('never opens larger than the display or smaller than the minimum', () => {
  expect(openingBounds(at(0, 24, 5000, 5000), displays)).toMatchObject({ width: 1920, height: 1056 });
  expect(openingBounds(at(0, 24, 10, 10), displays)).toMatchObject({ width: 640, height: 480 });
});

it('saves and reads, leaving nothing else behind', () => {
  const file = join(folder, 'window.json');
  expect(readWindowState(file, silentLogger)).toBeNull();
  writeWindowState(file, { ...at(1, 2), isMaximized: true }, silentLogger);
  expect(readWindowState(file, silentLogger)).toEqual({ ...at(1, 2), isMaximized: true });
  expect(readdirSync(folder)).toEqual(['window.json']);
});

it('goes on without a damaged file or a folder to save in, and says so', () => {
  const file = join(folder, 'window.json');
  const warn = vi.fn();
  const log = { ...silentLogger, warn };
  for (const text of ['{', '{"bounds":{"x":1e9,"y":0,"width":1,"height":1},"isMaximized":false}', 'null']) {
    writeFileSync(file, text);
    expect(readWindowState(file, log)).toBeNull();
  }
  writeWindowState(join(file, 'not-a-folder', 'w.json'), at(1, 2), log);
  expect(warn).toHaveBeenCalledTimes(4);
});
