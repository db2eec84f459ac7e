import type { UsageSample } from '../../../shared/contract/machines.ts';

/** The graphs show this much time. */
export const HISTORY_MS = 5 * 60_000;
/** At the fastest refresh (one second) five minutes fit with room to spare. */
const MAX_SAMPLES = 600;

/** The samples of the last five minutes, oldest first, with the new one added. A clock that jumped back starts over. */
export function addSample(history: readonly UsageSample[], sample: UsageSample): readonly UsageSample[] {
  const newest = history.at(-1);
  if (newest !== undefined && sample.timeMs <= newest.timeMs) {
    return newest.timeMs - sample.timeMs > HISTORY_MS ? [sample] : history;
  }
  const oldest = sample.timeMs - HISTORY_MS;
  const kept = history.filter((present) => present.timeMs >= oldest);
  return [...kept.slice(-(MAX_SAMPLES - 1)), sample];
}

/** One curve of a chart: null where a sample does not know the value. */
export interface Curve {
  label: string;
  values: (number | null)[];
}
