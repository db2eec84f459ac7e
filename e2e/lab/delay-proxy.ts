import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Under way in one direction at most; the sender is paused above it, as by a full TCP window. */
const MAX_QUEUED_BYTES = 16 * 1024 * 1024;

/** A long way to a TCP port of this machine. */
export interface DelayProxy {
  /** Listens on 127.0.0.1. */
  readonly port: number;
  /** Nothing gets through any more, as when a cable is pulled; connections stay open and new ones are accepted. */
  stall(): void;
  /** Ends a stall: what waited is on its way again. */
  resume(): void;
  /** Resets all connections; new ones work. */
  cut(): void;
  /** Resets all connections and listens no more. */
  stop(): Promise<void>;
}

/**
 * Forwards to a port on 127.0.0.1 as over a network with this round-trip time: every byte, and every end, arrives
 * half a round trip later, in order and without a limit of bandwidth; the target sees a new connection when a
 * three-way handshake would be through.
 */
export async function startDelayProxy(options: { targetPort: number; roundTripMs: number }): Promise<DelayProxy> {
  const proxy = new RunningDelayProxy(options.targetPort, options.roundTripMs);
  await proxy.listen();
  return proxy;
}

class RunningDelayProxy implements DelayProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #isStalled = false;

  constructor(targetPort: number, roundTripMs: number) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const pair = new Pair(client, targetPort, roundTripMs, () => this.#pairs.delete(pair));
      this.#pairs.add(pair);
      if (this.#isStalled) pair.stall();
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  listen(): Promise<void> {
    return new Promise((done, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', done);
    });
  }

  stall(): void {
    this.#isStalled = true;
    for (const pair of this.#pairs) pair.stall();
  }

  resume(): void {
    this.#isStalled = false;
    for (const pair of this.#pairs) pair.resume();
  }

  cut(): void {
    for (const pair of this.#pairs) pair.reset();
  }

  stop(): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    this.cut();
    return closed;
  }
}

/** One connection: the socket to the client, the one to the target, and a queue for each direction. */
class Pair {
  readonly #client: Socket;
  readonly #onGone: () => void;
  readonly #queues: Queue[];
  #target: Socket | null = null;
  #handshake: NodeJS.Timeout;

  constructor(client: Socket, targetPort: number, roundTripMs: number, onGone: () => void) {
    this.#client = client;
    this.#onGone = onGone;
    const forth = new Queue(client, roundTripMs / 2);
    this.#queues = [forth];
    this.#watch(client);
    // SYN, SYN-ACK and ACK: the client knew of the connection at once, the target accepts it after one and a half.
    this.#handshake = setTimeout(() => {
      const target = connect({ port: targetPort, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
      this.#target = target;
      this.#watch(target);
      const back = new Queue(target, roundTripMs / 2);
      back.flowTo(client);
      forth.flowTo(target);
      if (forth.isStalled) back.stall();
      this.#queues.push(back);
    }, roundTripMs * 1.5);
  }

  stall(): void {
    for (const queue of this.#queues) queue.stall();
  }

  resume(): void {
    for (const queue of this.#queues) queue.resume();
  }

  reset(): void {
    clearTimeout(this.#handshake);
    for (const queue of this.#queues) queue.drop();
    this.#client.resetAndDestroy();
    this.#target?.resetAndDestroy();
    this.#onGone();
  }

  /** An error on one side resets the other; a side that has ended both ways is forgotten with the pair. */
  #watch(socket: Socket): void {
    socket.on('error', () => this.reset());
    socket.on('close', () => {
      if (this.#client.destroyed && (this.#target?.destroyed ?? true)) this.reset();
    });
  }
}

/** Bytes on their way from one socket to another; null stands for its end. */
class Queue {
  readonly #source: Socket;
  readonly #delayMs: number;
  #waiting: { dueAt: number; bytes: Buffer | null }[] = [];
  #queuedBytes = 0;
  #sink: Socket | null = null;
  #timer: NodeJS.Timeout | undefined;
  isStalled = false;

  constructor(source: Socket, delayMs: number) {
    this.#source = source;
    this.#delayMs = delayMs;
    source.on('data', (bytes) => this.#add(bytes));
    source.on('end', () => this.#add(null));
  }

  flowTo(sink: Socket): void {
    this.#sink = sink;
    sink.on('drain', () => this.#deliver());
    this.#deliver();
  }

  stall(): void {
    this.isStalled = true;
  }

  resume(): void {
    this.isStalled = false;
    this.#deliver();
  }

  drop(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#sink = null;
  }

  #add(bytes: Buffer | null): void {
    this.#waiting.push({ dueAt: performance.now() + this.#delayMs, bytes });
    this.#queuedBytes += bytes?.length ?? 0;
    if (this.#queuedBytes > MAX_QUEUED_BYTES) this.#source.pause();
    if (this.#waiting.length === 1) this.#deliver();
  }

  /** Hands on what is due, and comes back for the rest when that is. */
  #deliver(): void {
    clearTimeout(this.#timer);
    if (this.isStalled || this.#sink === null) return;
    const now = performance.now();
    let count = 0;
    for (const { dueAt, bytes } of this.#waiting) {
      if (dueAt > now || this.#sink.writableNeedDrain) break;
      count++;
      if (bytes === null) this.#sink.end();
      else this.#sink.write(bytes);
      this.#queuedBytes -= bytes?.length ?? 0;
    }
    this.#waiting.splice(0, count);
    if (this.#queuedBytes <= MAX_QUEUED_BYTES) this.#source.resume();
    const next = this.#waiting[0];
    if (next !== undefined && !this.#sink.writableNeedDrain) {
      this.#timer = setTimeout(() => this.#deliver(), Math.max(0, Math.ceil(next.dueAt - now)));
    }
  }
}
