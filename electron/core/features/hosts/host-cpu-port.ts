import type { CpuVerdict, NamedCpu } from '../../../../shared/contract/cpu-comparison.ts';

/** A CPU as libvirt writes it, and as it is shown. */
export interface WrittenCpu {
  xml: string;
  cpu: NamedCpu;
}

/** The CPU that one libvirt host gives its machines, while it is online. */
export interface HostCpuBackend {
  /** What `host-model` stands for. At most two calls. Throws UNSUPPORTED where the host knows none. */
  model(signal: AbortSignal): Promise<WrittenCpu>;
  /** The best CPU that all of these have, as this host's hypervisor can give it and migrate it. */
  common(cpus: readonly string[], signal: AbortSignal): Promise<WrittenCpu>;
  /** Whether a machine with this CPU can run here. */
  compare(cpu: string, signal: AbortSignal): Promise<CpuVerdict>;
}
