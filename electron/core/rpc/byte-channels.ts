import { randomBytes } from 'node:crypto';
import type { Duplex, Readable } from 'node:stream';
import { ByteChannel, type ByteCarrier } from '../../../shared/contract/byte-channel.ts';
import { AppError } from '../kernel/app-error.ts';
import type { CancelTimer, Clock } from '../kernel/clock.ts';

/** A ticket nobody redeems for this long is worthless, and its stream is closed. */
const TICKET_LIFE_MS = 60_000;
const MAX_TICKETS = 256;

/** Streams of the core that wait behind one-time tickets for a carrier. */
export class ByteChannels {
  readonly #clock: Clock;
  readonly #offers = new Map<string, { stream: Duplex; withdraw: () => void }>();
  readonly #open = new Set<Duplex>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Streams that are connected to a carrier now. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Takes the stream over and returns its ticket. Throws LIMIT_EXCEEDED where too many wait. */
  offer(stream: Duplex): string {
    if (this.#offers.size >= MAX_TICKETS) {
      stream.destroy();
      throw new AppError('LIMIT_EXCEEDED', { detail: 'too many byte channels wait to be opened' });
    }
    const ticket = randomBytes(24).toString('base64url');
    const timer: { cancel?: CancelTimer } = {};
    const withdraw = (): void => {
      timer.cancel?.();
      this.#offers.delete(ticket);
      stream.off('close', withdraw);
      stream.off('error', withdraw);
    };
    timer.cancel = this.#clock.setTimer(TICKET_LIFE_MS, () => {
      withdraw();
      stream.on('error', () => undefined);
      stream.destroy();
    });
    stream.once('close', withdraw);
    stream.once('error', withdraw);
    this.#offers.set(ticket, { stream, withdraw });
    return ticket;
  }

  /** Connects the ticket's stream to the carrier. Returns false, and closes the carrier, for a ticket that is not good. */
  redeem(ticket: string, carrier: ByteCarrier): boolean {
    const stream = this.#take(ticket);
    if (stream === null) {
      carrier.close();
      return false;
    }
    connect(stream, new ByteChannel(carrier));
    return true;
  }

  /**
   * Writes all that comes from `source` to the ticket's stream, which takes it as fast as it can. Resolves with how it
   * ended: `finished` when the stream has it all, `cut` when either has broken off, `refused` for a ticket that is not good.
   */
  receive(ticket: string, source: Readable): Promise<'finished' | 'cut' | 'refused'> {
    const stream = this.#take(ticket);
    if (stream === null) return Promise.resolve('refused');
    return new Promise((resolve) => {
      let isFinished = false;
      stream.once('finish', () => (isFinished = true));
      stream.once('close', () => resolve(isFinished ? 'finished' : 'cut'));
      // Why it failed is told by who made the stream.
      stream.once('error', () => undefined);
      source.once('close', () => {
        if (!source.readableEnded) stream.destroy();
      });
      source.pipe(stream);
    });
  }

  /** Takes the offer of a ticket; null for one that is not good. */
  #take(ticket: string): Duplex | null {
    const offer = this.#offers.get(ticket);
    if (offer === undefined) return null;
    const { stream } = offer;
    offer.withdraw();
    this.#open.add(stream);
    stream.once('close', () => this.#open.delete(stream));
    return stream;
  }

  close(): void {
    for (const { stream, withdraw } of [...this.#offers.values()]) {
      withdraw();
      stream.destroy();
    }
    for (const stream of this.#open) stream.destroy();
  }
}

/** Pipes both ways with back-pressure; either end's end or failure ends the other. */
function connect(stream: Duplex, channel: ByteChannel): void {
  channel.onData = (bytes) => stream.write(bytes, () => channel.consumed(bytes.length));
  channel.onPeerEnd = () => stream.end();
  channel.onDrain = () => stream.resume();
  channel.onOver = () => stream.destroy();
  stream.on('data', (bytes: Buffer) => {
    if (!channel.write(bytes)) stream.pause();
  });
  stream.once('end', () => channel.end());
  stream.once('error', (error) => channel.fail(AppError.from(error).toData()));
  stream.once('close', () => {
    // A stream that closed before its end was cut off.
    if (!stream.readableEnded) channel.close();
  });
}
