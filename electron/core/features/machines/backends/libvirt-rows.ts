import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { MachineState } from '../../../../../shared/model/machine-actions.ts';

/** Fields of a bulk-stats record by name, e.g. `cpu.time`; 64-bit counters are safe as numbers below 2^53. */
export type StatsRecord = Pick<ReadonlyMap<string, number | string | boolean>, 'get'>;

/** virDomainState. */
const states: readonly MachineState[] = [
  'unknown',
  'running',
  'running',
  'paused',
  'shuttingDown',
  'stopped',
  'crashed',
  'suspended',
];
const nativeStates = ['no state', 'running', 'blocked', 'paused', 'shutdown', 'shut off', 'crashed', 'pmsuspended'];

/** virDomainEventType. */
export const lifecycle = {
  defined: 0,
  undefined: 1,
  started: 2,
  suspended: 3,
  resumed: 4,
  stopped: 5,
  shutdown: 6,
  pmSuspended: 7,
  crashed: 8,
} as const;

/** virDomainState after each lifecycle event that changes the state. */
const stateAfterEvent: Partial<Record<number, number>> = {
  [lifecycle.started]: 1,
  [lifecycle.suspended]: 3,
  [lifecycle.resumed]: 1,
  [lifecycle.stopped]: 5,
  [lifecycle.shutdown]: 4,
  [lifecycle.pmSuspended]: 7,
  [lifecycle.crashed]: 6,
};

/** Named sets of domains, each from one filtered list call. */
export interface DomainSets {
  persistent: ReadonlySet<string>;
  autostart: ReadonlySet<string>;
  managedSave: ReadonlySet<string>;
}

/** A row for a domain of which only the list entry is known. What `before` knew and lists do not tell is kept. */
export function rowOf(
  domain: { id: string; name: string; isActive: boolean },
  base: { connectionId: string; hostName: string },
  before: Machine | undefined,
): Machine {
  const state = domain.isActive ? 1 : 5;
  return {
    id: domain.id,
    connectionId: base.connectionId,
    kind: 'domain',
    name: domain.name,
    ...stateFields(state),
    transition: null,
    vcpus: before?.vcpus ?? null,
    memoryBytes: before?.memoryBytes ?? null,
    cpuPercent: null,
    memoryUsedBytes: null,
    addresses: before?.addresses ?? [],
    host: base.hostName,
    autostart: before?.autostart ?? null,
    persistent: before?.persistent ?? true,
    hasManagedSave: before?.hasManagedSave ?? false,
    locked: false,
    lockedReason: null,
    ownedByNova: before?.ownedByNova ?? false,
    flavorName: before?.flavorName ?? null,
    tags: before?.tags ?? null,
    folder: before?.folder ?? null,
    isTemplate: before?.isTemplate ?? null,
    createdAt: null,
    fault: null,
  };
}

/**
 * The row with what the lists say of it. As `withStats` it gives the row itself where that is nothing new: most rows
 * are as they were at the tick before, and need not be copied and compared then.
 */
export function withSets(row: Machine, sets: DomainSets): Machine {
  const persistent = sets.persistent.has(row.id);
  const autostart = sets.autostart.has(row.id);
  const hasManagedSave = sets.managedSave.has(row.id);
  const isSame = persistent === row.persistent && autostart === row.autostart && hasManagedSave === row.hasManagedSave;
  return isSame ? row : { ...row, persistent, autostart, hasManagedSave };
}

/** virDomainState as the fields of a row. */
export function stateFields(state: number): Pick<Machine, 'state' | 'nativeState'> {
  return { state: states[state] ?? 'unknown', nativeState: nativeStates[state] ?? `state ${state}` };
}

/** The row after a lifecycle event, or null where the domain is gone. */
export function afterEvent(row: Machine, event: number): Machine | null {
  if (event === lifecycle.undefined) return row.state === 'stopped' ? null : { ...row, persistent: false };
  if (event === lifecycle.defined) return { ...row, persistent: true };
  if (event === lifecycle.stopped && !row.persistent) return null;
  const state = stateAfterEvent[event];
  if (state === undefined) return row;
  const fields = stateFields(state);
  const isOff = fields.state === 'stopped';
  return { ...row, ...fields, ...(isOff ? { cpuPercent: null, memoryUsedBytes: null, addresses: [] } : {}) };
}

/** CPU time of a domain at a moment, to tell its use from the next one. */
export interface CpuReading {
  timeMs: number;
  cpuTimeNs: number;
}

/** Share of all vCPUs used between two readings, 0 to 100 with one decimal; null where it cannot be told. */
export function cpuPercent(
  before: CpuReading | undefined,
  now: CpuReading | null,
  vcpus: number | null,
): number | null {
  if (before === undefined || now === null || now.timeMs <= before.timeMs) return null;
  const usedNs = now.cpuTimeNs - before.cpuTimeNs;
  // A counter that went back belongs to a new run of the domain.
  if (usedNs < 0) return null;
  const percent = (usedNs / 1e6 / (now.timeMs - before.timeMs) / Math.max(1, vcpus ?? 1)) * 100;
  return Math.round(Math.min(100, percent) * 10) / 10;
}

export function cpuReading(stats: StatsRecord, timeMs: number): CpuReading | null {
  const cpuTimeNs = numberOf(stats, 'cpu.time');
  return cpuTimeNs === null ? null : { timeMs, cpuTimeNs };
}

/** The row with what a bulk-stats record says of it; the row itself where that is nothing new. */
export function withStats(row: Machine, stats: StatsRecord, percent: number | null): Machine {
  const number = numberOf(stats, 'state.state');
  const memoryKiB = numberOf(stats, 'balloon.current') ?? numberOf(stats, 'balloon.maximum');
  const { state, nativeState } = number === null ? row : stateFields(number);
  const vcpus = numberOf(stats, 'vcpu.current') ?? row.vcpus;
  const memoryBytes = memoryKiB === null ? row.memoryBytes : memoryKiB * 1024;
  const memoryUsedBytes = memoryUsed(stats);
  const cpuPercent = state === 'running' ? percent : null;
  const isSame =
    state === row.state &&
    nativeState === row.nativeState &&
    vcpus === row.vcpus &&
    memoryBytes === row.memoryBytes &&
    memoryUsedBytes === row.memoryUsedBytes &&
    cpuPercent === row.cpuPercent;
  return isSame ? row : { ...row, state, nativeState, vcpus, memoryBytes, memoryUsedBytes, cpuPercent };
}

/** Memory the guest cannot give away, as the guest itself tells through its balloon driver; null where it does not. */
export function memoryUsed(stats: StatsRecord): number | null {
  const availableKiB = numberOf(stats, 'balloon.available');
  const usableKiB = numberOf(stats, 'balloon.usable') ?? numberOf(stats, 'balloon.unused');
  return availableKiB === null || usableKiB === null ? null : Math.max(0, availableKiB - usableKiB) * 1024;
}

export function numberOf(stats: StatsRecord, field: string): number | null {
  const value = stats.get(field);
  return typeof value === 'number' ? value : null;
}

/** More devices of a kind no domain has; a server may say any number. */
const MAX_DEVICES = 1_000;

/** The sum of `<group>.<n>.<field>` over all devices; null where there is none. */
export function sumOf(stats: StatsRecord, group: string, field: string): number | null {
  const count = Math.min(numberOf(stats, `${group}.count`) ?? 0, MAX_DEVICES);
  let sum: number | null = null;
  for (let index = 0; index < count; index++) {
    const value = numberOf(stats, `${group}.${index}.${field}`);
    if (value !== null) sum = (sum ?? 0) + value;
  }
  return sum;
}
