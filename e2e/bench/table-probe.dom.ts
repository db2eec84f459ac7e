// Runs in the page, before the page's own code: notes how long the main thread was busy at a stretch.

/** What the bench asks of the page. */
interface TableProbe {
  /** Starts over. */
  reset(): void;
  /** Since `reset`: the longest task (50 ms or more; 0 where none), the longest wait between frames, frames drawn. */
  read(): { longestTaskMs: number; longestGapMs: number; frames: number };
  /**
   * Waits for the next input in the filter, and measures from it to the first frame after which the grid has
   * `rowCount` rows besides its head; `limitMs` where it has not by then.
   */
  expectFilter(rowCount: number, limitMs: number): void;
  /** What `expectFilter` measures. */
  filterMs(): Promise<number>;
}

declare global {
  interface Window {
    tableProbe: TableProbe;
  }
}

let longestTaskMs = 0;
let longestGapMs = 0;
let frames = 0;
let lastFrameAt = 0;
let filterTime = Promise.resolve(NaN);

const observer = new PerformanceObserver((list) => note(list.getEntries()));
observer.observe({ type: 'longtask' });

function note(entries: readonly PerformanceEntry[]): void {
  for (const { duration } of entries) longestTaskMs = Math.max(longestTaskMs, duration);
}

function onFrame(now: number): void {
  if (lastFrameAt > 0) longestGapMs = Math.max(longestGapMs, now - lastFrameAt);
  lastFrameAt = now;
  frames++;
  requestAnimationFrame(onFrame);
}
requestAnimationFrame(onFrame);

window.tableProbe = {
  reset() {
    observer.takeRecords();
    longestTaskMs = longestGapMs = frames = lastFrameAt = 0;
  },
  read() {
    note(observer.takeRecords());
    return { longestTaskMs, longestGapMs, frames };
  },
  expectFilter(rowCount, limitMs) {
    filterTime = new Promise((resolve) => {
      const onInput = (event: Event): void => {
        const check = (): void => {
          const count = document.querySelector('[role=grid]')?.getAttribute('aria-rowcount');
          if (performance.now() - event.timeStamp > limitMs) resolve(limitMs);
          else if (count === String(rowCount + 1))
            requestAnimationFrame(() => resolve(performance.now() - event.timeStamp));
          else requestAnimationFrame(check);
        };
        check();
      };
      document.addEventListener('input', onInput, { capture: true, once: true });
    });
  },
  filterMs: () => filterTime,
};

export {};
