import type { CpuVerdict } from '../../../../../shared/contract/cpu-comparison.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { baselineCpuFlags } from '../../../libvirt/protocol/constants.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { readCpuXml, readHostModelXml } from '../../../libvirt/xml/cpu-xml.ts';
import type { HostCpuBackend, WrittenCpu } from '../host-cpu-port.ts';

/** libvirtd looks into a QEMU binary when it is asked for the first time. */
const CALL_TIMEOUT_MS = 120_000;
/** The host's own architecture and its first choice of a hypervisor, as its machines get them. */
const ownHypervisor = { emulator: null, arch: null, machine: null, virttype: null };
/** Answers of CONNECT_COMPARE_HYPERVISOR_CPU (virCPUCompareResult). */
const verdicts: Record<number, CpuVerdict> = { 0: 'incompatible', 1: 'identical', 2: 'superset' };

/** The CPU that one host gives its machines. */
export class LibvirtHostCpu implements HostCpuBackend {
  readonly #rpc: RpcClient;

  constructor(rpc: RpcClient) {
    this.#rpc = rpc;
  }

  async model(signal: AbortSignal): Promise<WrittenCpu> {
    const args = { emulatorbin: null, arch: null, machine: null, virttype: null, flags: 0 };
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const { capabilities } = await this.#rpc.call('CONNECT_GET_DOMAIN_CAPABILITIES', args, options);
    const xml = readHostModelXml(capabilities);
    if (xml === null) {
      throw new AppError('UNSUPPORTED', { params: { action: 'cpu' }, detail: 'the host knows no host-model' });
    }
    // What belongs to a model is told by name only where it is asked for.
    return { xml, cpu: readCpuXml(await this.#baseline([xml], baselineCpuFlags.expandFeatures, signal)) };
  }

  async common(cpus: readonly string[], signal: AbortSignal): Promise<WrittenCpu> {
    const xml = await this.#baseline(cpus, baselineCpuFlags.migratable, signal);
    return { xml: xml.trim(), cpu: readCpuXml(xml) };
  }

  async compare(cpu: string, signal: AbortSignal): Promise<CpuVerdict> {
    const args = { ...ownHypervisor, xmlCPU: cpu, flags: 0 };
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const { result } = await this.#rpc.call('CONNECT_COMPARE_HYPERVISOR_CPU', args, options);
    return verdicts[result] ?? 'incompatible';
  }

  async #baseline(cpus: readonly string[], flags: number, signal: AbortSignal): Promise<string> {
    const args = { ...ownHypervisor, xmlCPUs: [...cpus], flags };
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    return (await this.#rpc.call('CONNECT_BASELINE_HYPERVISOR_CPU', args, options)).cpu;
  }
}
