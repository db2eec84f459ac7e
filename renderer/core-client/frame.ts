/** A hidden page gets no animation frames; its lists still must not pile up changes. */
const HIDDEN_DELAY_MS = 250;

const due = new Set<() => void>();
let isScheduled = false;

/**
 * Runs `callback` once in the next animation frame, however often it is asked for. What a callback schedules in turn
 * runs in the same frame, so that lists made of lists change once.
 */
export function inNextFrame(callback: () => void): void {
  due.add(callback);
  if (isScheduled) return;
  isScheduled = true;
  if (document.visibilityState === 'hidden') window.setTimeout(runDue, HIDDEN_DELAY_MS);
  else waitForFrame();
}

/** The page may be hidden while it waits for its frame: whichever comes first. */
function waitForFrame(): void {
  const timer = window.setTimeout(run, HIDDEN_DELAY_MS);
  const frame = window.requestAnimationFrame(run);
  function run(): void {
    window.clearTimeout(timer);
    window.cancelAnimationFrame(frame);
    runDue();
  }
}

function runDue(): void {
  try {
    for (const callback of due) {
      due.delete(callback);
      callback();
    }
  } finally {
    isScheduled = false;
  }
}
