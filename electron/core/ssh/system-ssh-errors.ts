import { readFile } from 'node:fs/promises';
import type { AppError } from '../kernel/app-error.ts';
import { sshError, type SshPlace } from './errors.ts';
import { fingerprint, parseKnownHosts } from './known-hosts.ts';

const MAX_SHOWN_LINES = 12;

/** What an OpenSSH client that could not connect said, as a typed error. */
export async function explainClient(said: string, place: SshPlace): Promise<AppError> {
  const message = said.trim().split('\n').slice(-MAX_SHOWN_LINES).join('\n') || 'the OpenSSH client ended';
  const has = (pattern: RegExp): boolean => pattern.test(said);
  if (has(/REMOTE HOST IDENTIFICATION HAS CHANGED/)) return changedKey(said, message, place);
  if (has(/REVOKED HOST KEY DETECTED|host key .* revoked|marked as revoked/i)) {
    return sshError('SSH_HOST_KEY_REVOKED', place, { message });
  }
  if (has(/Host key verification failed|requested strict checking/)) {
    return sshError('SSH_HOST_KEY_UNKNOWN', place, { message });
  }
  if (has(/Permission denied|Too many authentication failures|No more authentication methods/i)) {
    return sshError('SSH_AUTH_FAILED', place, { message });
  }
  if (has(/Could not resolve hostname|Name or service not known/i)) {
    return sshError('HOST_NOT_RESOLVED', place, { message, retryable: true });
  }
  if (has(/Connection refused/i)) return sshError('CONNECTION_REFUSED', place, { message, retryable: true });
  if (has(/No route to host|Network is unreachable|Host is down/i)) {
    return sshError('HOST_UNREACHABLE', place, { message, retryable: true });
  }
  if (has(/timed out/i)) return sshError('TIMEOUT', place, { message, retryable: true, params: { what: place.host } });
  if (has(/Bad configuration option|Bad owner or permissions|terminating, \d+ bad configuration/i)) {
    return sshError('BAD_INPUT', place, { message, params: { what: 'ssh_config' } });
  }
  if (has(/Unable to negotiate|no matching .* found/i)) return sshError('PROTOCOL', place, { message });
  return sshError('CONNECTION_LOST', place, { message, retryable: true });
}

async function changedKey(said: string, message: string, place: SshPlace): Promise<AppError> {
  const actual = /\b(SHA256:[A-Za-z0-9+/]{43})/.exec(said)?.[1] ?? '';
  const [, file = '', lineText = '0'] = /^Offending .*key in (.+):(\d+)\s*$/m.exec(said) ?? [];
  const line = Number(lineText);
  const text = file === '' ? '' : await readFile(file, 'utf8').catch(() => '');
  const known = parseKnownHosts(text, file).find((entry) => entry.line === line);
  return sshError('SSH_HOST_KEY_CHANGED', place, {
    params: { actual, expected: known === undefined ? '' : fingerprint(known.key), file, line },
    message,
  });
}
