import { createHash } from 'node:crypto';
import { Duplex, type DuplexOptions, type Readable } from 'node:stream';
import { AppError } from '../../../kernel/app-error.ts';
import { raceAbort } from '../../../kernel/timing.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';

/** Progress is told in steps of this share. */
const STEP = 1 / 200;

/**
 * The bytes of a volume as the host sends them, no faster than they are read. Whoever reads ends the stream when it has
 * put all away; leaving before that, or the host's failing, fails `done`.
 */
export class VolumeDownloadStream extends Duplex {
  /** SHA-256 of all its bytes, in hexadecimal digits. */
  readonly done: Promise<string>;
  readonly #source: Readable;
  /** Null where the host does not tell. */
  readonly #sizeBytes: number | null;
  readonly #hash = createHash('sha256');
  #confirm: (sha256: string) => void = () => undefined;
  #readBytes = 0;
  #toldFraction = 0;
  #sha256: string | null = null;
  #onProgress: (fraction: number) => void = () => undefined;

  constructor(source: Readable, sizeBytes: number | null) {
    super({ allowHalfOpen: true } satisfies DuplexOptions);
    this.#source = source;
    this.#sizeBytes = sizeBytes;
    this.done = new Promise((resolve, reject) => {
      this.#confirm = resolve;
      this.once('error', reject);
      this.once('close', () => reject(new AppError('CANCELLED', { detail: 'the volume was not taken to its end' })));
    });
    // Whoever follows it learns of the failure from `done`; with nobody there it must not end the process.
    this.done.catch(() => undefined);
    source.on('data', (chunk: Buffer) => this.#take(chunk));
    source.pause();
    source.once('end', () => {
      this.#sha256 = this.#hash.digest('hex');
      this.push(null);
    });
    source.once('error', (error) => this.destroy(error));
    source.once('close', () => {
      if (this.#sha256 === null) {
        this.destroy(new AppError('CONNECTION_LOST', { retryable: true, detail: 'the host ended the download' }));
      }
    });
  }

  /** Follows it to its end, telling how far it is; aborting ends it. Gives the SHA-256. */
  async follow(task: TaskContext): Promise<string> {
    task.progress('download', this.#sizeBytes === null ? null : 0);
    this.#onProgress = (fraction) => task.progress('download', fraction);
    try {
      return await raceAbort(this.done, task.signal);
    } finally {
      this.#onProgress = () => undefined;
      this.destroy();
    }
  }

  /** Reads it to its end and keeps nothing but the SHA-256. */
  drain(): void {
    this.once('end', () => this.end());
    this.resume();
  }

  override _read(): void {
    this.#source.resume();
  }

  override _write(_chunk: Buffer, _encoding: BufferEncoding, written: (error?: Error | null) => void): void {
    written(new AppError('PROTOCOL', { detail: 'a download takes nothing' }));
  }

  override _final(finished: (error?: Error | null) => void): void {
    if (this.readableEnded && this.#sha256 !== null) {
      this.#confirm(this.#sha256);
      finished();
    } else {
      finished(new AppError('CANCELLED', { detail: 'the volume was not taken to its end' }));
    }
  }

  override _destroy(error: Error | null, destroyed: (error?: Error | null) => void): void {
    this.#source.destroy();
    destroyed(error);
  }

  #take(chunk: Buffer): void {
    this.#hash.update(chunk);
    this.#readBytes += chunk.length;
    if (this.#sizeBytes !== null) {
      const fraction = Math.min(1, this.#readBytes / Math.max(1, this.#sizeBytes));
      if (fraction - this.#toldFraction >= STEP || (fraction === 1 && this.#toldFraction < 1)) {
        this.#toldFraction = fraction;
        this.#onProgress(fraction);
      }
    }
    if (!this.push(chunk)) this.#source.pause();
  }
}
