import type { HardwareBasics } from '../../../shared/contract/hardware.ts';
import type { CpuPins, HostCpuCell, HostCpus } from '../../../shared/contract/placement.ts';
import { formatCpuSet, parseCpuSet } from '../../../shared/model/cpu-set.ts';

/** A thread of a machine that can be pinned: `vcpu:0`, `emulator`, `iothread:1`. */
export type ThreadKey = `vcpu:${number}` | 'emulator' | `iothread:${number}`;

/** Sets of CPUs by thread; one that is not named has no pin. */
export type Plan = Partial<Record<ThreadKey, string>>;

/** vCPUs up to the maximum, QEMU itself, and its I/O threads. */
export function threadsOf({ maxVcpus, iothreads }: Pick<HardwareBasics, 'maxVcpus' | 'iothreads'>): ThreadKey[] {
  return [
    ...Array.from({ length: maxVcpus }, (_, id) => `vcpu:${id}` as const),
    'emulator',
    ...iothreads.map((id) => `iothread:${id}` as const),
  ];
}

export function planOf({ vcpus, emulator, iothreads }: CpuPins): Plan {
  return {
    ...Object.fromEntries(vcpus.map(({ id, cpus }) => [`vcpu:${id}`, cpus])),
    ...(emulator === '' ? {} : { emulator }),
    ...Object.fromEntries(iothreads.map(({ id, cpus }) => [`iothread:${id}`, cpus])),
  };
}

export function pinsOf(plan: Plan): CpuPins {
  const of = (kind: 'vcpu' | 'iothread'): CpuPins['vcpus'] =>
    Object.entries(plan)
      .flatMap(([key, cpus = '']) =>
        key.startsWith(`${kind}:`) && cpus !== '' ? [{ id: Number(key.split(':')[1]), cpus }] : [],
      )
      .sort((one, other) => one.id - other.id);
  return { vcpus: of('vcpu'), emulator: plan.emulator ?? '', iothreads: of('iothread') };
}

/** The CPUs of a cell, by their numbers. */
export function cpusOfCell({ sockets }: HostCpuCell): number[] {
  return sockets.flatMap(({ cores }) => cores.flat()).sort((one, other) => one - other);
}

/** By CPU, the names of the other machines that are pinned to it. */
export function usersByCpu({ pinned }: HostCpus, machineId: string): Map<number, string[]> {
  const users = new Map<number, string[]>();
  for (const { id, name, cpus } of pinned) {
    if (id === machineId) continue;
    for (const cpu of parseCpuSet(cpus) ?? []) users.set(cpu, [...(users.get(cpu) ?? []), name]);
  }
  return users;
}

/**
 * A CPU of its own for each vCPU as far as there are enough: turn by turn from each cell, whole cores before their
 * second threads, CPUs that nobody is pinned to before the rest.
 */
export function spread(
  cells: readonly HostCpuCell[],
  users: ReadonlyMap<number, readonly string[]>,
  vcpus: readonly ThreadKey[],
): Plan {
  const byCell = cells.map(({ sockets }) => {
    const cores = interleave(sockets.map((socket) => socket.cores));
    const depth = Math.max(0, ...cores.map((core) => core.length));
    return Array.from({ length: depth }, (_, thread) => cores.flatMap((core) => core[thread] ?? [])).flat();
  });
  const order = interleave(byCell).sort(
    (one, other) => (users.get(one)?.length ?? 0) - (users.get(other)?.length ?? 0),
  );
  if (order.length === 0) return {};
  return Object.fromEntries(vcpus.map((key, place) => [key, String(order[place % order.length])]));
}

/** All threads anywhere in one cell. */
export function onCell(cell: HostCpuCell, threads: readonly ThreadKey[]): Plan {
  const cpus = formatCpuSet(cpusOfCell(cell));
  return Object.fromEntries(threads.map((key) => [key, cpus]));
}

function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list.slice(place, place + 1))).flat();
}
