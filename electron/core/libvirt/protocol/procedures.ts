import type { StreamDirection } from './procedure.ts';
import type { ValueOf } from './xdr-types.ts';
import { connectProcedures } from './connect.ts';
import { consolesProcedures } from './consoles.ts';
import { domainDevicesProcedures } from './domain-devices.ts';
import { domainJobsProcedures } from './domain-jobs.ts';
import { domainLifeProcedures } from './domain-life.ts';
import { domainsProcedures } from './domains.ts';
import { eventRegistrationProcedures } from './event-registration.ts';
import { remoteEvents } from './events.ts';
import { guestAgentProcedures } from './guest-agent.ts';
import { hostProcedures } from './host.ts';
import { hostObjectsProcedures } from './host-objects.ts';
import { migrationProcedures } from './migration.ts';
import { networksProcedures } from './networks.ts';
import { nodeDevicesProcedures } from './node-devices.ts';
import { qemuEvents, qemuProcedures } from './qemu.ts';
import { snapshotsProcedures } from './snapshots.ts';
import { storageProcedures } from './storage.ts';

/** Every call that this client knows. Names are those of libvirt's protocol without REMOTE_PROC_. */
export const procedures = {
  ...connectProcedures,
  ...hostProcedures,
  ...domainsProcedures,
  ...domainLifeProcedures,
  ...domainDevicesProcedures,
  ...domainJobsProcedures,
  ...migrationProcedures,
  ...snapshotsProcedures,
  ...storageProcedures,
  ...networksProcedures,
  ...nodeDevicesProcedures,
  ...hostObjectsProcedures,
  ...guestAgentProcedures,
  ...consolesProcedures,
  ...eventRegistrationProcedures,
  ...qemuProcedures,
};

/** Every message that the server may send unasked. */
export const events = { ...remoteEvents, ...qemuEvents };

type Procedures = typeof procedures;
type Events = typeof events;

/** Names of procedures whose reply opens a stream. */
export type StreamName = {
  [K in keyof Procedures]: Procedures[K] extends { direction: StreamDirection } ? K : never;
}[keyof Procedures];

/** Names of plain calls. */
export type CallName = Exclude<keyof Procedures, StreamName>;

export type EventName = keyof Events;

/** What a procedure is given; `{}` for most that need nothing. */
export type ArgsOf<N extends keyof Procedures> = ValueOf<Procedures[N]['args']>;

/** What a procedure answers. */
export type RetOf<N extends keyof Procedures> = ValueOf<Procedures[N]['ret']>;

/** What an event says. */
export type MessageOf<N extends EventName> = ValueOf<Events[N]['message']>;
