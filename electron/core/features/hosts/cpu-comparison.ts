import type { CpuComparison, HostCpu } from '../../../../shared/contract/cpu-comparison.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { HostCpuBackend } from './host-cpu-port.ts';

interface Read {
  connectionId: string;
  backend: HostCpuBackend;
  xml: string;
}

/**
 * Reads the CPUs of hosts, the best one that all can give their machines, and whether each can run that. A host that
 * cannot be read is told with its error and counts for nothing.
 */
export async function compareCpus(
  connectionIds: readonly string[],
  backendOf: (connectionId: string) => HostCpuBackend,
  signal: AbortSignal,
): Promise<CpuComparison> {
  const read: Read[] = [];
  const hosts = await Promise.all(
    [...new Set(connectionIds)].map(async (connectionId): Promise<HostCpu> => {
      try {
        const backend = backendOf(connectionId);
        const { xml, cpu } = await backend.model(signal);
        read.push({ connectionId, backend, xml });
        return { connectionId, cpu, verdict: null, error: null };
      } catch (thrown) {
        return { connectionId, cpu: null, verdict: null, error: AppError.from(thrown).toData() };
      }
    }),
  );
  // In the order in which they were asked for: the first of them reckons.
  read.sort((one, other) => connectionIds.indexOf(one.connectionId) - connectionIds.indexOf(other.connectionId));
  const [first] = read;
  if (first === undefined) return { hosts, common: null, error: null };
  try {
    const common = await first.backend.common(
      read.map(({ xml }) => xml),
      signal,
    );
    const verdicts = await Promise.all(read.map((host) => verdictOf(host, common.xml, signal)));
    const told = new Map(verdicts.map((verdict) => [verdict.connectionId, verdict]));
    return {
      hosts: hosts.map((host) => ({ ...host, ...told.get(host.connectionId) })),
      common,
      error: null,
    };
  } catch (thrown) {
    return { hosts, common: null, error: AppError.from(thrown).toData() };
  }
}

async function verdictOf(
  { connectionId, backend }: Read,
  xml: string,
  signal: AbortSignal,
): Promise<Pick<HostCpu, 'connectionId' | 'verdict' | 'error'>> {
  try {
    return { connectionId, verdict: await backend.compare(xml, signal), error: null };
  } catch (thrown) {
    return { connectionId, verdict: null, error: AppError.from(thrown).toData() };
  }
}
