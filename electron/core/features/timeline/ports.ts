import type { TimelineEntry } from '../../../../shared/contract/timeline.ts';

/** The remarks of the hypervisor of one connection, while it is online. */
export interface TimelineBackend {
  /** Throws MACHINE_GONE, UNSUPPORTED where the daemon is too old. */
  messages(machineId: string, signal: AbortSignal): Promise<string[]>;
}

/** What has happened to the machines of one connection; the machine that had news last comes last. */
export type SavedTimeline = { id: string; entries: TimelineEntry[] }[];

/** Keeps timelines from one start to the next. Never rejects: what is not kept is only missing. */
export interface TimelineStore {
  load(connectionId: string): Promise<SavedTimeline>;
  save(connectionId: string, machines: SavedTimeline): Promise<void>;
  forget(connectionId: string): Promise<void>;
}
