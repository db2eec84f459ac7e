import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { TimelineEntry } from '../../../../shared/contract/timeline.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/** What has happened to machines, as the router offers it. Throws NOT_FOUND for an unknown connection. */
export interface TimelineApi {
  /** What the app has heard of the machine, also while it was not watched; bounded, the newest is kept. */
  watch(ref: MachineRef, watcher: Watcher): AsyncIterable<FeedEvent<TimelineEntry>>;
  /** What the host remarks about the machine, in its own words: tainted, deprecated. UNSUPPORTED for a cloud. */
  messages(ref: MachineRef, signal: AbortSignal): Promise<string[]>;
}
