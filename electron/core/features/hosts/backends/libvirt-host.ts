import type {
  HostDetails,
  HostEvent,
  HostFacts,
  HostNetwork,
  HostPages,
  HostSample,
} from '../../../../../shared/contract/hosts.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Watcher } from '../../../kernel/live-list.ts';
import { delay } from '../../../kernel/timing.ts';
import { listNetworksFlags } from '../../../libvirt/protocol/constants.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readFirmwareXml, readHostXml, readSysinfoXml } from '../../../libvirt/xml/host-xml.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import type { HostBackend } from '../ports.ts';
import { LoadHistory } from './host-load.ts';
import { HostMeter } from './host-meter.ts';
import { ifTold } from './if-told.ts';
import { LibvirtHostCpu } from './libvirt-host-cpu.ts';
import { LibvirtNodeDevices } from './libvirt-node-devices.ts';
import { LibvirtSecrets } from './libvirt-secrets.ts';

/** libvirtd looks into every QEMU binary when it is asked for the first time. */
const FACTS_TIMEOUT_MS = 120_000;
const CALL_TIMEOUT_MS = 30_000;
/** Hugepages and networks change seldom; they are read again this often. */
const SLOW_MS = 15_000;
/** Behind what a person waits for. */
const BACKGROUND = -10;

type Slow = Pick<HostSample, 'freeHugepages' | 'networks'>;

/** One libvirt host itself. Costs no call before somebody looks. */
export class LibvirtHost implements HostBackend {
  readonly cpu: LibvirtHostCpu;
  readonly devices: LibvirtNodeDevices;
  readonly secrets: LibvirtSecrets;
  readonly #context: ConnectContext;
  readonly #session: LibvirtSession;
  readonly #history = new LoadHistory();
  /** Shared by those who ask at the same time. */
  #facts: Promise<HostFacts> | null = null;
  #hugepages: readonly HostPages[] | null = null;

  constructor(context: ConnectContext, session: LibvirtSession) {
    this.cpu = new LibvirtHostCpu(session.rpc);
    this.secrets = new LibvirtSecrets(context, session);
    this.devices = new LibvirtNodeDevices(context, session.rpc);
    this.#context = context;
    this.#session = session;
  }

  async details(): Promise<HostDetails> {
    this.#facts ??= this.#readFacts().finally(() => (this.#facts = null));
    const facts = await this.#facts;
    const { description, security } = this.#session.transport;
    return {
      facts,
      way: {
        transport: description,
        protocol: security?.protocol ?? null,
        cipher: security?.cipher ?? null,
        certificate: security?.certificate ?? null,
      },
    };
  }

