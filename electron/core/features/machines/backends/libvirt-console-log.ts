import { StringDecoder } from 'node:string_decoder';
import type { ConsoleLogChunk, Machine } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { remoteDomain } from './libvirt-records.ts';

/**
 * What the domain writes to its first serial console from now on (DOMAIN_OPEN_CONSOLE); libvirt keeps no backlog.
 * Does not take the console from somebody who has it open: then the daemon's own error says so.
 */
export async function* watchDomainConsole(
  machine: Machine,
  session: LibvirtSession,
  signal: AbortSignal,
): AsyncGenerator<ConsoleLogChunk, void, void> {
  if (machine.state === 'stopped') {
    throw new AppError('NO_CONSOLE', { params: { machine: machine.name, reason: 'off' }, retryable: true });
  }
  const rpc = await session.streams(signal);
  const args = { dom: remoteDomain(machine), devName: null, flags: 0 };
  const { stream } = await rpc.openStream('DOMAIN_OPEN_CONSOLE', args, { signal });
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
