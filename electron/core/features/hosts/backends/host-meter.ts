import type { HostSample } from '../../../../../shared/contract/hosts.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { cpusOfMap } from '../../../libvirt/protocol/cpu-map.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { busyPercent, cpuTimes, hostMemory, type CpuTimes } from './host-load.ts';
import { ifTold } from './if-told.ts';

const CALL_TIMEOUT_MS = 10_000;
const ALL_CPUS = -1;
const ALL_CELLS = -1;
/** No call tells of several CPUs: of a host with more than these, they are asked in turns. */
const MAX_CPUS_A_TURN = 32;
/** Behind what a person waits for. */
const BACKGROUND = -10;

interface Reading {
  cpuPercent: number | null;
  memory: { totalBytes: number; usedBytes: number } | null;
  cores: HostSample['cores'];
}

/** How many figures the calls must ask for, 0 for none, and of which CPUs. */
interface Plan {
  cpuFields: number;
  memoryFields: number;
  cpus: readonly number[];
}

/** Reads how busy a host is: two calls, and one for each CPU, of at most 32 CPUs at a time. */
export class HostMeter {
  readonly #session: LibvirtSession;
  readonly #signal: AbortSignal;
  readonly #log: Logger;
  /** By CPU, `ALL_CPUS` among them. */
  readonly #before = new Map<number, CpuTimes>();
  readonly #percents = new Map<number, number | null>();
  /** Null until the host has said it. */
  #plan: Plan | null = null;
  #next = 0;

  constructor(session: LibvirtSession, signal: AbortSignal, log: Logger) {
    this.#session = session;
    this.#signal = signal;
    this.#log = log;
  }

  async read(): Promise<Reading> {
    this.#plan ??= await this.#askPlan();
    const { memoryFields, cpus } = this.#plan;
    const turn = this.#turn(cpus);
    const [memory] = await Promise.all([
      memoryFields === 0 ? null : this.#memory(memoryFields),
      this.#measure(ALL_CPUS, 0),
      ...turn.map((cpu) => this.#measure(cpu, BACKGROUND)),
    ]);
    return {
      memory,
      cpuPercent: this.#percents.get(ALL_CPUS) ?? null,
      cores: cpus.map((cpu) => ({ cpu, percent: this.#percents.get(cpu) ?? null })),
    };
  }

  #turn(cpus: readonly number[]): readonly number[] {
    if (cpus.length <= MAX_CPUS_A_TURN) return cpus;
    const from = this.#next % cpus.length;
    this.#next = from + MAX_CPUS_A_TURN;
    return [...cpus, ...cpus].slice(from, from + MAX_CPUS_A_TURN);
  }

  async #askPlan(): Promise<Plan> {
    const { rpc } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal: this.#signal };
    const [cpu, memory, map] = await Promise.all([
      ifTold(rpc.call('NODE_GET_CPU_STATS', { cpuNum: ALL_CPUS, nparams: 0, flags: 0 }, options), this.#log),
      ifTold(rpc.call('NODE_GET_MEMORY_STATS', { nparams: 0, cellNum: ALL_CELLS, flags: 0 }, options), this.#log),
      ifTold(rpc.call('NODE_GET_CPU_MAP', { needMap: 1, needOnline: 1, flags: 0 }, options), this.#log),
    ]);
    const cpuFields = cpu?.nparams ?? 0;
    return {
      cpuFields,
      memoryFields: memory?.nparams ?? 0,
      cpus: cpuFields === 0 || map === null ? [] : cpusOfMap(map.cpumap, map.ret),
    };
  }

  async #memory(nparams: number): Promise<Reading['memory']> {
    const args = { nparams, cellNum: ALL_CELLS, flags: 0 };
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal: this.#signal };
    const told = await ifTold(this.#session.rpc.call('NODE_GET_MEMORY_STATS', args, options), this.#log);
    return told === null ? null : hostMemory(told.params);
  }

  async #measure(cpuNum: number, priority: number): Promise<void> {
    const nparams = this.#plan?.cpuFields ?? 0;
    if (nparams === 0) return;
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority, signal: this.#signal };
    // A CPU may be taken offline meanwhile.
    const told = await ifTold(
      this.#session.rpc.call('NODE_GET_CPU_STATS', { cpuNum, nparams, flags: 0 }, options),
      this.#log,
    );
    const now = told === null ? null : cpuTimes(told.params);
    this.#percents.set(cpuNum, busyPercent(this.#before.get(cpuNum), now));
    if (now === null) this.#before.delete(cpuNum);
    else this.#before.set(cpuNum, now);
  }
}
