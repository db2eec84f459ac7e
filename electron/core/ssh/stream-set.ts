import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';
import { abortError, type AppError } from '../kernel/app-error.ts';

/** The open streams of one connection. Each ends with its signal, and all end with the connection. */
export class StreamSet {
  readonly #streams = new Set<Duplex>();

  add<Stream extends Duplex>(stream: Stream, signal: AbortSignal): Stream {
    this.#streams.add(stream);
    const onAbort = (): void => void stream.destroy(abortError(signal));
    // Many channels under one signal are no leak: each takes its listener away when it closes.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    stream.once('close', () => {
      signal.removeEventListener('abort', onAbort);
      this.#streams.delete(stream);
    });
    return stream;
  }

  destroy(reason: AppError): void {
    for (const stream of [...this.#streams]) stream.destroy(reason);
  }
}
