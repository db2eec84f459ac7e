import type { AppErrorData } from '../../../shared/contract/errors.ts';

/** The SHA-256 of the certificate that was refused, where the error tells it. */
export function certificateOf(error: AppErrorData | null): string | null {
  if (error?.code !== 'TLS_UNTRUSTED') return null;
  const fingerprint = error.params['fingerprint'];
  return typeof fingerprint === 'string' && fingerprint !== '' ? fingerprint : null;
}
