import type { HostLoad } from '../../../shared/contract/hosts.ts';
import { HISTORY_MS } from '../machine-details/usage-history.ts';

/** As long as the core keeps it. */
const MAX_SPAN_MS = 60 * 60_000;
const MAX_LOADS = 1_800;

/** The loads with a new one; one that is older than the newest starts over, for the clock was set back. */
export function addLoad(loads: readonly HostLoad[], load: HostLoad): readonly HostLoad[] {
  const newest = loads.at(-1);
  if (newest !== undefined && load.timeMs < newest.timeMs) return [load];
  const kept = loads.filter(({ timeMs }) => timeMs >= load.timeMs - MAX_SPAN_MS);
  return [...kept.slice(-(MAX_LOADS - 1)), load];
}

/** How much time the charts show, in milliseconds: all that is known, but not so little that a curve is only a dot. */
export function spanOf(loads: readonly HostLoad[]): number {
  const [first] = loads;
  const last = loads.at(-1);
  if (first === undefined || last === undefined) return HISTORY_MS;
  return Math.max(HISTORY_MS, last.timeMs - first.timeMs);
}
