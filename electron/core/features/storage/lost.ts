import type { AppError } from '../../kernel/app-error.ts';

const codes: ReadonlySet<string> = new Set(['CONNECTION_LOST', 'DISCONNECTED', 'TIMEOUT']);

/** Whether the way to the host has gone, and not the work gone wrong: over a new one it can go on. */
export function isLoss(error: AppError): boolean {
  return codes.has(error.code);
}
