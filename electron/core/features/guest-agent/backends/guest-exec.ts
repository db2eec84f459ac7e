import { z } from 'zod';
import type { GuestOutput } from '../../../../../shared/contract/guest-growth.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { delay } from '../../../kernel/timing.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';

/** libvirt's own patience with the agent, in seconds. */
const AGENT_SECONDS = 10;
const CALL_TIMEOUT_MS = 30_000;
const POLL_MS = 500;
/** Growing a big file system takes its time. */
const MAX_RUN_MS = 10 * 60_000;
const MAX_TEXT = 16_384;

const startedAnswer = z.object({ return: z.object({ pid: z.number().int() }) });
const statusAnswer = z.object({
  return: z.object({
    exited: z.boolean(),
    exitcode: z.number().int().optional(),
    'out-data': z.string().optional(),
    'err-data': z.string().optional(),
  }),
});

/**
 * Runs a program in a guest through its agent (guest-exec), without a shell, and waits for its end. Throws what libvirt
 * says where the agent refuses it or does not answer, TIMEOUT after ten minutes.
 */
export async function runInGuest(
  session: LibvirtSession,
  dom: DomainRef,
  command: readonly string[],
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<GuestOutput> {
  const [path = '', ...args] = command;
  const rpc = await session.blocking(signal);
  const ask = async (execute: string, values: object): Promise<unknown> => {
    const cmd = JSON.stringify({ execute, arguments: values });
    const call = { dom, cmd, timeout: AGENT_SECONDS, flags: 0 };
    const { result } = await rpc.call('QEMU_DOMAIN_AGENT_COMMAND', call, { timeoutMs: CALL_TIMEOUT_MS, signal });
    return JSON.parse(result ?? '{}');
  };
  const started = startedAnswer.safeParse(await ask('guest-exec', { path, arg: args, 'capture-output': true }));
  if (!started.success) throw new AppError('PROTOCOL', { detail: 'guest-exec gave no process' });
  const { pid } = started.data.return;
  for (const begun = clock.now(); clock.now() - begun < MAX_RUN_MS;) {
    const status = statusAnswer.safeParse(await ask('guest-exec-status', { pid }));
    if (!status.success) throw new AppError('PROTOCOL', { detail: 'guest-exec-status gave no status' });
    const { exited, exitcode = null, ...output } = status.data.return;
    if (exited) {
      const text = [output['out-data'], output['err-data']].map((data) => decoded(data ?? '')).join('');
      return { command: [...command], exitCode: exitcode, text: text.slice(0, MAX_TEXT) };
    }
    await delay(clock, POLL_MS, signal);
  }
  throw new AppError('TIMEOUT', { params: { what: path }, detail: `${path} runs on in the guest` });
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
