import type { ErrorCode } from '../../../shared/contract/errors.ts';

const meanings: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['ENOTFOUND', 'HOST_NOT_RESOLVED'],
  ['EAI_AGAIN', 'HOST_NOT_RESOLVED'],
  ['EAI_FAIL', 'HOST_NOT_RESOLVED'],
  ['EAI_NODATA', 'HOST_NOT_RESOLVED'],
  ['EAI_NONAME', 'HOST_NOT_RESOLVED'],
  ['ECONNREFUSED', 'CONNECTION_REFUSED'],
  ['EHOSTUNREACH', 'HOST_UNREACHABLE'],
  ['ENETUNREACH', 'HOST_UNREACHABLE'],
  ['EADDRNOTAVAIL', 'HOST_UNREACHABLE'],
  ['EHOSTDOWN', 'HOST_UNREACHABLE'],
  ['ENETDOWN', 'HOST_UNREACHABLE'],
  ['ETIMEDOUT', 'HOST_UNREACHABLE'],
  // A firewall of this computer, or a broadcast address.
  ['EACCES', 'HOST_UNREACHABLE'],
  ['EPERM', 'HOST_UNREACHABLE'],
  ['ECONNRESET', 'CONNECTION_LOST'],
  ['EPIPE', 'CONNECTION_LOST'],
  ['ENOTCONN', 'CONNECTION_LOST'],
  ['ECONNABORTED', 'CONNECTION_LOST'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'CONNECTION_LOST'],
  ['UND_ERR_SOCKET', 'CONNECTION_LOST'],
]);

/**
 * What the failure of a socket says about the way to its host: HOST_NOT_RESOLVED, CONNECTION_REFUSED, HOST_UNREACHABLE
 * or CONNECTION_LOST; null for anything else. Where several addresses were tried, the first speaks for all.
 */
export function networkErrorCode(thrown: unknown): ErrorCode | null {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return networkErrorCode(thrown.errors[0]);
  return thrown instanceof Error && 'code' in thrown ? (meanings.get(String(thrown.code)) ?? null) : null;
}
