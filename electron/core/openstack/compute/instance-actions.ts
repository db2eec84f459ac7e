import { z } from 'zod';
import type { Cloud } from '../cloud.ts';

const event = z.looseObject({
  event: z.string(),
  result: z.string().nullish(),
  details: z.string().nullish(),
  traceback: z.string().nullish(),
});
const instanceAction = z.looseObject({
  action: z.string(),
  request_id: z.string(),
  message: z.string().nullish(),
  events: z.array(event).max(1_000).nullish(),
});

/** How an action ended, as Nova's action log tells it. */
export interface ActionOutcome {
  requestId: string;
  failed: boolean;
  /** True where a step of it still runs. */
  running: boolean;
  /** Nova's words for the failure; '' where it told none. */
  message: string;
}

/** `GET /servers/{id}/os-instance-actions/{request id}` (events for tenants from 2.51 on). */
export async function readActionOutcome(
  cloud: Cloud,
  serverId: string,
  requestId: string,
  signal: AbortSignal,
): Promise<ActionOutcome> {
  const { body } = await cloud.call({
    service: 'compute',
    method: 'GET',
    path: `/servers/${encodeURIComponent(serverId)}/os-instance-actions/${encodeURIComponent(requestId)}`,
    schema: z.looseObject({ instanceAction }),
    notFound: 'MACHINE_GONE',
    signal,
  });
  const { message, events } = body.instanceAction;
  const failures = (events ?? []).filter(({ result }) => result === 'Error');
  const details = failures.map((failure) => failure.details ?? lastLine(failure.traceback)).find((text) => text !== '');
  return {
    requestId,
    failed: failures.length > 0 || message === 'Error',
    running: (events ?? []).some(({ result }) => result === null || result === undefined),
    message: details ?? (message === 'Error' ? '' : (message ?? '')),
  };
}

/** Only administrators see tracebacks; their last line is the exception. */
function lastLine(traceback: string | null | undefined): string {
  return traceback?.trim().split('\n').at(-1)?.trim() ?? '';
}
