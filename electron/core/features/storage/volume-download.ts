import { createHash } from 'node:crypto';
import { Duplex, type DuplexOptions, type Readable } from 'node:stream';
import { AppError } from '../../kernel/app-error.ts';
import { raceAbort } from '../../kernel/timing.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';
import { isLoss } from './lost.ts';

/** Progress is told in steps of this share. */
const STEP = 1 / 200;

/**
 * The bytes of a volume as the host sends them, no faster than they are read. Whoever reads ends the stream when it has
 * put all away; leaving before that, or the host's failing, fails `done`.
 */
export class VolumeDownloadStream extends Duplex {
  /** SHA-256 of all its bytes, in hexadecimal digits. */
  readonly done: Promise<string>;
  /** Told that the way to the host is lost; who is told calls `goOn` or destroys the stream. Without it a loss fails. */
  onLost: (() => void) | null = null;
  #source: Readable | null = null;
  /** Null where the host does not tell. */
  readonly #sizeBytes: number | null;
  readonly #hash = createHash('sha256');
  #confirm: (sha256: string) => void = () => undefined;
  #receivedBytes = 0;
  #toldFraction = 0;
  #sha256: string | null = null;
  #onProgress: (fraction: number | null) => void = () => undefined;

  constructor(source: Readable, sizeBytes: number | null) {
    super({ allowHalfOpen: true } satisfies DuplexOptions);
    this.#sizeBytes = sizeBytes;
    this.done = new Promise((resolve, reject) => {
      this.#confirm = resolve;
      this.once('error', reject);
      this.once('close', () => reject(new AppError('CANCELLED', { detail: 'the volume was not taken to its end' })));
    });
    // Whoever follows it learns of the failure from `done`; with nobody there it must not end the process.
    this.done.catch(() => undefined);
    this.#attach(source);
    source.pause();
  }

  /** What has come from the host so far. */
  get receivedBytes(): number {
    return this.#receivedBytes;
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

  /** Goes on over a new stream of the host, which begins behind the `receivedBytes`. */
  goOn(source: Readable): void {
    if (this.destroyed) {
      source.destroy();
      return;
    }
    this.#tell(this.#fraction);
    // Whoever waits for bytes has asked for them already.
    this.#attach(source);
  }

  /** Reads it to its end and keeps nothing but the SHA-256. */
  drain(): void {
    this.once('end', () => this.end());
    this.resume();
  }

  override _read(): void {
    this.#source?.resume();
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
    const source = this.#source;
    this.#source = null;
    source?.destroy();
    destroyed(error);
  }

  get #fraction(): number {
    return this.#sizeBytes === null ? 0 : Math.min(1, this.#receivedBytes / Math.max(1, this.#sizeBytes));
  }

  #attach(source: Readable): void {
    this.#source = source;
    const lose = (error: AppError): void => {
      if (this.#source !== source) return;
      this.#source = null;
      if (this.onLost === null || !isLoss(error)) this.destroy(error);
      else this.onLost();
    };
    source.on('data', (chunk: Buffer) => this.#take(chunk, source));
    source.once('end', () => {
      this.#sha256 = this.#hash.digest('hex');
      this.push(null);
    });
    source.once('error', (error) => lose(AppError.from(error)));
    source.once('close', () => {
      if (this.#sha256 !== null) return;
      lose(new AppError('CONNECTION_LOST', { retryable: true, detail: 'the host ended the download' }));
    });
  }

  #take(chunk: Buffer, source: Readable): void {
    this.#hash.update(chunk);
    this.#receivedBytes += chunk.length;
    const fraction = this.#fraction;
    if (fraction - this.#toldFraction >= STEP || (fraction === 1 && this.#toldFraction < 1)) this.#tell(fraction);
    if (!this.push(chunk)) source.pause();
  }

  #tell(fraction: number): void {
    this.#toldFraction = fraction;
    this.#onProgress(this.#sizeBytes === null ? null : fraction);
  }
}
