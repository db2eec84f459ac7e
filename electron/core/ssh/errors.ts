import type { ErrorCode, SshErrorSource } from '../../../shared/contract/errors.ts';
import { AppError } from '../kernel/app-error.ts';
import { networkErrorCode } from '../kernel/network-error.ts';

/** The end of an SSH connection that an error speaks of. */
export interface SshPlace {
  host: string;
  port: number;
  user: string;
}

interface SshErrorInit {
  params?: Record<string, string | number>;
  retryable?: boolean;
  /** What the other side or the program said. */
  message: string;
  cause?: unknown;
}

const MAX_MESSAGE_LENGTH = 4_096;

/** An AppError whose source says where SSH failed. */
export function sshError(code: ErrorCode, place: SshPlace, init: SshErrorInit): AppError {
  const message = init.message.slice(0, MAX_MESSAGE_LENGTH);
  const source: SshErrorSource = { kind: 'ssh', ...place, message };
  return new AppError(code, {
    params: { host: place.host, port: place.port, user: place.user, ...init.params },
    retryable: init.retryable ?? false,
    detail: message,
    source,
    cause: init.cause,
  });
}

/** A socket's failure on the way to the host: HOST_NOT_RESOLVED, HOST_UNREACHABLE, CONNECTION_REFUSED, else CONNECTION_LOST. */
export function socketError(error: Error & { code?: string | number | undefined }, place: SshPlace): AppError {
  const message = error.message === '' ? String(error.code ?? '') : error.message;
  return sshError(networkErrorCode(error) ?? 'CONNECTION_LOST', place, { message, retryable: true, cause: error });
}
