import { AppError } from '../../kernel/app-error.ts';
import { delay } from '../../kernel/timing.ts';
import type { Cloud } from '../../openstack/cloud.ts';
import type { MachineBackend } from '../machines/ports.ts';
import type { ConnectContext } from './ports.ts';

/** Nothing else is asked of such a connection by itself, so this is how long it takes to notice that it is gone. */
const CHECK_MS = 30_000;
const CHECK_TIMEOUT_MS = 15_000;
const FAILURES_UNTIL_LOST = 2;

function none(id: string): AppError {
  return new AppError('MACHINE_GONE', { params: { machine: id } });
}

// eslint-disable-next-line @typescript-eslint/require-await, require-yield -- There is nothing to give.
async function* nothing(id: string): AsyncGenerator<never, void, void> {
  throw none(id);
}

/** The machines of a login to a domain or to the whole cloud: they belong to projects. */
export const noMachines: MachineBackend = {
  runAction: (_action, id) => Promise.reject(none(id)),
  details: (id) => Promise.reject(none(id)),
  watchUsage: nothing,
  watchConsoleLog: nothing,
  openConsole: (id) => Promise.reject(none(id)),
};

/**
 * Asks Keystone again and again whether the login still stands (`GET /v3/auth/catalog`). Resolves with the reason when
 * it does not, or does not answer; never rejects.
 */
export async function watchLogin(
  cloud: Pick<Cloud, 'call'>,
  { scope, clock, log }: Pick<ConnectContext, 'scope' | 'clock' | 'log'>,
): Promise<AppError> {
  for (let failures = 0; ;) {
    try {
      await delay(clock, CHECK_MS, scope.signal);
      const { signal } = scope;
      await cloud.call({
        service: 'identity',
        method: 'GET',
        path: '/auth/catalog',
        signal,
        timeoutMs: CHECK_TIMEOUT_MS,
      });
      failures = 0;
    } catch (thrown) {
      const error = AppError.from(thrown);
      failures++;
      if (scope.isClosed || !error.retryable || failures >= FAILURES_UNTIL_LOST) return error;
      log.warn('Keystone did not answer', { code: error.code, failures });
    }
  }
}
