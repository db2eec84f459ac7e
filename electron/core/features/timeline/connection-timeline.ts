import type { TimelineEntry, TimelineEvent } from '../../../../shared/contract/timeline.ts';
import type { Clock } from '../../kernel/clock.ts';
import { LiveList } from '../../kernel/live-list.ts';
import type { SavedTimeline } from './ports.ts';

/** Entries of one machine, and of all machines of a connection; the oldest are forgotten. */
export const MAX_PER_MACHINE = 100;
export const MAX_PER_CONNECTION = 10_000;
/** The same again within this time is one entry that counts. */
const REPEAT_MS = 60_000;

/** What has happened to the machines of one connection, bounded whatever the server sends. */
export class ConnectionTimeline {
  readonly #clock: Clock;
  /** The machine that had news last comes last. */
  readonly #machines = new Map<string, LiveList<TimelineEntry>>();
  #size = 0;

  constructor(clock: Clock, saved: SavedTimeline) {
    this.#clock = clock;
    for (const { id, entries } of saved) {
      const list = this.#make(id);
      list.reset(entries.slice(-MAX_PER_MACHINE), 'live');
      this.#size += list.items.size;
    }
    this.#forgetOldest();
  }

  /** The entries of a machine, oldest first; they may be watched. */
  of(machineId: string): LiveList<TimelineEntry> {
    return this.#machines.get(machineId) ?? this.#make(machineId);
  }

  add(machineId: string, event: TimelineEvent): void {
    const list = this.of(machineId);
    this.#machines.delete(machineId);
    this.#machines.set(machineId, list);
    const timeMs = this.#clock.now();
    const last = [...list.items.values()].at(-1);
    if (last !== undefined && isRepeat(last, event) && timeMs - last.timeMs < REPEAT_MS) {
      list.patch([{ ...last, ...event, timeMs, count: last.count + 1 }]);
      return;
    }
    const oldest = list.items.size >= MAX_PER_MACHINE ? [...list.items.keys()].slice(0, 1) : [];
    list.patch([{ ...event, id: crypto.randomUUID(), timeMs, count: 1 }], oldest);
    this.#size += 1 - oldest.length;
    this.#forgetOldest();
  }

  saved(): SavedTimeline {
    return [...this.#machines]
      .filter(([, { items }]) => items.size > 0)
      .map(([id, { items }]) => ({ id, entries: [...items.values()] }));
  }

  #make(machineId: string): LiveList<TimelineEntry> {
    const list = new LiveList<TimelineEntry>(this.#clock);
    list.setFreshness('live');
    this.#machines.set(machineId, list);
    return list;
  }

  #forgetOldest(): void {
    for (const [id, list] of this.#machines) {
      if (this.#size <= MAX_PER_CONNECTION) return;
      this.#size -= list.items.size;
      if (list.watcherCount === 0) this.#machines.delete(id);
      else list.reset([], 'live');
    }
  }
}

function isRepeat(last: TimelineEntry, event: TimelineEvent): boolean {
  return last.kind === event.kind && last.reason === event.reason && last.subject === event.subject;
}
