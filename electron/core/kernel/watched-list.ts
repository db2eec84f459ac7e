import type { FeedEvent } from '../../../shared/contract/feed.ts';
import { abortError, AppError } from './app-error.ts';
import type { CancelTimer, Clock } from './clock.ts';
import { LiveList, type Watcher } from './live-list.ts';
import type { Scope } from './scope.ts';

/** What a list lives in: its connection's scope, and how visible the app is. */
interface WatchedContext {
  clock: Clock;
  scope: Scope;
  pace: () => { focus: string };
}

/** What has no event is found out by reading the list again this often. */
const PERIOD_MS = 15_000;
/** Several events of one operation come together; one reading follows them. */
const SOON_MS = 150;

/** A list that is read only while somebody watches it: at once, when something is known to have changed, and periodically. */
export class WatchedList<T extends { id: string }> {
  readonly #context: WatchedContext;
  readonly #read: (list: LiveList<T>) => Promise<void>;
  readonly #list: LiveList<T>;
  /** Ends all who watch, with the reason why the list cannot be read. */
  #failure = new AbortController();
  #reading: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #cancelTimer: CancelTimer | null = null;
  #watchers = 0;

  constructor(context: WatchedContext, read: (list: LiveList<T>) => Promise<void>) {
    this.#context = context;
    this.#read = read;
    this.#list = new LiveList<T>(context.clock);
  }

  get items(): ReadonlyMap<string, T> {
    return this.#list.items;
  }

  get isWatched(): boolean {
    return this.#watchers > 0;
  }

  /** Asked anew each time: a change may have come while the list was read. */
  get #isScheduled(): boolean {
    return this.#cancelTimer !== null;
  }

  /** Throws what reading throws, and the reason of the end of the connection. */
  async *watch(watcher: Watcher): AsyncGenerator<FeedEvent<T>, void, void> {
    const { scope } = this.#context;
    const ends = AbortSignal.any([scope.signal, this.#failure.signal]);
    this.#watchers += 1;
    try {
      if (this.#watchers === 1) void this.refresh();
      yield* this.#list.watch({ ready: watcher.ready, signal: AbortSignal.any([watcher.signal, ends]) });
      if (watcher.signal.aborted) return;
      if (scope.isClosed) throw new AppError('DISCONNECTED', { retryable: true, detail: 'the connection was closed' });
      throw abortError(ends);
    } finally {
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#stop();
    }
  }

  /** Reads after the reading under way, which may be older than what the caller knows. Resolves when it is done. */
  refresh(): Promise<void> {
    if (!this.isWatched || this.#context.scope.isClosed) return Promise.resolve();
    this.#next ??= (this.#reading ?? Promise.resolve()).then(() => {
      this.#next = null;
      this.#reading = this.#readOnce().finally(() => (this.#reading = null));
      return this.#reading;
    });
    return this.#next;
  }

  /** Reads once after a burst of events. */
  refreshSoon(): void {
    if (this.isWatched) this.#schedule(SOON_MS);
  }

  async #readOnce(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    try {
      await this.#read(this.#list);
    } catch (thrown) {
      const failure = this.#failure;
      this.#failure = new AbortController();
      failure.abort(AppError.from(thrown));
    }
    if (this.isWatched && !this.#context.scope.isClosed && !this.#isScheduled) this.#schedule(PERIOD_MS);
  }

  #schedule(delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#context.clock.setTimer(delayMs, () => {
      this.#cancelTimer = null;
      if (!this.isWatched || this.#context.scope.isClosed) return;
      // Nobody sees the window: look again later.
      if (delayMs === PERIOD_MS && this.#context.pace().focus === 'hidden') this.#schedule(PERIOD_MS);
      else void this.refresh();
    });
  }

  /** What is read from now on is new to the next who watches. */
  #stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#list.freshness === 'live') this.#list.setFreshness('stale');
  }
}
