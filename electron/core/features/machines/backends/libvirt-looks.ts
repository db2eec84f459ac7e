import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { MachineNotes } from '../../../../../shared/model/notes.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { domainXmlFlags, listNetworksFlags } from '../../../libvirt/protocol/constants.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { DomainXml } from '../../../libvirt/xml/domain-xml.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';

/** What the XML of a domain adds to its row. */
export interface DomainLook {
  macs: string[];
  vcpus: number | null;
  memoryBytes: number | null;
  ownedByNova: boolean;
  flavorName: string | null;
  notes: MachineNotes;
  isTemplate: boolean;
}

/** More rows than a screen holds need not wait. */
const MAX_QUEUE = 500;
/** More virtual networks than this are not asked for leases. */
const MAX_NETWORKS = 16;
const CALL_TIMEOUT_MS = 30_000;
/** Behind everything a person waits for. */
const BACKGROUND = -10;

/**
 * Reads the XML of domains that are looked at, one at a time and behind all other calls, and keeps the rows' addresses
 * right from the DHCP leases of the host's virtual networks.
 */
export class DomainLooks {
  readonly #session: LibvirtSession;
  readonly #context: ConnectContext;
  readonly #looks = new Map<string, DomainLook>();
  #queue: string[] = [];
  #isReading = false;
  /** Addresses by MAC, from all leases. */
  #leases: ReadonlyMap<string, string[]> = new Map();

  constructor(session: LibvirtSession, context: ConnectContext) {
    this.#session = session;
    this.#context = context;
  }

  /** These rows are on the screen; what is not known of them is read soon. */
  want(ids: readonly string[]): void {
    const wanted = ids.filter((id) => !this.#looks.has(id));
    this.#queue = [...new Set([...wanted, ...this.#queue])].slice(0, MAX_QUEUE);
    if (!this.#isReading) void this.#readQueue();
  }

  /** The domain's XML changed: the next look reads it again. */
  forget(id: string): void {
    this.#looks.delete(id);
  }

  /** What people wrote down about the domain changed: a row that shows it is read again soon. */
  refresh(id: string): void {
    const isShown = this.#looks.delete(id) || (this.#context.machines.items.get(id)?.tags ?? null) !== null;
    if (isShown) this.want([id]);
  }

  /** What is known of a domain without asking; undefined where it would have to be read. */
  known(id: string): DomainLook | undefined {
    return this.#looks.get(id);
  }

  /** What is known of a domain, read now where it is not. Throws MACHINE_GONE. */
  async now(machine: Machine, signal?: AbortSignal): Promise<DomainLook> {
    return this.#looks.get(machine.id) ?? (await this.#read(machine, 0, signal));
  }

  /** Reads the leases of all active virtual networks (one call each) and updates the addresses of known rows. */
  async readLeases(): Promise<void> {
    const { rpc } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND };
    try {
      const { nets } = await rpc.call(
        'CONNECT_LIST_ALL_NETWORKS',
        { needResults: 1, flags: listNetworksFlags.active },
        options,
      );
      const leases = new Map<string, string[]>();
      for (const net of nets.slice(0, MAX_NETWORKS)) {
        const reply = await rpc.call('NETWORK_GET_DHCP_LEASES', { net, mac: null, needResults: 1, flags: 0 }, options);
        for (const { mac, ipaddr } of reply.leases) {
          if (mac !== null) leases.set(mac.toLowerCase(), [...(leases.get(mac.toLowerCase()) ?? []), ipaddr]);
        }
      }
      this.#leases = leases;
    } catch (thrown) {
      // Hosts without a network driver (test:///, session daemons) have no leases to tell.
      const { code } = AppError.from(thrown);
      if (code !== 'UNSUPPORTED' && code !== 'LIBVIRT_ERROR' && code !== 'LIBVIRT_PERMISSION') throw thrown;
      this.#context.log.debug('no DHCP leases', { code });
    }
    this.#refreshAddresses([...this.#looks.keys()]);
  }

  async #readQueue(): Promise<void> {
    this.#isReading = true;
    try {
      for (let id = this.#queue.shift(); id !== undefined; id = this.#queue.shift()) {
        const machine = this.#context.machines.items.get(id);
        if (machine === undefined || this.#looks.has(id)) continue;
        await this.#read(machine, BACKGROUND, this.#context.scope.signal);
      }
    } catch (thrown) {
      // A row whose XML cannot be read keeps its dashes; a lost connection empties the queue with the session.
      this.#context.log.debug('look failed', { code: AppError.from(thrown).code });
    } finally {
      this.#isReading = false;
    }
    if (this.#queue.length > 0 && !this.#context.scope.isClosed) void this.#readQueue();
  }

  async #read(machine: Machine, priority: number, signal?: AbortSignal): Promise<DomainLook> {
    const reply = await this.#session.rpc.call(
      'DOMAIN_GET_XML_DESC',
      { dom: domainRef(machine.id, machine.name), flags: domainXmlFlags.live },
      { timeoutMs: CALL_TIMEOUT_MS, priority, ...(signal ? { signal } : {}) },
    );
    return this.learn(machine.id, new DomainXml(reply.xml));
  }

  /** Takes what the XML tells, whoever asked for it. */
  learn(id: string, xml: DomainXml): DomainLook {
    const owner = xml.novaOwner;
    const { notes, isTemplate } = xml;
    const look: DomainLook = {
      macs: xml.interfaces.map((nic) => nic.mac).filter((mac) => mac !== ''),
      vcpus: xml.vcpus,
      memoryBytes: xml.memoryBytes,
      ownedByNova: owner !== null,
      flavorName: owner?.flavorName ?? null,
      notes,
      isTemplate,
    };
    this.#looks.set(id, look);
    const row = this.#context.machines.items.get(id);
    if (row !== undefined) {
      this.#context.machines.patch([
        {
          ...row,
          vcpus: row.vcpus ?? look.vcpus,
          memoryBytes: row.memoryBytes ?? look.memoryBytes,
          ownedByNova: look.ownedByNova,
          flavorName: look.flavorName,
          tags: notes.tags,
          folder: notes.folder,
          isTemplate,
          addresses: this.#addresses(row, look),
        },
      ]);
    }
    return look;
  }

  #refreshAddresses(ids: readonly string[]): void {
    const rows: Machine[] = [];
    for (const id of ids) {
      const row = this.#context.machines.items.get(id);
      const look = this.#looks.get(id);
      if (row !== undefined && look !== undefined) rows.push({ ...row, addresses: this.#addresses(row, look) });
    }
    this.#context.machines.patch(rows);
  }

  /** Leases outlive a domain's run, so a stopped one shows none. */
  #addresses(row: Machine, look: DomainLook): string[] {
    if (row.state === 'stopped' || row.state === 'crashed') return [];
    return [...new Set(look.macs.flatMap((mac) => this.#leases.get(mac) ?? []))];
  }
}
