import { z } from 'zod';

/** What can happen to a machine; each has words of its own (timeline:kinds.<kind>). */
export const timelineKinds = [
  'defined',
  'undefined',
  'started',
  'suspended',
  'resumed',
  'stopped',
  'shutdown',
  'pmSuspended',
  'crashed',
  'reboot',
  'watchdog',
  'ioError',
  'controlError',
  'blockJob',
  'job',
  'diskChange',
  'tray',
  'balloon',
  'agent',
  'deviceAdded',
  'deviceRemoved',
  'deviceRemovalFailed',
  'blockThreshold',
  'memoryFailure',
] as const;
export type TimelineKind = (typeof timelineKinds)[number];

const timelineEvent = z.object({
  kind: z.enum(timelineKinds),
  /** The cause or the outcome (timeline:reasons.<kind>.<reason>); a word of the server where we have none for it. */
  reason: z.string().nullable(),
  /** What it happened to, e.g. an alias of a device or a path. */
  subject: z.string().nullable(),
  /** A size that belongs to it: the new memory, the threshold. */
  sizeBytes: z.number().nullable(),
  level: z.enum(['info', 'warning', 'error']),
});

/** Something that happened to a machine. */
export type TimelineEvent = z.infer<typeof timelineEvent>;

export const timelineEntry = timelineEvent.extend({
  id: z.string(),
  /** When it happened, for the last time. */
  timeMs: z.number(),
  /** How often it happened within a short time. */
  count: z.number(),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;
