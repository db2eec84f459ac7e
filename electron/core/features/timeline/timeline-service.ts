import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { TimelineEntry, TimelineEvent } from '../../../../shared/contract/timeline.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { CancelTimer, Clock } from '../../kernel/clock.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { TimelineApi } from './api.ts';
import { ConnectionTimeline } from './connection-timeline.ts';
import type { TimelineBackend, TimelineStore } from './ports.ts';

/** Where remarks of a connection are read, nowhere for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type TimelineSource = (connectionId: string) => TimelineBackend | undefined;

/** Several events of one operation come together; a crash of the app loses no more than this. */
const SAVE_DELAY_MS = 10_000;

/** What has happened to the machines of all connections. */
export class TimelineService implements TimelineApi {
  readonly #source: TimelineSource;
  readonly #store: TimelineStore;
  readonly #clock: Clock;
  readonly #timelines = new Map<string, Promise<ConnectionTimeline>>();
  readonly #saves = new Map<string, CancelTimer>();

  constructor(source: TimelineSource, store: TimelineStore, clock: Clock) {
    this.#source = source;
    this.#store = store;
    this.#clock = clock;
  }

  /** Something has happened to a machine just now. */
  record(connectionId: string, machineId: string, event: TimelineEvent): void {
    void this.#timeline(connectionId).then((timeline) => {
      timeline.add(machineId, event);
      if (this.#timelines.has(connectionId)) this.#saveSoon(connectionId);
    });
  }

  async *watch({ connectionId, id }: MachineRef, watcher: Watcher): AsyncIterable<FeedEvent<TimelineEntry>> {
    yield* (await this.#timeline(connectionId)).of(id).watch(watcher);
  }

  async messages({ connectionId, id }: MachineRef, signal: AbortSignal): Promise<string[]> {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'messages' } });
    return backend.messages(id, signal);
  }

  /** The connection does not exist any more. */
  async forget(connectionId: string): Promise<void> {
    this.#saves.get(connectionId)?.();
    this.#saves.delete(connectionId);
    this.#timelines.delete(connectionId);
    await this.#store.forget(connectionId);
  }

  /** Keeps what is not kept yet. */
  async close(): Promise<void> {
    await Promise.all([...this.#saves.keys()].map((connectionId) => this.#save(connectionId)));
  }

  #timeline(connectionId: string): Promise<ConnectionTimeline> {
    let timeline = this.#timelines.get(connectionId);
    if (timeline === undefined) {
      timeline = this.#store.load(connectionId).then((saved) => new ConnectionTimeline(this.#clock, saved));
      this.#timelines.set(connectionId, timeline);
    }
    return timeline;
  }

  #saveSoon(connectionId: string): void {
    if (this.#saves.has(connectionId)) return;
    const cancel = this.#clock.setTimer(SAVE_DELAY_MS, () => void this.#save(connectionId));
    this.#saves.set(connectionId, cancel);
  }

  async #save(connectionId: string): Promise<void> {
    this.#saves.get(connectionId)?.();
    this.#saves.delete(connectionId);
    await this.#store.save(connectionId, (await this.#timeline(connectionId)).saved());
  }
}
