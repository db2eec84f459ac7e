import type { Scope } from '../../electron/core/kernel/scope.ts';

/** One line of the table: a measured value of ours beside what it is compared with in the same run. */
export interface Measurement {
  /** What was measured, with its size. */
  what: string;
  /** Ours, with its unit. */
  ours: string;
  /** The baseline's name and value; empty where the figure has none. */
  beside: string;
  /** How they compare, in words of the figure, e.g. `0.92 times` or `210 times faster`. */
  ratio: string;
  /** The figure to reach; empty for lines that only explain. */
  target: string;
  /** Null where there is no target. */
  reached: boolean | null;
}

/** What a figure is given. */
export interface BenchContext {
  /** Closes after the figure; everything it started must be deferred to it. */
  scope: Scope;
  /** Tells the person what is being done. */
  say: (line: string) => void;
}

export interface Figure {
  /** The letter of the list, for `--only`. */
  id: string;
  title: string;
  /** Throws NotMeasured where something that it needs is not there. */
  run: (context: BenchContext) => Promise<Measurement[]>;
}

/** A figure that cannot be measured on this machine; `message` is the reason. */
export class NotMeasured extends Error {
  override readonly name = 'NotMeasured';
}

export interface FigureResult {
  id: string;
  title: string;
  measurements: Measurement[];
  /** Why it could not be measured; null where it was. */
  reason: string | null;
}

/** A line without a target. */
export function plain(what: string, ours: string, beside = '', ratio = ''): Measurement {
  return { what, ours, beside, ratio, target: '', reached: null };
}

/** The middle value; of an even number, the upper one of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('the median of nothing');
  return middle;
}