  async *watch(watcher: Watcher): AsyncGenerator<HostEvent, void, void> {
    const { clock, scope, pace, log } = this.#context;
    const signal = AbortSignal.any([watcher.signal, scope.signal]);
    const meter = new HostMeter(this.#session, signal, log);
    yield { type: 'history', loads: [...this.#history.loads] };
    let slow: Slow = { freeHugepages: null, networks: null };
    let slowAt = -Infinity;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        await watcher.ready();
        if (pace().focus !== 'hidden') {
          if (clock.monotonic() - slowAt >= SLOW_MS) {
            slow = await this.#readSlow(signal);
            slowAt = clock.monotonic();
          }
          const sample = { ...(await this.#sample(meter)), ...slow };
          this.#history.add(sample.load);
          yield { type: 'sample', sample };
        }
        await delay(clock, pace().refreshSeconds * 1_000, signal);
      } catch (error) {
        if (!isOver()) throw error;
      }
    }
    if (!watcher.signal.aborted) {
      throw new AppError('DISCONNECTED', { retryable: true, detail: 'the connection was closed' });
    }
  }

  async #sample(meter: HostMeter): Promise<Omit<HostSample, keyof Slow>> {
    const { rpc, traffic, openedAt } = this.#session;
    // Before the calls, which the answer would have to wait for on its way here.
    const latencyMs = await rpc.ping();
    const { cpuPercent, memory, cores } = await meter.read();
    return {
      load: { timeMs: this.#context.clock.now(), cpuPercent, memoryUsedBytes: memory?.usedBytes ?? null },
      memoryTotalBytes: memory?.totalBytes ?? null,
      cores,
      traffic: { ...traffic, openedAt, latencyMs: latencyMs === null ? null : Math.round(latencyMs * 10) / 10 },
    };
  }

  /** Four calls at once; what a host does not know stays null. */
  async #readFacts(): Promise<HostFacts> {
    const { rpc } = this.#session;
    const { scope, log } = this.#context;
    const options = { timeoutMs: FACTS_TIMEOUT_MS, signal: scope.signal };
    const noArgs = { emulatorbin: null, arch: null, machine: null, virttype: null, flags: 0 };
    const [capabilities, node, domains, smbios] = await Promise.all([
      rpc.call('CONNECT_GET_CAPABILITIES', {}, options),
      rpc.call('NODE_GET_INFO', {}, options),
      ifTold(rpc.call('CONNECT_GET_DOMAIN_CAPABILITIES', noArgs, options), log),
      ifTold(rpc.call('CONNECT_GET_SYSINFO', { flags: 0 }, options), log),
    ]);
    const { architecture, ...told } = readHostXml(capabilities.capabilities);
    const firmware = domains === null ? null : readFirmwareXml(domains.capabilities);
    const sysinfo = smbios === null ? null : readSysinfoXml(smbios.sysinfo);
    this.#hugepages = told.hugepages;
    return {
      architecture: architecture ?? node.model,
      ...told,
      processor: sysinfo?.processor ?? null,
      system: sysinfo?.system ?? null,
      biosVersion: sysinfo?.biosVersion ?? null,
      cpus: node.cpus,
      mhz: node.mhz > 0 ? node.mhz : null,
      // libvirt tells the sockets of each NUMA cell.
      sockets: node.sockets * Math.max(1, node.nodes),
      coresPerSocket: node.cores,
      threadsPerCore: node.threads,
      memoryBytes: node.memory * 1024,
      firmwares: firmware?.firmwares ?? null,
      hasSecureBoot: firmware?.hasSecureBoot ?? null,
    };
  }

  async #readSlow(signal: AbortSignal): Promise<Slow> {
    const { log } = this.#context;
    const [freeHugepages, networks] = await Promise.all([
      ifTold(this.#readFreeHugepages(signal), log),
      ifTold(this.#readNetworks(signal), log),
    ]);
    return { freeHugepages, networks };
  }

  /** One call, where the host has any. */
  async #readFreeHugepages(signal: AbortSignal): Promise<HostPages[]> {
    if (this.#hugepages === null) await this.details();
    const pages = (this.#hugepages ?? []).filter(({ count }) => count > 0);
    if (pages.length === 0) return [];
    const sizes = [...new Set(pages.map(({ sizeBytes }) => sizeBytes))];
    const cells = [...new Set(pages.map(({ cell }) => cell))].sort((a, b) => a - b);
    const first = cells[0] ?? 0;
    const cellCount = (cells.at(-1) ?? first) - first + 1;
    const args = { pages: sizes.map((size) => size / 1024), startCell: first, cellCount, flags: 0 };
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND, signal };
    const { counts } = await this.#session.rpc.call('NODE_GET_FREE_PAGES', args, options);
    return pages.map(({ cell, sizeBytes }) => ({
      cell,
      sizeBytes,
      count: counts[(cell - first) * sizes.length + sizes.indexOf(sizeBytes)] ?? 0,
    }));
  }

  async #readNetworks(signal: AbortSignal): Promise<HostNetwork[]> {
    const { rpc } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND, signal };
    const [all, active] = await Promise.all(
      [0, listNetworksFlags.active].map((flags) =>
        rpc.call('CONNECT_LIST_ALL_NETWORKS', { needResults: 1, flags }, options),
      ),
    );
    const ids = new Set(active?.nets.map(({ uuid }) => uuid));
    return (all?.nets ?? []).map(({ uuid, name }) => ({ id: uuid, name, isActive: ids.has(uuid) }));
  }
}
