import type { HostCpus, PinnedMachine } from '../../../../../shared/contract/placement.ts';
import { formatCpuSet, parseCpuSet } from '../../../../../shared/model/cpu-set.ts';
import { listDomainsFlags } from '../../../libvirt/protocol/constants.ts';
import { cpusOfMap } from '../../../libvirt/protocol/cpu-map.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { readEachDomain } from '../../../libvirt/session/each-domain.ts';
import { readPlacement } from '../../../libvirt/xml/domain-placement.ts';
import { readHostCpusXml } from '../../../libvirt/xml/host-cpus-xml.ts';
import { readHostXml, type HostXml } from '../../../libvirt/xml/host-xml.ts';
import { unlessRefused } from './unless-refused.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Behind what a person waits for. */
const BACKGROUND = -10;

/** The numbers of the CPUs of the host that are online (NODE_GET_CPU_MAP). */
export async function readOnlineCpus(rpc: RpcClient, signal: AbortSignal): Promise<number[]> {
  const args = { needMap: 1, needOnline: 1, flags: 0 };
  const { cpumap, ret } = await rpc.call('NODE_GET_CPU_MAP', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
  return cpusOfMap(cpumap, ret);
}

/**
 * The processors and the memory of the host by NUMA cell, and the machines that are pinned: three calls
 * (CONNECT_GET_CAPABILITIES, NODE_GET_CELLS_FREE_MEMORY, NODE_GET_FREE_PAGES) and one for each machine that runs.
 */
export async function readHostCpus(rpc: RpcClient, signal: AbortSignal): Promise<HostCpus> {
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const { capabilities } = await rpc.call('CONNECT_GET_CAPABILITIES', {}, options);
  const { cells, hugepages } = readHostXml(capabilities);
  const first = Math.min(...cells.map(({ id }) => id));
  const count = cells.length === 0 ? 0 : Math.max(...cells.map(({ id }) => id)) - first + 1;
  const [free, pages, users] = await Promise.all([
    count === 0
      ? null
      : unlessRefused(rpc.call('NODE_GET_CELLS_FREE_MEMORY', { startCell: first, maxcells: count }, options)),
    readFreePages(rpc, hugepages, { first, count }, signal),
    unlessRefused(readPinned(rpc, signal)),
  ]);
  const sockets = new Map(readHostCpusXml(capabilities).map((each) => [each.cell, each.sockets]));
  return {
    cells: cells.map(({ id, memoryBytes }) => ({
      id,
      memoryBytes,
      freeBytes: free?.cells[id - first] ?? null,
      hugepages: hugepages
        .filter(({ cell }) => cell === id)
        .map(({ sizeBytes, count: all }) => ({
          sizeBytes,
          count: all,
          free: pages?.get(`${id}/${sizeBytes}`) ?? null,
        })),
      sockets: sockets.get(id) ?? [],
    })),
    pinned: users?.found.filter(({ cpus }) => cpus !== '') ?? [],
    isPartial: users?.isPartial ?? true,
  };
}

/** By cell and size of a page in bytes. */
async function readFreePages(
  rpc: RpcClient,
  hugepages: HostXml['hugepages'],
  { first, count }: { first: number; count: number },
  signal: AbortSignal,
): Promise<Map<string, number> | null> {
  const sizes = [...new Set(hugepages.map(({ sizeBytes }) => sizeBytes))];
  if (sizes.length === 0 || count === 0) return null;
  const args = { pages: sizes.map((size) => size / 1024), startCell: first, cellCount: count, flags: 0 };
  const answer = await unlessRefused(rpc.call('NODE_GET_FREE_PAGES', args, { timeoutMs: CALL_TIMEOUT_MS, signal }));
  if (answer === null) return null;
  return new Map(
    answer.counts.map((free, place) => [
      `${first + Math.floor(place / sizes.length)}/${sizes[place % sizes.length] ?? 0}`,
      free,
    ]),
  );
}

function readPinned(rpc: RpcClient, signal: AbortSignal): Promise<{ found: PinnedMachine[]; isPartial: boolean }> {
  return readEachDomain(
    rpc,
    listDomainsFlags.active,
    ({ uuid, name }, root) => {
      const { vcpus } = readPlacement(root, null);
      return { id: uuid, name, cpus: formatCpuSet(vcpus.flatMap(({ cpus }) => parseCpuSet(cpus) ?? [])) };
    },
    { signal, priority: BACKGROUND },
  );
}
