import type { HostLoad } from '../../../../../shared/contract/hosts.ts';

/** A named counter, as NODE_GET_CPU_STATS and NODE_GET_MEMORY_STATS tell them. */
interface Field {
  field: string;
  value: number;
}

/** What one CPU, or all together, have done since the host started, in ns. */
export interface CpuTimes {
  busy: number;
  all: number;
}

/** Load is kept for an hour. */
const HISTORY_MS = 60 * 60_000;
/** An hour at the refresh of two seconds; at a faster one it is less than an hour. */
const MAX_LOADS = 1_800;

/** The times of a CPU (fields in ns; `iowait` is idle, too); null where the host tells none. */
export function cpuTimes(fields: readonly Field[]): CpuTimes | null {
  const of = (name: string): number => fields.find(({ field }) => field === name)?.value ?? 0;
  const busy = of('kernel') + of('user') + of('intr');
  const all = busy + of('idle') + of('iowait');
  return all > 0 ? { busy, all } : null;
}

/** Percent busy between two readings, 0 to 100 with one decimal; null where it cannot be told. */
export function busyPercent(before: CpuTimes | null | undefined, now: CpuTimes | null): number | null {
  if (before == null || now === null || now.all <= before.all || now.busy < before.busy) return null;
  return Math.round(Math.min(100, ((now.busy - before.busy) / (now.all - before.all)) * 100) * 10) / 10;
}

/** Total and used bytes of the host's memory (fields in KiB); what the kernel keeps as cache is free. */
export function hostMemory(fields: readonly Field[]): { totalBytes: number; usedBytes: number } | null {
  const of = (name: string): number => fields.find(({ field }) => field === name)?.value ?? 0;
  const total = of('total');
  if (total === 0) return null;
  const used = Math.max(0, total - of('free') - of('buffers') - of('cached'));
  return { totalBytes: total * 1024, usedBytes: used * 1024 };
}

/** The load of a host for the last hour; of two that watch it at the same time, one counts. */
export class LoadHistory {
  readonly #loads: HostLoad[] = [];

  get loads(): readonly HostLoad[] {
    return this.#loads;
  }

  add(load: HostLoad): void {
    const newest = this.#loads.at(-1)?.timeMs ?? -Infinity;
    if (load.timeMs < newest) this.#loads.length = 0;
    else if (load.timeMs - newest < 500) return;
    this.#loads.push(load);
    const kept = this.#loads.findIndex(({ timeMs }) => timeMs >= load.timeMs - HISTORY_MS);
    this.#loads.splice(0, Math.max(kept, this.#loads.length - MAX_LOADS));
  }
}
