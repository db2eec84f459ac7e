/** What the core logs with. Fields are redacted by the sink (electron/core/app/log.ts), never by the caller. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  /** The same sink with fields added to every line. */
  with(fields: Record<string, unknown>): Logger;
}

/** Drops everything; for tests and for callers that were given none. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLogger,
};
