import { ByteChannel, type ByteCarrier } from '../../../shared/contract/byte-channel.ts';
import { toAppError } from '../../core-client/core.tsx';

/** A file of this computer that is being written. */
export interface FileTarget {
  write(bytes: Uint8Array): Promise<void>;
  /** All is written: from now on it is the person's. */
  close(): Promise<void>;
  /** Throws away what was written. */
  abort(): Promise<void>;
}

/**
 * Writes what comes by the carrier to a file, no more of it ever being in memory than the channel's window, and tells the
 * other side when all is on the disk. Resolves also where the other side ended it early, whose task says why; rejects
 * where the file cannot be written.
 */
export function receiveFile(
  carrier: ByteCarrier,
  target: FileTarget,
  onBytes: (byteCount: number) => void,
): Promise<void> {
  const channel = new ByteChannel(carrier);
  return new Promise((resolve, reject) => {
    let failure: Error | null = null;
    const fail = (error: unknown): void => {
      failure ??= error instanceof Error ? error : new Error(String(error));
      channel.fail(toAppError(error));
    };
    let written = Promise.resolve();
    channel.onData = (bytes) => {
      written = written
        .then(() => target.write(bytes))
        .then(() => {
          onBytes(bytes.length);
          channel.consumed(bytes.length);
        });
      written.catch(fail);
    };
    channel.onPeerEnd = () => {
      written.then(() => target.close()).then(() => channel.end(), fail);
    };
    channel.onOver = (end) => {
      if (end.kind === 'end') {
        resolve();
        return;
      }
      const over = (): void => (failure === null ? resolve() : reject(failure));
      // What is being written must come to its end first; whether the rest could be thrown away changes nothing.
      void written.then(
        () => target.abort().then(over, over),
        () => target.abort().then(over, over),
      );
    };
  });
}
