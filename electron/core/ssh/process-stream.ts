import type { ChildProcess } from 'node:child_process';
import { Duplex, type Readable, type Writable } from 'node:stream';

/** A program's standard input and output as one stream; destroying the stream ends the program. */
export class ProcessStream extends Duplex {
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #output: Readable;

  /** `failureOf` tells why a program failed that has ended; null where it did not. */
  constructor(
    child: ChildProcess & { stdin: Writable; stdout: Readable },
    failureOf: (code: number | null) => Error | null,
  ) {
    super({ highWaterMark: 256 * 1024, allowHalfOpen: true });
    this.#child = child;
    this.#input = child.stdin;
    this.#output = child.stdout;
    this.#output.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) this.#output.pause();
    });
    // A program that ended does not read any more: that is told by its end, not by the broken pipe.
    this.#input.on('error', () => undefined);
    child.on('error', (error) => this.destroy(error));
    child.on('close', (code) => {
      const failure = failureOf(code);
      if (failure !== null) {
        this.destroy(failure);
        return;
      }
      this.push(null);
      this.end();
    });
  }

  override _read(): void {
    this.#output.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#input.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#input.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.kill('SIGTERM');
    this.#input.destroy();
    this.#output.destroy();
    done(error);
  }
}
