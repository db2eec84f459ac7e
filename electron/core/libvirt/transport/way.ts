import type { Duplex } from 'node:stream';

/** A way to the daemon that has worked once. */
export interface Way {
  description: string;
  open: (signal: AbortSignal) => Promise<Duplex>;
  /** The stream by which it was found to work, for the first channel. */
  first: Duplex | null;
}

/** The way's streams, the one it was tried with first. `dispose` destroys that one where nobody took it. */
export function channelsOf(way: Way): { open: (signal: AbortSignal) => Promise<Duplex>; dispose: () => void } {
  let spare = way.first;
  // Breaking before it is used, it is merely not there any more.
  spare?.on('error', forget);
  spare?.on('close', forget);
  function forget(): void {
    spare = null;
  }
  return {
    open(signal) {
      const taken = spare;
      if (taken === null) return way.open(signal);
      spare = null;
      taken.off('close', forget);
      return Promise.resolve(taken);
    },
    dispose() {
      spare?.destroy();
    },
  };
}

/** Streams that end with what opened them. */
export class OpenStreams {
  readonly #streams = new Set<Duplex>();

  async add(opening: Promise<Duplex>): Promise<Duplex> {
    const stream = await opening;
    this.#streams.add(stream);
    stream.on('close', () => this.#streams.delete(stream));
    // Whoever uses the stream hears of its end; where nobody does, it must not end the app.
    stream.on('error', () => undefined);
    return stream;
  }

  destroy(reason: Error): void {
    for (const stream of this.#streams) stream.destroy(reason);
  }
}
