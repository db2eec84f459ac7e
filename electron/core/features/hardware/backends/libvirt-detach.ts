import { AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { withTimeout } from '../../../kernel/timing.ts';
import { affectFlags, domainEventId } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';

const CALL_TIMEOUT_MS = 60_000;
/** A guest that is up lets go of a device in a second or two. */
const GUEST_TIMEOUT_MS = 20_000;

interface DetachDeps {
  session: LibvirtSession;
  clock: Clock;
  signal: AbortSignal;
  /** Whether the domain has a device of this alias now. */
  hasAlias(alias: string): Promise<boolean>;
}

/**
 * Takes a device from a running domain (DOMAIN_DETACH_DEVICE_FLAGS) and waits until the guest has let go of it, which
 * an event tells. Throws CONFLICT with the reason `guestKeepsDevice` where it does not, or says that it will not.
 */
export async function detachDevice(dom: DomainRef, xml: string, alias: string | null, deps: DetachDeps): Promise<void> {
  const { session, clock, signal } = deps;
  const { rpc } = session;
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const refused = new AbortController();
  const removed = new AbortController();
  const stops = [
    rpc.onEvent('DOMAIN_EVENT_CALLBACK_DEVICE_REMOVED', ({ msg }) => {
      if (msg.dom.uuid === dom.uuid && msg.devAlias === alias) removed.abort();
    }),
    rpc.onEvent('DOMAIN_EVENT_CALLBACK_DEVICE_REMOVAL_FAILED', (message) => {
      if (message.dom.uuid === dom.uuid && message.devAlias === alias) refused.abort();
    }),
  ];
  // The event of a removal is registered for all the time; that of a refusal only a person who removes needs.
  const registered = await rpc
    .call('CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY', { eventID: domainEventId.deviceRemovalFailed, dom }, options)
    .catch((error: unknown) => {
      if (AppError.from(error).code === 'CONNECTION_LOST') throw error;
      // Older than libvirt 1.3: then a refusal shows as no answer.
      return null;
    });
  try {
    await rpc.call('DOMAIN_DETACH_DEVICE_FLAGS', { dom, xml, flags: affectFlags.live }, options);
    if (alias === null || removed.signal.aborted) return;
    await withTimeout(clock, GUEST_TIMEOUT_MS, signal, 'guestDetach', (until) =>
      Promise.race([aborted(removed.signal, until), aborted(refused.signal, until), lost(session)]),
    ).catch(async (thrown: unknown) => {
      if (AppError.from(thrown).code !== 'TIMEOUT') throw thrown;
      // A daemon without the event may have removed it all the same.
      if (await deps.hasAlias(alias)) throw kept(alias, 'no answer of the guest');
    });
    if (refused.signal.aborted) throw kept(alias, 'the guest refused');
  } finally {
    for (const stop of stops) stop();
    if (registered !== null) {
      const { callbackID } = registered;
      await rpc.call('CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY', { callbackID }, { timeoutMs: CALL_TIMEOUT_MS });
    }
  }
}

function kept(alias: string, why: string): AppError {
  return new AppError('CONFLICT', {
    params: { reason: 'guestKeepsDevice' },
    retryable: true,
    detail: `${alias}: ${why}`,
  });
}

/** Resolves when `event` aborts; gives up silently with `giveUp`, whose owner rejects. */
function aborted(event: AbortSignal, giveUp: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (event.aborted) resolve();
    event.addEventListener('abort', () => resolve(), { once: true, signal: giveUp });
  });
}

function lost(session: LibvirtSession): Promise<void> {
  return session.lost.then((error) => Promise.reject(error));
}
