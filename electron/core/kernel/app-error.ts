import type { AppErrorData, ErrorCode, ErrorSource } from '../../../shared/contract/errors.ts';

export interface AppErrorInit {
  params?: Record<string, string | number>;
  retryable?: boolean;
  detail?: string;
  source?: ErrorSource;
  cause?: unknown;
}

/** The one error type of the core: a code that has a text in every language, and what the other side said. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly params: Record<string, string | number>;
  readonly retryable: boolean;
  readonly detail: string;
  readonly source: ErrorSource | null;
  readonly correlationId: string | null;

  constructor(code: ErrorCode, init: AppErrorInit = {}) {
    super(init.detail ?? code, { cause: init.cause });
    this.name = 'AppError';
    this.code = code;
    this.params = init.params ?? {};
    this.retryable = init.retryable ?? false;
    this.detail = init.detail ?? '';
    this.source = init.source ?? null;
    this.correlationId = code === 'INTERNAL' ? crypto.randomUUID() : null;
  }

  /** The same error, with more values for its text. */
  withParams(params: Record<string, string | number>): AppError {
    const { code, retryable, detail, source } = this;
    const init = { params: { ...this.params, ...params }, retryable, detail, cause: this };
    return new AppError(code, source === null ? init : { ...init, source });
  }

  /** The JSON form that crosses to the renderer. */
  toData(): AppErrorData {
    const { code, params, retryable, detail, source, correlationId } = this;
    return { code, params, retryable, detail, source, correlationId };
  }

  /** Any thrown value as an AppError: an AppError stays itself, an abort becomes CANCELLED, the rest INTERNAL. */
  static from(error: unknown): AppError {
    if (error instanceof AppError) return error;
    if (error instanceof Error && error.name === 'AbortError') {
      return error.cause instanceof AppError ? error.cause : new AppError('CANCELLED', { cause: error });
    }
    const detail = error instanceof Error ? error.message : String(error);
    return new AppError('INTERNAL', { detail, cause: error });
  }
}

/** The reason of an aborted signal as an AppError (CANCELLED unless the aborter gave an AppError). */
export function abortError(signal: AbortSignal): AppError {
  return signal.reason instanceof AppError ? signal.reason : new AppError('CANCELLED', { cause: signal.reason });
}

/** Throws the reason of the signal, as an AppError, if it is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** HALF_DONE for a change that the definition of a domain took and the running domain refused with `error`. */
export function halfDone(error: AppError): AppError {
  const { params, source, detail, retryable } = error;
  const reason = params['reason'] ?? detail;
  return new AppError('HALF_DONE', {
    params: { ...params, reason },
    retryable,
    detail,
    cause: error,
    ...(source === null ? {} : { source }),
  });
}
