import type { TimelineEvent } from '../../../../../shared/contract/timeline.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { Scope } from '../../../kernel/scope.ts';
import { domainEventId } from '../../../libvirt/protocol/constants.ts';
import type { EventName, MessageOf } from '../../../libvirt/protocol/procedures.ts';
import { domainRef, type DomainRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { TimelineBackend } from '../ports.ts';
import {
  agentEvent,
  balloonEvent,
  blockJobEvent,
  blockThresholdEvent,
  controlErrorEvent,
  deviceEvent,
  diskChangeEvent,
  ioErrorEvent,
  jobEvent,
  lifecycleEvent,
  memoryFailureEvent,
  rebootEvent,
  trayEvent,
  watchdogEvent,
} from './domain-events.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Behind everything a person waits for. */
const BACKGROUND = -10;

/** What the inventory of the machines asks for anyway (lifecycle, reboot, devices) is not asked for here. */
const asked: readonly number[] = [
  domainEventId.watchdog,
  domainEventId.ioErrorReason,
  domainEventId.controlError,
  domainEventId.diskChange,
  domainEventId.trayChange,
  domainEventId.balloonChange,
  domainEventId.blockJob2,
  domainEventId.agentLifecycle,
  domainEventId.jobCompleted,
  domainEventId.deviceRemovalFailed,
  domainEventId.blockThreshold,
  domainEventId.memoryFailure,
];

interface TimelineDeps {
  scope: Scope;
  log: Logger;
  record: (machineId: string, event: TimelineEvent) => void;
}

/** Hears what happens to the domains of one host, and reads what libvirt remarks about them. */
export class LibvirtTimeline implements TimelineBackend {
  readonly #session: LibvirtSession;
  readonly #deps: TimelineDeps;

  /** Hears from now on; what has to be asked for is asked for in the background, one call each. */
  constructor(session: LibvirtSession, deps: TimelineDeps) {
    this.#session = session;
    this.#deps = deps;
    this.#listen();
    for (const eventID of asked) void this.#ask(eventID);
  }

  async messages(machineId: string, signal: AbortSignal): Promise<string[]> {
    const { msgs } = await this.#session.rpc.call(
      'DOMAIN_GET_MESSAGES',
      { dom: domainRef(machineId), flags: 0 },
      { timeoutMs: CALL_TIMEOUT_MS, signal },
    );
    return msgs;
  }

  async #ask(eventID: number): Promise<void> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND };
    try {
      await this.#session.rpc.call('CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY', { eventID, dom: null }, options);
    } catch (error) {
      // An older daemon does not know the event: then such things are not in the timeline.
      this.#deps.log.debug('event not available', { id: eventID, error: AppError.from(error).code });
    }
  }

  #listen(): void {
    const on = <N extends EventName>(
      name: N,
      domainOf: (message: MessageOf<N>) => DomainRef,
      eventOf: (message: MessageOf<N>) => TimelineEvent | null,
    ): void => {
      const stop = this.#session.rpc.onEvent(name, (message) => {
        const event = eventOf(message);
        if (event !== null) this.#deps.record(domainOf(message).uuid, event);
      });
      this.#deps.scope.defer(stop);
    };
    const inside = ({ msg }: { msg: { dom: DomainRef } }): DomainRef => msg.dom;
    const beside = ({ dom }: { dom: DomainRef }): DomainRef => dom;
    on('DOMAIN_EVENT_CALLBACK_LIFECYCLE', inside, ({ msg }) => lifecycleEvent(msg.event, msg.detail));
    on('DOMAIN_EVENT_CALLBACK_REBOOT', inside, rebootEvent);
    on('DOMAIN_EVENT_CALLBACK_WATCHDOG', inside, ({ msg }) => watchdogEvent(msg.action));
    on('DOMAIN_EVENT_CALLBACK_IO_ERROR_REASON', inside, ({ msg }) =>
      ioErrorEvent(msg.devAlias, msg.srcPath, msg.action, msg.reason),
    );
    on('DOMAIN_EVENT_CALLBACK_CONTROL_ERROR', inside, controlErrorEvent);
    on('DOMAIN_EVENT_CALLBACK_DISK_CHANGE', inside, ({ msg }) =>
      diskChangeEvent(msg.devAlias, msg.oldSrcPath, msg.reason),
    );
    on('DOMAIN_EVENT_CALLBACK_TRAY_CHANGE', inside, ({ msg }) => trayEvent(msg.devAlias, msg.reason));
    on('DOMAIN_EVENT_CALLBACK_BALLOON_CHANGE', inside, ({ msg }) => balloonEvent(msg.actual));
    on('DOMAIN_EVENT_CALLBACK_DEVICE_REMOVED', inside, ({ msg }) => deviceEvent('deviceRemoved', msg.devAlias));
    on('DOMAIN_EVENT_BLOCK_JOB_2', beside, ({ dst, type, status }) => blockJobEvent(dst, type, status));
    on('DOMAIN_EVENT_CALLBACK_AGENT_LIFECYCLE', beside, ({ state }) => agentEvent(state));
    on('DOMAIN_EVENT_CALLBACK_DEVICE_ADDED', beside, ({ devAlias }) => deviceEvent('deviceAdded', devAlias));
    on('DOMAIN_EVENT_CALLBACK_JOB_COMPLETED', beside, ({ params }) => jobEvent(params));
    on('DOMAIN_EVENT_CALLBACK_DEVICE_REMOVAL_FAILED', beside, ({ devAlias }) =>
      deviceEvent('deviceRemovalFailed', devAlias),
    );
    on('DOMAIN_EVENT_BLOCK_THRESHOLD', beside, ({ dev, path, threshold }) => blockThresholdEvent(dev, path, threshold));
    on('DOMAIN_EVENT_MEMORY_FAILURE', beside, ({ action }) => memoryFailureEvent(action));
  }
}
