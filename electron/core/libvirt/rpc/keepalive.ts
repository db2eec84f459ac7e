import { AppError } from '../../kernel/app-error.ts';
import type { CancelTimer, Clock } from '../../kernel/clock.ts';
import { programs } from '../protocol/procedure.ts';
import { encodeRawFrame, frameStatus, frameType, keepaliveProcedure } from './framing.ts';

export interface KeepaliveOptions {
  /** Silence after which a ping goes out. */
  intervalMs: number;
  /** Pings without an answer after which the connection counts as dead. */
  maxUnanswered: number;
}

export interface KeepalivePeer {
  send: (frame: Buffer) => void;
  /** True while we ourselves do not read, so that no answer can be seen. */
  isPaused: () => boolean;
  onDead: (reason: AppError) => void;
}

function message(procedure: number): Buffer {
  const { ok: status } = frameStatus;
  return encodeRawFrame({ program: programs.keepalive, procedure, type: frameType.message, serial: 0, status });
}

/**
 * libvirt's keepalive program. Any traffic counts as a sign of life. While a stalled reader makes us pause the socket,
 * unasked pongs go out instead of pings: the server takes any message as a sign of life too.
 */
export class Keepalive {
  #clock: Clock;
  #options: KeepaliveOptions;
  #peer: KeepalivePeer;
  #cancel: CancelTimer | null = null;
  #heard = false;
  #unanswered = 0;
  /** What waits for each ping on its way, in their order, which is the order of the answers. */
  #pings: ((answeredAt: number | null) => void)[] = [];
  #measuring: Promise<number | null> | null = null;

  constructor(clock: Clock, options: KeepaliveOptions, peer: KeepalivePeer) {
    this.#clock = clock;
    this.#options = options;
    this.#peer = peer;
  }

  /** Begins to send pings. Only for servers that have said that they know the program. */
  start(): void {
    this.#cancel?.();
    this.#cancel = this.#clock.setTimer(this.#options.intervalMs, () => this.#tick());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    for (const done of this.#pings.splice(0)) done(null);
  }

  /** Milliseconds from a ping to its answer, one at a time; null where no pings are sent, or when they end first. */
  measure(): Promise<number | null> {
    if (this.#cancel === null) return Promise.resolve(null);
    this.#measuring ??= new Promise<number | null>((resolve) => {
      const sentAt = this.#clock.monotonic();
      this.#ping((answeredAt) => resolve(answeredAt === null ? null : answeredAt - sentAt));
    }).finally(() => (this.#measuring = null));
    return this.#measuring;
  }

  /** To be called for whatever arrives. */
  heard(): void {
    this.#heard = true;
  }

  /** To be called for each answer to a ping. */
  ponged(): void {
    this.#pings.shift()?.(this.#clock.monotonic());
  }

  answerPing(): void {
    this.#peer.send(message(keepaliveProcedure.pong));
  }

  #ping(done: (answeredAt: number | null) => void): void {
    this.#pings.push(done);
    this.#peer.send(message(keepaliveProcedure.ping));
  }

  #tick(): void {
    const { intervalMs, maxUnanswered } = this.#options;
    if (this.#peer.isPaused()) {
      this.#unanswered = 0;
      this.#peer.send(message(keepaliveProcedure.pong));
    } else if (this.#heard) {
      this.#unanswered = 0;
    } else if (this.#unanswered >= maxUnanswered) {
      this.stop();
      const seconds = Math.round((intervalMs * (maxUnanswered + 1)) / 1000);
      this.#peer.onDead(
        new AppError('CONNECTION_LOST', { retryable: true, detail: `libvirt has not answered for ${seconds} s` }),
      );
      return;
    } else {
      this.#unanswered++;
      this.#ping(() => undefined);
    }
    this.#heard = false;
    this.start();
  }
}
