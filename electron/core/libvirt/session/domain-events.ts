import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { EventName, MessageOf } from '../protocol/procedures.ts';
import type { DomainRef } from '../protocol/references.ts';
import type { LibvirtSession } from './session.ts';

const CALL_TIMEOUT_MS = 30_000;

/** The newest that an event has told, for one who waits for it and looks for itself now and then. */
export class EventBox<T> {
  latest: T | null = null;
  #isWoken = false;
  #wake: () => void = () => undefined;

  put(value: T): void {
    this.latest = value;
    this.wake();
  }

  /** Ends a pause, also one that only follows. */
  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  /** Until `waitMs` have passed, or something was told since the last pause, whatever is first. */
  async pause(clock: Clock, waitMs: number): Promise<void> {
    if (!this.#isWoken) {
      await new Promise<void>((resolve) => {
        const cancelTimer = clock.setTimer(waitMs, resolve);
        this.#wake = () => {
          cancelTimer();
          resolve();
        };
      });
    }
    this.#isWoken = false;
  }
}

interface Wanted<N extends EventName, T> {
  dom: DomainRef;
  /** A number of `domainEventId`. */
  eventID: number;
  event: N;
  /** What is wanted of a message; null where it is about something else. */
  pick: (message: MessageOf<N>) => T | null;
}

/**
 * Does some work while events of one domain are listened to; what is told goes into the box that the work is given,
 * which an abort of `signal` wakes too. Rejects as the registration and the work do.
 */
export async function withDomainEvents<N extends EventName, T>(
  session: LibvirtSession,
  { dom, eventID, event, pick }: Wanted<N, T>,
  { log, signal }: { log: Logger; signal: AbortSignal },
  work: (box: EventBox<T>) => Promise<void>,
): Promise<void> {
  const { rpc } = session;
  const box = new EventBox<T>();
  const stopListening = rpc.onEvent(event, (message) => {
    const told = pick(message);
    if (told !== null) box.put(told);
  });
  const onAbort = (): void => box.wake();
  signal.addEventListener('abort', onAbort);
  try {
    const args = { eventID, dom };
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    const registration = await rpc.call('CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY', args, options);
    try {
      await work(box);
    } finally {
      rpc.call('CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY', registration, options).catch((error: unknown) => {
        // Gone with the connection, or with the domain.
        log.debug('domain event not deregistered', { event, error: AppError.from(error).code });
      });
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', onAbort);
  }
}
