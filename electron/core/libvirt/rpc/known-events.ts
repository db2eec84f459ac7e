import { events, type EventName } from '../protocol/procedures.ts';
import type { XdrType } from '../protocol/xdr-types.ts';

interface KnownEvent {
  readonly name: EventName;
  readonly type: XdrType<unknown>;
}

/** Events by program and number, as `program/number`. */
export const knownEvents: ReadonlyMap<string, KnownEvent> = new Map(
  Object.entries(events).map(([name, { program, number, message }]): [string, KnownEvent] => [
    `${program}/${number}`,
    // The keys of `events` are the event names.
    { name: name as EventName, type: message },
  ]),
);
