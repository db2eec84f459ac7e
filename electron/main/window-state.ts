import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Display, Rectangle } from 'electron';
import { z } from 'zod';
import type { Logger } from '../core/kernel/logger.ts';

const pixels = z.number().int().min(-100_000).max(100_000);
const windowStateSchema = z.object({
  bounds: z.object({ x: pixels, y: pixels, width: pixels.min(1), height: pixels.min(1) }),
  isMaximized: z.boolean(),
});

/** Where the window was, in device-independent pixels. */
export type WindowState = z.infer<typeof windowStateSchema>;

export const minimumSize = { width: 640, height: 480 } as const;
const defaultSize = { width: 1280, height: 800 } as const;

/** A window can be taken hold of where at least this much of its upper edge is on a display. */
const GRIP = { width: 120, height: 32 } as const;

/**
 * The bounds to open with: the saved ones where their title bar is within reach on a display of today, never larger
 * than that display; else a default size without a place (the system chooses).
 */
export function openingBounds(
  saved: WindowState | null,
  displays: readonly Pick<Display, 'workArea'>[],
): Partial<Rectangle> & { width: number; height: number } {
  if (saved === null) return { ...defaultSize };
  const { bounds } = saved;
  const display = displays.find(({ workArea }) => isGripVisible(bounds, workArea));
  if (display === undefined) return { ...defaultSize };
  const { width, height } = display.workArea;
  return {
    x: bounds.x,
    y: bounds.y,
    width: Math.max(minimumSize.width, Math.min(bounds.width, width)),
    height: Math.max(minimumSize.height, Math.min(bounds.height, height)),
  };
}

function isGripVisible(bounds: Rectangle, area: Rectangle): boolean {
  const visibleWidth = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  const isTopInside = bounds.y >= area.y && bounds.y + GRIP.height <= area.y + area.height;
  return isTopInside && visibleWidth >= Math.min(GRIP.width, bounds.width);
}

/** The saved state, or null where there is none or it cannot be used; that is logged, and costs only the place. */
export function readWindowState(file: string, log: Logger): WindowState | null {
  try {
    return windowStateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (!isMissingFile(error)) log.warn('The saved window state is of no use', { file, error: String(error) });
    return null;
  }
}

/** Saves in one step (write, rename), at once: it is called while the window closes. A failure is logged. */
export function writeWindowState(file: string, state: WindowState, log: Logger): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    log.warn('The window state could not be saved', { file, error: String(error) });
  }
}

function isMissingFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
