import { createHash } from 'node:crypto';
import { Duplex, type DuplexOptions } from 'node:stream';
import { AppError } from '../../kernel/app-error.ts';
import { raceAbort } from '../../kernel/timing.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';
import { isLoss } from './lost.ts';
import { SentTail } from './sent-tail.ts';

/** Progress is told in steps of this share. */
const STEP = 1 / 200;
/** What is handed on at once; more waits for it. */
const BATCH_BYTES = 1024 * 1024;
/** Nothing is read from it: the other side of the byte channel only sends. Node's types leave `readable` out. */
const oneWay: DuplexOptions & { readable: boolean } = {
  readable: false,
  allowHalfOpen: false,
  writableHighWaterMark: BATCH_BYTES,
};

type Done = (error?: Error | null) => void;

/**
 * Takes the bytes of a file and writes them to a stream of the host. Ending it resolves `done` when the host has
 * confirmed that it has all `sizeBytes`, with their SHA-256 in hexadecimal digits; ending it early, or closing it without an end, fails.
 */
export class VolumeUploadStream extends Duplex {
  readonly done: Promise<string>;
  /** Told that the way to the host is lost; who is told calls `goOn` or destroys the stream. Without it a loss fails. */
  onLost: (() => void) | null = null;
  /** What was sent last. */
  readonly tail = new SentTail();
  readonly #hash = createHash('sha256');
  readonly #sizeBytes: number;
  #target: Duplex | null = null;
  /** What the target has taken goes up to here. */
  #position = 0;
  #isWriting = false;
  #written: Done | null = null;
  #finished: Done | null = null;
  #toldFraction = 0;
  #onProgress: (fraction: number) => void = () => undefined;

  constructor(target: Duplex, sizeBytes: number) {
    super(oneWay);
    this.#sizeBytes = sizeBytes;
    this.done = new Promise((resolve, reject) => {
      this.once('finish', () => resolve(this.#hash.digest('hex')));
      this.once('error', reject);
      this.once('close', () => reject(new AppError('CANCELLED', { detail: 'the file was not sent to its end' })));
    });
    // Whoever follows it learns of the failure from `done`; with nobody there it must not end the process.
    this.done.catch(() => undefined);
    this.#attach(target);
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

  /** Goes on over a new stream of the host, which writes from `offset` on: a place that `tail` knows. */
  goOn(target: Duplex, offset: number): void {
    if (this.destroyed) {
      target.destroy();
      return;
    }
    this.#position = offset;
    this.#isWriting = false;
    this.#attach(target);
    this.#tell(this.#fraction);
    this.#pump();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, written: Done): void {
    this.#take([chunk], written);
  }

  override _writev(pieces: { chunk: Buffer }[], written: Done): void {
    this.#take(
      pieces.map(({ chunk }) => chunk),
      written,
    );
  }

  override _final(finished: Done): void {
    if (this.tail.end < this.#sizeBytes) {
      const detail = `only ${this.tail.end} of ${this.#sizeBytes} bytes came`;
      finished(new AppError('BAD_INPUT', { detail }));
      return;
    }
    this.#finished = finished;
    this.#pump();
  }

  override _destroy(error: Error | null, destroyed: Done): void {
    const target = this.#target;
    this.#target = null;
    target?.destroy();
    this.tail.close();
    destroyed(error);
  }

  get #fraction(): number {
    return this.#position / this.#sizeBytes;
  }

  #attach(target: Duplex): void {
    this.#target = target;
    const lose = (error: AppError): void => {
      if (this.#target !== target) return;
      this.#target = null;
      if (this.onLost === null || !isLoss(error)) this.destroy(error);
      else this.onLost();
    };
    target.once('error', (error) => lose(AppError.from(error)));
    target.once('close', () => {
      if (target.writableFinished) return;
      lose(new AppError('CONNECTION_LOST', { retryable: true, detail: 'the host ended the upload' }));
    });
  }

  #take(pieces: readonly Buffer[], written: Done): void {
    const byteCount = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (this.tail.end + byteCount > this.#sizeBytes) {
      written(new AppError('BAD_INPUT', { detail: `the file has more than ${this.#sizeBytes} bytes` }));
      return;
    }
    for (const piece of pieces) {
      this.#hash.update(piece);
      this.tail.add(piece);
    }
    this.#written = written;
    this.#pump();
  }

  /** Hands on what the target does not have yet; without a target it waits for `goOn`. */
  #pump(): void {
    const target = this.#target;
    if (target === null || this.#isWriting) return;
    const batch = this.tail.from(this.#position, BATCH_BYTES);
    const last = batch.pop();
    if (last === undefined) {
      this.#onAllTaken(target);
      return;
    }
    this.#isWriting = true;
    const byteCount = batch.reduce((sum, piece) => sum + piece.length, last.length);
    // Gathered, so that they go in as few packets as they fit in.
    target.cork();
    for (const piece of batch) target.write(piece);
    target.write(last, (error) => {
      // What went wrong is told by the target's error.
      if (error || this.#target !== target) return;
      this.#isWriting = false;
      this.#position += byteCount;
      this.tail.trim(this.#position);
      if (this.#fraction - this.#toldFraction >= STEP) this.#tell(this.#fraction);
      this.#pump();
    });
    target.uncork();
  }

  #onAllTaken(target: Duplex): void {
    const written = this.#written;
    this.#written = null;
    if (written !== null) {
      written();
      return;
    }
    if (this.#finished === null) return;
    target.once('finish', this.#finished);
    target.end();
  }

  #tell(fraction: number): void {
    this.#toldFraction = fraction;
    this.#onProgress(fraction);
  }
}
