import type { App } from 'electron';
import type { Logger } from '../core/kernel/logger.ts';

/** The core gets this long to close its connections and save; then the process ends all the same. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Holds back the end of the app until the core has closed, at most 2 s. */
export function closeCoreOnQuit(
  app: Pick<App, 'on' | 'exit'>,
  close: () => Promise<void>,
  log: Logger,
  timeoutMs = CLOSE_TIMEOUT_MS,
): void {
  let isClosing = false;
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (isClosing) return;
    isClosing = true;
    const timer = setTimeout(() => {
      log.warn('The core did not close in time', { timeoutMs });
      app.exit(0);
    }, timeoutMs);
    close()
      .catch((error: unknown) => log.error('The core did not close cleanly', { error: String(error) }))
      .finally(() => {
        clearTimeout(timer);
        app.exit(0);
      });
  });
}
