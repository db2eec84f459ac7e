import type { ConsoleLogChunk } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { delay } from '../../../kernel/timing.ts';
import type { Cloud } from '../../../openstack/cloud.ts';
import { getConsoleOutput } from '../../../openstack/compute/consoles.ts';

const POLL_MS = 3_000;
/** Longer than any line that a log repeats. */
const ANCHOR = 512;

/** Reads the console log again and again and gives what is new, until the signal aborts. */
export async function* watchServerConsoleLog(
  cloud: Cloud,
  server: { id: string; name: string },
  signal: AbortSignal,
): AsyncGenerator<ConsoleLogChunk> {
  let before: string | null = null;
  for (;;) {
    try {
      const now = await readLog(cloud, server, signal);
      if (now !== null) {
        const chunk = before === null ? ({ mode: 'replace', text: now } as const) : newPart(before, now);
        before = now;
        if (chunk !== null) yield chunk;
      }
      await delay(cloud.clock, POLL_MS, signal);
    } catch (error) {
      // Ended by the watcher, which is no failure.
      if (signal.aborted) return;
      throw error;
    }
  }
}

/** Null while the server has no console (building, moving): it may have one later. */
async function readLog(
  cloud: Cloud,
  server: { id: string; name: string },
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return await getConsoleOutput(cloud, server, signal);
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code === 'CONFLICT') return null;
    if (error.source?.kind === 'openstack' && error.source.status === 501) {
      throw new AppError('UNSUPPORTED', {
        params: { action: 'consoleLog' },
        detail: error.detail,
        source: error.source,
      });
    }
    throw error;
  }
}

/**
 * What `now` adds to `before`; Nova gives a window on the log's end, so the beginning may have moved out. Null where
 * nothing changed; `replace` where the two do not join (the guest was started anew).
 */
export function newPart(before: string, now: string): ConsoleLogChunk | null {
  if (now === before) return null;
  if (now.startsWith(before)) return { mode: 'append', text: now.slice(before.length) };
  const anchor = before.slice(-ANCHOR);
  const at = now.indexOf(anchor);
  if (anchor.length < ANCHOR || at < 0 || now.includes(anchor, at + 1)) return { mode: 'replace', text: now };
  return { mode: 'append', text: now.slice(at + anchor.length) };
}
