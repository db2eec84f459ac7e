import type { Machine, UsageSample } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { delay } from '../../../kernel/timing.ts';
import { statsFlags, statsGroups } from '../../../libvirt/protocol/constants.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import { statsOf } from './libvirt-records.ts';
import {
  cpuPercent,
  cpuReading,
  memoryUsed,
  numberOf,
  sumOf,
  type CpuReading,
  type StatsRecord,
} from './libvirt-rows.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';

const CALL_TIMEOUT_MS = 10_000;
/** How often the guest's balloon driver tells its memory figures, in seconds. */
const BALLOON_PERIOD_S = 5;
const GROUPS =
  statsGroups.state |
  statsGroups.cpuTotal |
  statsGroups.balloon |
  statsGroups.vcpu |
  statsGroups.interface |
  statsGroups.block;

interface Counters {
  timeMs: number;
  cpu: CpuReading | null;
  diskRead: number | null;
  diskWrite: number | null;
  netReceive: number | null;
  netSend: number | null;
}

/** One sample per refresh interval while the page is looked at; one call each (CONNECT_GET_ALL_DOMAIN_STATS). */
export async function* watchDomainUsage(
  machine: Machine,
  session: LibvirtSession,
  context: ConnectContext,
  signal: AbortSignal,
): AsyncGenerator<UsageSample, void, void> {
  const dom = domainRef(machine.id, machine.name);
  const { clock, log, pace } = context;
  if (machine.state === 'running') {
    await session.rpc
      .call(
        'DOMAIN_SET_MEMORY_STATS_PERIOD',
        { dom, period: BALLOON_PERIOD_S, flags: 1 },
        { timeoutMs: CALL_TIMEOUT_MS },
      )
      .catch((error: unknown) => log.debug('no balloon figures', { code: AppError.from(error).code }));
  }
  let before: Counters | undefined;
  const isLeft = (): boolean => signal.aborted;
  while (!isLeft()) {
    if (pace().focus !== 'hidden') {
      const { retStats } = await session.rpc.call(
        'CONNECT_GET_ALL_DOMAIN_STATS',
        { doms: [dom], stats: GROUPS, flags: statsFlags.noWait },
        { timeoutMs: CALL_TIMEOUT_MS, signal },
      );
      const record = retStats[0];
      if (record === undefined) throw new AppError('MACHINE_GONE', { params: { machine: machine.name } });
      const stats = statsOf(record.params);
      const now = countersOf(stats, clock.now());
      yield sampleOf(stats, before, now);
      before = now;
    }
    try {
      await delay(clock, pace().refreshSeconds * 1_000, signal);
    } catch (error) {
      if (!isLeft()) throw error;
    }
  }
}

function countersOf(stats: StatsRecord, timeMs: number): Counters {
  return {
    timeMs,
    cpu: cpuReading(stats, timeMs),
    diskRead: sumOf(stats, 'block', 'rd.bytes'),
    diskWrite: sumOf(stats, 'block', 'wr.bytes'),
    netReceive: sumOf(stats, 'net', 'rx.bytes'),
    netSend: sumOf(stats, 'net', 'tx.bytes'),
  };
}

function sampleOf(stats: StatsRecord, before: Counters | undefined, now: Counters): UsageSample {
  const rate = (key: 'diskRead' | 'diskWrite' | 'netReceive' | 'netSend'): number | null => {
    const previous = before?.[key] ?? null;
    const current = now[key];
    if (before === undefined || previous === null || current === null || current < previous) return null;
    return Math.round(((current - previous) / Math.max(1, now.timeMs - before.timeMs)) * 1_000);
  };
  // What the guest itself counts is less, and comes and goes with its answers: the line would jump.
  const totalKiB = numberOf(stats, 'balloon.current') ?? numberOf(stats, 'balloon.maximum');
  return {
    timeMs: now.timeMs,
    cpuPercent: cpuPercent(before?.cpu ?? undefined, now.cpu, numberOf(stats, 'vcpu.current')),
    memoryUsedBytes: memoryUsed(stats) ?? kibToBytes(numberOf(stats, 'balloon.rss')),
    memoryTotalBytes: kibToBytes(totalKiB),
    diskReadBytesPerSecond: rate('diskRead'),
    diskWriteBytesPerSecond: rate('diskWrite'),
    netReceiveBytesPerSecond: rate('netReceive'),
    netSendBytesPerSecond: rate('netSend'),
  };
}

function kibToBytes(kib: number | null): number | null {
  return kib === null ? null : kib * 1024;
}
