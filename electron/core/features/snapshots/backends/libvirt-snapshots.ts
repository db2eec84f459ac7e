import type { DomainSnapshot } from '../../../../../shared/contract/snapshots.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { domainRef, type DomainRef } from '../../../libvirt/protocol/references.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readSnapshotXml, writeSnapshotXml } from '../../../libvirt/xml/snapshot-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { SnapshotBackend } from '../ports.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Writing or reading the memory of a big guest takes its time. */
const WORK_TIMEOUT_MS = 6 * 3_600_000;
/** Each costs a call for its XML. */
const MAX_SNAPSHOTS = 500;

/** What the machines of the host know how to do. */
export interface SnapshotDeps {
  /** Throws CONFLICT for a domain that is not ours to change. */
  refuseForeign(machineId: string, signal: AbortSignal): Promise<void>;
  /** Runs a call as a job of the domain that is shown and can be aborted. */
  runJob(
    machineId: string,
    step: string,
    task: TaskContext,
    start: (rpc: RpcClient) => Promise<unknown>,
  ): Promise<void>;
}

/** Snapshots of the domains of one host, with nothing kept: they are read when they are looked at. */
export class LibvirtSnapshots implements SnapshotBackend {
  readonly #session: LibvirtSession;
  readonly #deps: SnapshotDeps;

  constructor(session: LibvirtSession, deps: SnapshotDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async list(machineId: string, signal: AbortSignal): Promise<DomainSnapshot[]> {
    const dom = domainRef(machineId);
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const { rpc } = this.#session;
    const [{ snapshots }, current] = await Promise.all([
      rpc.call('DOMAIN_LIST_ALL_SNAPSHOTS', { dom, needResults: 1, flags: 0 }, options),
      this.#current(dom, signal),
    ]);
    const rows = await Promise.all(
      snapshots.slice(0, MAX_SNAPSHOTS).map(async (snap): Promise<DomainSnapshot | null> => {
        try {
          const { xml } = await rpc.call('DOMAIN_SNAPSHOT_GET_XML_DESC', { snap, flags: 0 }, options);
          const { createdAtMs, ...rest } = readSnapshotXml(xml);
          return { name: snap.name, ...rest, createdAt: createdAtMs, isCurrent: snap.name === current };
        } catch (error) {
          // Removed meanwhile.
          if (AppError.from(error).code === 'NOT_FOUND') return null;
          throw error;
        }
      }),
    );
    return rows.filter((row) => row !== null).sort((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0));
  }

  async create(machineId: string, snapshot: { name: string; description: string }, task: TaskContext): Promise<void> {
    await this.#deps.refuseForeign(machineId, task.signal);
    const args = { dom: domainRef(machineId), xmlDesc: writeSnapshotXml(snapshot), flags: 0 };
    await this.#deps.runJob(machineId, 'takingSnapshot', task, (rpc) =>
      rpc.call('DOMAIN_SNAPSHOT_CREATE_XML', args, { timeoutMs: WORK_TIMEOUT_MS }),
    );
  }

  revert(machineId: string, name: string, task: TaskContext): Promise<void> {
    return this.#work('DOMAIN_REVERT_TO_SNAPSHOT', 'reverting', machineId, name, task);
  }

  remove(machineId: string, name: string, task: TaskContext): Promise<void> {
    return this.#work('DOMAIN_SNAPSHOT_DELETE', 'removing', machineId, name, task);
  }

  async #work(
    procedure: 'DOMAIN_REVERT_TO_SNAPSHOT' | 'DOMAIN_SNAPSHOT_DELETE',
    step: string,
    machineId: string,
    name: string,
    task: TaskContext,
  ): Promise<void> {
    await this.#deps.refuseForeign(machineId, task.signal);
    task.progress(step);
    const snap = { name, dom: domainRef(machineId) };
    const rpc = await this.#session.blocking(task.signal);
    await rpc.call(procedure, { snap, flags: 0 }, { timeoutMs: WORK_TIMEOUT_MS });
  }

  /** Null where the domain has none. */
  async #current(dom: DomainRef, signal: AbortSignal): Promise<string | null> {
    try {
      const { snap } = await this.#session.rpc.call(
        'DOMAIN_SNAPSHOT_CURRENT',
        { dom, flags: 0 },
        { timeoutMs: CALL_TIMEOUT_MS, signal },
      );
      return snap.name;
    } catch (error) {
      if (AppError.from(error).code === 'NOT_FOUND') return null;
      throw error;
    }
  }
}
