import { execFile } from 'node:child_process';
import { AppError } from '../kernel/app-error.ts';
import type { SshContext, SshTarget } from './open-ssh.ts';
import type { SshTransport } from './transport.ts';

const KLIST_TIMEOUT_MS = 5_000;

/** True where Kerberos has a ticket that is still good. */
export function hasKerberosTicket(signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('klist', ['-s'], { timeout: KLIST_TIMEOUT_MS, signal }, (error) => resolve(error === null));
  });
}

/** The system's OpenSSH client as a transport. Throws SSH_CLIENT_MISSING. */
export function openSystemSsh(_target: SshTarget, _context: SshContext): Promise<SshTransport> {
  return Promise.reject(new AppError('SSH_CLIENT_MISSING'));
}
