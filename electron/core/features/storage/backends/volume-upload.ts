import { createHash } from 'node:crypto';
import { Duplex, type DuplexOptions } from 'node:stream';
import { AppError } from '../../../kernel/app-error.ts';
import { raceAbort } from '../../../kernel/timing.ts';
import { byteCountOf } from '../../../libvirt/rpc/framing.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';

/** Progress is told in steps of this share. */
const STEP = 1 / 200;
/** Nothing is read from it: the other side of the byte channel only sends. Node's types leave `readable` out. */
const oneWay: DuplexOptions & { readable: boolean } = { readable: false, allowHalfOpen: false };

/**
 * Takes the bytes of a file and writes them to a stream of the host. Ending it resolves `done` when the host has
 * confirmed that it has all `sizeBytes`, with their SHA-256 in hexadecimal digits; ending it early, or closing it without an end, fails.
 */
export class VolumeUploadStream extends Duplex {
  readonly done: Promise<string>;
  readonly #hash = createHash('sha256');
  readonly #target: Duplex;
  readonly #sizeBytes: number;
  #writtenBytes = 0;
  #toldFraction = 0;
  #onProgress: (fraction: number) => void = () => undefined;

  constructor(target: Duplex, sizeBytes: number) {
    super(oneWay);
    this.#target = target;
    this.#sizeBytes = sizeBytes;
    this.done = new Promise((resolve, reject) => {
      this.once('finish', () => resolve(this.#hash.digest('hex')));
      this.once('error', reject);
      this.once('close', () => reject(new AppError('CANCELLED', { detail: 'the file was not sent to its end' })));
    });
    // Whoever follows it learns of the failure from `done`; with nobody there it must not end the process.
    this.done.catch(() => undefined);
    target.once('error', (error) => this.destroy(error));
    target.once('close', () => {
      if (!target.writableFinished) {
        this.destroy(new AppError('CONNECTION_LOST', { retryable: true, detail: 'the host ended the upload' }));
      }
    });
  }

  /** Follows it to its end, telling how far it is; aborting ends it. Gives the SHA-256. */
  async follow(task: TaskContext): Promise<string> {
    task.progress('upload', 0);
    this.#onProgress = (fraction) => task.progress('upload', fraction);
    try {
      return await raceAbort(this.done, task.signal);
    } finally {
      this.#onProgress = () => undefined;
      this.destroy();
    }
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, written: (error?: Error | null) => void): void {
    this.#send([chunk], written);
  }

  override _writev(pieces: { chunk: Buffer }[], written: (error?: Error | null) => void): void {
    this.#send(
      pieces.map(({ chunk }) => chunk),
      written,
    );
  }

  #send(pieces: readonly Buffer[], written: (error?: Error | null) => void): void {
    const byteCount = byteCountOf(pieces);
    if (this.#writtenBytes + byteCount > this.#sizeBytes) {
      written(new AppError('BAD_INPUT', { detail: `the file has more than ${this.#sizeBytes} bytes` }));
      return;
    }
    // Gathered, so that they go in as few packets as they fit in; the last to go tells that all have gone.
    this.#target.cork();
    pieces.forEach((piece, index) => {
      this.#hash.update(piece);
      this.#target.write(piece, (error) => {
        this.#writtenBytes += piece.length;
        if (error || index === pieces.length - 1) this.#sent(written, error);
      });
    });
    this.#target.uncork();
  }

  #sent(written: (error?: Error | null) => void, error: Error | null | undefined): void {
    const fraction = this.#writtenBytes / this.#sizeBytes;
    if (fraction - this.#toldFraction >= STEP) {
      this.#toldFraction = fraction;
      this.#onProgress(fraction);
    }
    written(error);
  }

  override _final(finished: (error?: Error | null) => void): void {
    if (this.#writtenBytes < this.#sizeBytes) {
      const detail = `only ${this.#writtenBytes} of ${this.#sizeBytes} bytes came`;
      finished(new AppError('BAD_INPUT', { detail }));
      return;
    }
    this.#target.once('finish', () => finished());
    this.#target.end();
  }

  override _destroy(error: Error | null, destroyed: (error?: Error | null) => void): void {
    this.#target.destroy();
    destroyed(error);
  }
}
