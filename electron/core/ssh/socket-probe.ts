import { AppError, throwIfAborted } from '../kernel/app-error.ts';
import type { SshTransport } from './transport.ts';

/** What stands at a path of the host. */
export type SocketState = 'absent' | 'denied' | 'present' | 'unknown';

const SCRIPT = 'test -e "$1" || exit 10; test -w "$1" || exit 11; exit 12';
const states: Readonly<Record<number, SocketState>> = { 10: 'absent', 11: 'denied', 12: 'present' };

/**
 * Tells apart what an SSH server reports alike when it does not forward to a socket: there is none, no right to it, no
 * forwarding. Throws the signal's reason, and what `exec` throws where the connection is gone.
 */
export async function probeSocket(transport: SshTransport, path: string, signal: AbortSignal): Promise<SocketState> {
  try {
    const { exitCode } = await transport.exec(['sh', '-c', SCRIPT, 'sh', path], signal);
    return states[exitCode ?? 0] ?? 'unknown';
  } catch (error) {
    throwIfAborted(signal);
    // A host that forwards and runs nothing: a jump host.
    if (AppError.from(error).code === 'SSH_COMMAND_FAILED') return 'unknown';
    throw error;
  }
}
