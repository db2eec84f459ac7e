import { abortError, AppError } from './app-error.ts';
import type { Clock } from './clock.ts';

/** Resolves after `delayMs`; rejects with the signal's reason (as AppError) if it aborts first. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortError(signal));
      return;
    }
    const onAbort = (): void => {
      cancel();
      if (signal) reject(abortError(signal));
    };
    const cancel = clock.setTimer(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Runs `work` with a signal that aborts with TIMEOUT after `timeoutMs`, or with the outer signal's reason.
 * Rejects at that moment even if `work` ignores its signal.
 */
export async function withTimeout<T>(
  clock: Clock,
  timeoutMs: number,
  outer: AbortSignal | undefined,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onOuterAbort = (): void => controller.abort(outer ? abortError(outer) : undefined);
  if (outer?.aborted) onOuterAbort();
  outer?.addEventListener('abort', onOuterAbort, { once: true });
  const cancelTimer = clock.setTimer(timeoutMs, () =>
    controller.abort(
      new AppError('TIMEOUT', {
        params: { what, seconds: Math.round(timeoutMs / 1000) },
        retryable: true,
        detail: `${what}: no answer within ${timeoutMs} ms`,
      }),
    ),
  );
  try {
    return await raceAbort(work(controller.signal), controller.signal);
  } finally {
    cancelTimer();
    outer?.removeEventListener('abort', onOuterAbort);
  }
}

/** The promise's outcome, or a rejection with the signal's reason if that aborts first. */
export function raceAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortError(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Back-off before retry `attempt` (0-based): doubling from `baseMs` to `maxMs`, with jitter of ±20 %. */
export function backoffMs(attempt: number, baseMs = 1_000, maxMs = 60_000, random: () => number = Math.random): number {
  return Math.round(Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30)) * (0.8 + 0.4 * random()));
}
