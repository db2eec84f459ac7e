import type {
  ConsoleLogChunk,
  Machine,
  MachineAddress,
  MachineDisk,
  MachineDetails,
  UsageSample,
} from '../../../../../shared/contract/machines.ts';
import type { MachineAction } from '../../../../../shared/model/machine-actions.ts';
import type { MachineNotes } from '../../../../../shared/model/notes.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { domainXmlFlags, interfaceAddressSource } from '../../../libvirt/protocol/constants.ts';
import { readSecureXml } from '../../../libvirt/session/secure-xml.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { DomainXml, type Graphics } from '../../../libvirt/xml/domain-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import type { MachineBackend, OpenConsole } from '../ports.ts';
import { deleteDomain, runDomainAction } from './libvirt-actions.ts';
import { watchDomainConsole } from './libvirt-console-log.ts';
import { findDisks, type DiskUsers } from './libvirt-disks.ts';
import { makeMachine, makeTemplate } from './libvirt-template.ts';
import { domainFacts } from './libvirt-facts.ts';
import type { DomainInventory } from './libvirt-inventory.ts';
import { watchDomainUsage } from './libvirt-usage.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';

const CALL_TIMEOUT_MS = 30_000;
/** A guest agent that does not answer must not hold up the page. */
const AGENT_TIMEOUT_MS = 5_000;

/** The domains of one libvirt host. */
export class LibvirtMachines implements MachineBackend {
  readonly #context: ConnectContext;
  readonly #session: LibvirtSession;
  readonly #inventory: DomainInventory;
  readonly #diskUsers: DiskUsers;

  constructor(context: ConnectContext, session: LibvirtSession, inventory: DomainInventory, diskUsers: DiskUsers) {
    this.#context = context;
    this.#session = session;
    this.#inventory = inventory;
    this.#diskUsers = diskUsers;
  }

  look(ids: string[]): void {
    this.#inventory.looks.want(ids);
  }

