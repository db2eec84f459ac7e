import { StringDecoder } from 'node:string_decoder';
import type { ConsoleLogChunk, Machine } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { delay } from '../../../kernel/timing.ts';
import { errorNumber } from '../../../libvirt/protocol/constants.ts';
import type { RpcStream } from '../../../libvirt/rpc/stream.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';

/** A page that is opened again may ask before the daemon has let the console of the page before go. */
const RETRY_DELAYS_MS = [100, 300, 600];

/**
 * What the domain writes to its first serial console from now on (DOMAIN_OPEN_CONSOLE); libvirt keeps no backlog.
 * Does not take the console from somebody who has it open: then the daemon's own error says so.
 */
export async function* watchDomainConsole(
  machine: Machine,
  session: LibvirtSession,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<ConsoleLogChunk, void, void> {
  if (machine.state === 'stopped') {
    throw new AppError('NO_CONSOLE', { params: { machine: machine.name, reason: 'off' }, retryable: true });
  }
  const stream = await openConsole(machine, session, clock, signal);
  const stop = (): void => {
    stream.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  const decoder = new StringDecoder('utf8');
  try {
    yield { mode: 'replace', text: '' };
    for await (const bytes of stream as AsyncIterable<Buffer>) yield { mode: 'append', text: decoder.write(bytes) };
  } catch (error) {
    // Destroying the stream is how we stop reading it.
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
}

async function openConsole(
  machine: Machine,
  session: LibvirtSession,
  clock: Clock,
  signal: AbortSignal,
): Promise<RpcStream> {
  const rpc = await session.streams(signal);
  const args = { dom: domainRef(machine.id, machine.name), devName: null, flags: 0 };
  for (let attempt = 0; ; attempt++) {
    try {
      return (await rpc.openStream('DOMAIN_OPEN_CONSOLE', args, { signal })).stream;
    } catch (thrown) {
      const { source } = AppError.from(thrown);
      const isTaken = source?.kind === 'libvirt' && source.code === errorNumber.operationFailed;
      const delayMs = RETRY_DELAYS_MS[attempt];
      if (!isTaken || delayMs === undefined) throw thrown;
      await delay(clock, delayMs, signal);
    }
  }
}
