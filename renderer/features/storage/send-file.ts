import { ByteChannel, type ByteCarrier } from '../../../shared/contract/byte-channel.ts';
import { toAppError } from '../../core-client/core.tsx';

/**
 * Sends a file by the carrier, no faster than it is taken, so that no more than a piece of it is ever in memory.
 * `onBytes` is told of each piece. Resolves when all is sent or the other side has ended it, whose task says why.
 */
export async function sendFile(
  file: Blob,
  carrier: ByteCarrier,
  onBytes: (byteCount: number) => void = () => undefined,
): Promise<void> {
  const channel = new ByteChannel(carrier);
  const over = new AbortController();
  let goOn: () => void = () => undefined;
  channel.onDrain = () => goOn();
  channel.onOver = () => {
    over.abort();
    goOn();
  };
  const reader = file.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (over.signal.aborted) return;
      if (done) {
        channel.end();
        return;
      }
      if (!channel.write(value)) await new Promise<void>((resolve) => (goOn = resolve));
      onBytes(value.length);
    }
  } catch (error) {
    // A file that cannot be read any more, e.g. because it was changed meanwhile.
    channel.fail(toAppError(error));
  } finally {
    reader.releaseLock();
  }
}
