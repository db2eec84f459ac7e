import { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { AppError } from '../kernel/app-error.ts';

/**
 * A channel as a stream that keeps Node's rules, which ssh2's own does not: `destroy(error)` tells the reader, a write
 * after the channel's end fails instead of waiting for ever, and `close` comes also where nobody reads.
 */
export class ChannelStream extends Duplex {
  readonly #channel: ClientChannel;
  #failWrite: ((error: Error) => void) | null = null;
  #isChannelClosed = false;

  /** `failureOf` tells how a command went that has ended: null where well. Absent for a channel without a command. */
  constructor(channel: ClientChannel, failureOf?: () => AppError | null) {
    super({ highWaterMark: 256 * 1024, allowHalfOpen: true });
    this.#channel = channel;
    channel.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) channel.pause();
    });
    // The end of a command's output says nothing yet of how it went: its exit code comes with `close`.
    channel.on('end', () => {
      if (failureOf === undefined) this.push(null);
    });
    channel.on('error', (error: Error) => this.destroy(error));
    channel.on('close', () => {
      this.#isChannelClosed = true;
      const failure = failureOf?.() ?? null;
      if (failure !== null) {
        this.destroy(failure);
        return;
      }
      this.push(null);
      const failWrite = this.#failWrite;
      this.#failWrite = null;
      if (failWrite !== null) failWrite(closedError());
      else this.end();
    });
    channel.stderr.resume();
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(chunk, done);
  }

  /** Together, so that they fill packets: each packet costs both sides the same whatever is in it. */
  override _writev(pieces: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#send(Buffer.concat(pieces.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#isChannelClosed) this.#channel.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#failWrite = null;
    this.#channel.destroy();
    // ssh2 reports the channel's close only after its buffer was read.
    this.#channel.resume();
    done(error);
  }

  #send(chunk: Buffer, done: (error?: Error | null) => void): void {
    if (this.#isChannelClosed || !this.#channel.writable) {
      done(closedError());
      return;
    }
    // ssh2 forgets the callback of a write that the channel's end overtakes.
    this.#failWrite = done;
    this.#channel.write(chunk, (error?: Error | null) => {
      if (this.#failWrite !== done) return;
      this.#failWrite = null;
      done(error);
    });
  }
}

function closedError(): Error {
  return Object.assign(new Error('the channel is closed'), { code: 'EPIPE' });
}

/**
 * Hands on what is written in one turn of the event loop together. ssh2 writes each packet in three pieces, which were
 * as many calls of the system, and as many segments on the network.
 */
export function gatherWrites(stream: Duplex): void {
  const write = stream.write.bind(stream);
  let isGathering = false;
  stream.write = (chunk: Uint8Array) => {
    if (!isGathering) {
      isGathering = true;
      stream.cork();
      process.nextTick(() => {
        isGathering = false;
        stream.uncork();
      });
    }
    return write(chunk);
  };
}
