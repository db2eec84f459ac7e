import { AppError } from '../../../kernel/app-error.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { quoteCommand } from '../../../ssh/quote.ts';

/**
 * Runs a command on the daemon's host; who may not do it may be allowed to as root, without a question (`sudo -n`).
 * Throws SSH_COMMAND_FAILED with what the host says.
 */
export async function runOnHost(
  { transport }: LibvirtSession,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const ways = transport.user === 'root' ? [argv] : [argv, ['sudo', '-n', ...argv]];
  let said = '';
  for (const way of ways) {
    const result = await transport.run?.(way, signal);
    if (result?.exitCode === 0) return;
    said ||= result?.stderr.trim() ?? '';
  }
  throw new AppError('SSH_COMMAND_FAILED', {
    params: { host: transport.hostName, command: quoteCommand(argv) },
    detail: said,
  });
}
