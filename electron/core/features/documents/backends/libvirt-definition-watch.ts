import { AppError } from '../../../kernel/app-error.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { Scope } from '../../../kernel/scope.ts';
import { domainLifecycle, domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';

const CALL_TIMEOUT_MS = 60_000;
/** Behind everything a person waits for. */
const BACKGROUND = -10;
/** More changes at once are of a program; of those beyond, the next look is what is kept. */
const MAX_QUEUE = 1_000;

interface WatchDeps {
  scope: Scope;
  log: Logger;
  isPersistent(machineId: string): boolean;
  /** Told of a domain's document without passwords. */
  saw(machineId: string, text: string): void;
}

/**
 * Reads the definitions of domains that events tell have changed (DEFINED, METADATA_CHANGE; the list of machines has
 * asked for both), one call for each change, one at a time. libvirt tells of no change that is made by a call for one
 * setting or device (`virsh attach-device --config`): those are seen when somebody looks next.
 */
export function watchDefinitions({ rpc }: LibvirtSession, deps: WatchDeps): void {
  const { scope, log } = deps;
  const queue = new Set<string>();
  let isReading = false;

  const read = async (id: string): Promise<void> => {
    if (scope.isClosed) return;
    try {
      const args = { dom: domainRef(id), flags: domainXmlFlags.inactive };
      const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND, signal: scope.signal };
      deps.saw(id, (await rpc.call('DOMAIN_GET_XML_DESC', args, options)).xml);
    } catch (error) {
      // Gone again meanwhile, or the connection is.
      log.debug('a changed definition was not read', { id, code: AppError.from(error).code });
    }
  };
  const readAll = async (): Promise<void> => {
    isReading = true;
    for (const id of queue) {
      queue.delete(id);
      await read(id);
    }
    isReading = false;
  };
  const want = (id: string): void => {
    if (queue.size >= MAX_QUEUE) return;
    queue.add(id);
    if (!isReading) void readAll();
  };

  scope.defer(
    rpc.onEvent('DOMAIN_EVENT_CALLBACK_LIFECYCLE', ({ msg: { dom, event } }) => {
      if (event === domainLifecycle.defined) want(dom.uuid);
    }),
  );
  scope.defer(
    rpc.onEvent('DOMAIN_EVENT_CALLBACK_METADATA_CHANGE', ({ dom }) => {
      if (deps.isPersistent(dom.uuid)) want(dom.uuid);
    }),
  );
}