  runAction(action: MachineAction, id: string, task: TaskContext, deleteDisks: readonly string[] = []): Promise<void> {
    const machine = this.row(id);
    return naming(machine, this.#runAction(action, machine, task, deleteDisks));
  }

  disks(id: string, signal: AbortSignal): Promise<MachineDisk[]> {
    const machine = this.row(id);
    return naming(
      machine,
      this.#findDisks(machine, signal).then((found) => found.map(({ disk }) => disk)),
    );
  }

  async #findDisks(machine: Machine, signal: AbortSignal): ReturnType<typeof findDisks> {
    const { xml } = await this.#xml(machine, domainXmlFlags.live, signal);
    return findDisks(machine, xml, this.#session, this.#diskUsers, signal);
  }

  async #runAction(
    action: MachineAction,
    machine: Machine,
    task: TaskContext,
    deleteDisks: readonly string[],
  ): Promise<void> {
    const { id } = machine;
    await this.refuseForeign(id, task.signal);
    const { clock, log, machines } = this.#context;
    const deps = { session: this.#session, clock, log, machines, task };
    if (action === 'delete') {
      // Without the definition nobody could tell any more which disks it had.
      const disks = deleteDisks.length === 0 ? [] : await this.#findDisks(machine, task.signal);
      return deleteDomain(machine, disks, deleteDisks, deps);
    }
    if (action === 'makeTemplate' || action === 'makeMachine') return this.#changeTemplate(action, machine, task);
    if (action === 'start' || action === 'enableAutostart') await this.#refuseTemplate(machine, task.signal);
    await runDomainAction(action, machine, deps);
    const row = machines.items.get(id);
    if (row === undefined) return;
    // No event tells of these.
    if (action === 'discardSave') machines.patch([{ ...row, hasManagedSave: false }]);
    if (action === 'enableAutostart' || action === 'disableAutostart') {
      machines.patch([{ ...row, autostart: action === 'enableAutostart' }]);
    }
  }

  async #changeTemplate(action: 'makeTemplate' | 'makeMachine', machine: Machine, task: TaskContext): Promise<void> {
    const { id } = machine;
    if (action === 'makeTemplate') await makeTemplate(machine, this.#session, task);
    else await makeMachine(machine, await this.#findDisks(machine, task.signal), this.#session, task);
    this.notesChanged(id);
    const { machines } = this.#context;
    const row = machines.items.get(id);
    if (row === undefined) return;
    const isTemplate = action === 'makeTemplate';
    machines.patch([{ ...row, isTemplate, autostart: isTemplate ? false : row.autostart }]);
  }

  /** Throws CONFLICT for a template, which would write into what others stand on; also where no row shows it yet. */
  async #refuseTemplate(machine: Machine, signal: AbortSignal): Promise<void> {
    if (!(await this.#inventory.looks.now(machine, signal)).isTemplate) return;
    throw new AppError('CONFLICT', {
      params: { machine: machine.name, reason: 'isTemplate' },
      detail: 'the domain is a template',
    });
  }

  /** Throws CONFLICT for a domain of Nova, which would undo or be confused by what we do to it; its XML tells. */
  async refuseForeign(id: string, signal: AbortSignal): Promise<void> {
    const machine = this.row(id);
    const { ownedByNova } = await this.#inventory.looks.now(machine, signal);
    if (!ownedByNova) return;
    throw new AppError('CONFLICT', {
      params: { machine: machine.name, reason: 'ownedByNova' },
      detail: 'the domain belongs to OpenStack Nova',
    });
  }

  details(id: string, signal: AbortSignal): Promise<MachineDetails> {
    const machine = this.row(id);
    return naming(machine, this.#details(machine, signal));
  }

  async #details(machine: Machine, signal: AbortSignal): Promise<MachineDetails> {
    const { text, xml } = await this.#xml(machine, domainXmlFlags.live, signal);
    this.#inventory.looks.learn(machine.id, xml);
    const addresses = machine.state === 'running' ? await this.#addresses(machine, xml, signal) : [];
    return {
      facts: domainFacts(machine, xml),
      addresses,
      document: { language: 'xml', text },
      hasUsage: true,
    };
  }

  watchUsage(id: string, signal: AbortSignal): AsyncIterable<UsageSample> {
    return watchDomainUsage(this.row(id), this.#session, this.#context, signal);
  }

  watchConsoleLog(id: string, signal: AbortSignal): AsyncIterable<ConsoleLogChunk> {
    return watchDomainConsole(this.row(id), this.#session, this.#context.clock, signal);
  }

  openConsole(id: string, signal: AbortSignal): Promise<OpenConsole> {
    const machine = this.row(id);
    return naming(machine, this.#openConsole(machine, signal));
  }

  async #openConsole(machine: Machine, signal: AbortSignal): Promise<OpenConsole> {
    if (machine.state === 'stopped' || machine.state === 'crashed') throw noConsole(machine, 'off');
    const xml = new DomainXml(await readSecureXml(this.#session, domainRef(machine.id, machine.name), signal));
    const vnc = xml.graphics.find((graphics) => graphics.type === 'vnc');
    if (vnc === undefined) throw noConsole(machine, xml.graphics.length > 0 ? 'spiceOnly' : 'none');
    const stream = await this.#reach(machine, vnc, signal);
    return { stream, password: vnc.password };
  }

  /** Through the host's own loopback, also where VNC listens on all addresses: those are often behind a firewall. */
  #reach(machine: Machine, { listen }: Graphics, signal: AbortSignal): Promise<OpenConsole['stream']> {
    const { transport } = this.#session;
    switch (listen.kind) {
      case 'none':
        throw noConsole(machine, 'listenNone');
      case 'socket':
        return transport.openUnix(listen.path, signal).catch((thrown: unknown) => {
          const error = AppError.from(thrown);
          if (error.retryable || error.code === 'CANCELLED') throw thrown;
          // QEMU's sockets are its own user's, and not every sshd forwards them.
          throw noConsole(machine, 'socket', error);
        });
      case 'address': {
        if (listen.port === null) throw noConsole(machine, 'noPort');
        const isAny = listen.address === '0.0.0.0' || listen.address === '::' || listen.address === '';
        return transport.openTcp(isAny ? '127.0.0.1' : listen.address, listen.port, signal);
      }
    }
  }

  async #addresses(machine: Machine, xml: DomainXml, signal: AbortSignal): Promise<MachineAddress[]> {
    const sources: [number, MachineAddress['source']][] = [
      [interfaceAddressSource.lease, 'lease'],
      [interfaceAddressSource.arp, 'arp'],
    ];
    if (xml.guestAgent === 'connected') sources.unshift([interfaceAddressSource.agent, 'agent']);
    const networks = new Map(xml.interfaces.map((nic) => [nic.mac, nic.source]));
    const found = new Map<string, MachineAddress>();
    const results = await Promise.all(sources.map(([number, source]) => this.#ask(machine, number, source, signal)));
    for (const address of results.flat()) {
      if (!found.has(address.address)) {
        found.set(address.address, { ...address, network: networks.get(address.mac ?? '') ?? null });
      }
    }
    return [...found.values()];
  }

  /** One source of addresses; a source that the host or guest cannot offer has none to tell. */
  async #ask(
    machine: Machine,
    sourceNumber: number,
    source: MachineAddress['source'],
    signal: AbortSignal,
  ): Promise<MachineAddress[]> {
    try {
      const rpc = source === 'agent' ? await this.#session.blocking(this.#context.scope.signal) : this.#session.rpc;
      const reply = await rpc.call(
        'DOMAIN_INTERFACE_ADDRESSES',
        { dom: domainRef(machine.id, machine.name), source: sourceNumber, flags: 0 },
        { timeoutMs: source === 'agent' ? AGENT_TIMEOUT_MS : CALL_TIMEOUT_MS, signal },
      );
      return reply.ifaces
        .filter((nic) => nic.name !== 'lo')
        .flatMap((nic) =>
          nic.addrs.map(({ addr }) => ({
            address: addr,
            mac: nic.hwaddr?.toLowerCase() ?? null,
            network: null,
            source,
          })),
        );
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.code === 'CANCELLED' || error.code === 'CONNECTION_LOST') throw error;
      this.#context.log.debug('no addresses', { source, code: error.code });
      return [];
    }
  }

  async #xml(machine: Machine, flags: number, signal: AbortSignal): Promise<{ text: string; xml: DomainXml }> {
    const { xml } = await this.#session.rpc.call(
      'DOMAIN_GET_XML_DESC',
      { dom: domainRef(machine.id, machine.name), flags },
      { timeoutMs: CALL_TIMEOUT_MS, signal, priority: 10 },
    );
    return { text: xml, xml: new DomainXml(xml) };
  }

  /** The domain's notes where they are known; undefined where they would have to be read. */
  knownNotes(id: string): MachineNotes | undefined {
    return this.#inventory.looks.known(id)?.notes;
  }

  /** The domain's notes were written: rows that show them are read again, also where no event tells. */
  notesChanged(id: string): void {
    this.#inventory.looks.refresh(id);
  }

  /** Throws MACHINE_GONE. */
  row(id: string): Machine {
    const machine = this.#context.machines.items.get(id);
    if (machine === undefined) throw new AppError('MACHINE_GONE', { params: { machine: id } });
    return machine;
  }
}

/** libvirt tells of a vanished domain by its UUID; the person knows its name. */
async function naming<T>(machine: Machine, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code !== 'MACHINE_GONE') throw thrown;
    const { params, detail, source } = error;
    throw new AppError('MACHINE_GONE', {
      params: { ...params, machine: machine.name },
      detail,
      cause: thrown,
      ...(source === null ? {} : { source }),
    });
  }
}

type NoConsole = 'off' | 'none' | 'spiceOnly' | 'listenNone' | 'socket' | 'noPort';

function noConsole(machine: Machine, reason: NoConsole, cause?: AppError): AppError {
  return new AppError('NO_CONSOLE', {
    params: { machine: machine.name, reason },
    retryable: reason === 'off' || reason === 'noPort',
    detail: `no VNC console: ${cause?.detail ?? reason}`,
    ...(cause !== undefined && { cause }),
  });
}
