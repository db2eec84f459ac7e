import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { CreateSnapshotInput, DescribeSnapshotInput } from '../../../../../shared/contract/snapshots.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { KeyedMutex } from '../../../kernel/keyed-mutex.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import {
  snapshotCreateFlags,
  snapshotDeleteFlags,
  snapshotXmlFlags,
} from '../../../libvirt/protocol/snapshot-flags.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { refuseTakenPath } from '../../../libvirt/session/host-files.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { describeSnapshotXml, writeSnapshotXml } from '../../../libvirt/xml/snapshot-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { SnapshotBackend, SnapshotsNow } from '../ports.ts';
import { showMerging } from './block-job.ts';
import { mergeOverlays } from './merge-snapshot.ts';
import { plannedSnapshot } from './planned-snapshot.ts';
import { overviewOf, readSnapshots, type ReadSnapshot, type ReadSnapshots } from './read-snapshots.ts';
import { DELETES_EXTERNAL, formObstacle, refuse, removeObstacle, revertObstacle } from './snapshot-rules.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Writing or reading the memory of a big guest takes its time, and so does merging its disks. */
const WORK_TIMEOUT_MS = 6 * 3_600_000;

/** What the machines of the host know how to do. */
export interface SnapshotDeps {
  clock: Clock;
  log: Logger;
  /** Throws MACHINE_GONE. */
  machine(machineId: string): Machine;
  /** Throws CONFLICT for a domain that is not ours to change. */
  refuseForeign(machineId: string, signal: AbortSignal): Promise<void>;
  /** Runs a call as a job of the domain that is shown and can be aborted. */
  runJob(
    machineId: string,
    step: string,
    task: TaskContext,
    start: (rpc: RpcClient) => Promise<unknown>,
  ): Promise<void>;
  /** major * 1,000,000 + minor * 1,000 + release of the host's libvirt. */
  libVersion: number;
}

/** Snapshots of the domains of one host, with nothing kept: they are read when they are looked at. */
export class LibvirtSnapshots implements SnapshotBackend {
  readonly #session: LibvirtSession;
  readonly #deps: SnapshotDeps;
  readonly #mutex = new KeyedMutex();

  constructor(session: LibvirtSession, deps: SnapshotDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  get canStopRemoval(): boolean {
    return this.#deps.libVersion < DELETES_EXTERNAL;
  }

  async overview(machineId: string, signal: AbortSignal): Promise<SnapshotsNow> {
    return overviewOf(await this.#read(machineId, signal));
  }

  create(machineId: string, input: CreateSnapshotInput, task: TaskContext): Promise<void> {
    return this.#alone(machineId, task, async () => {
      const { facts } = await this.#read(machineId, task.signal);
      refuse(formObstacle(input.form, facts));
      const { wanted, newFiles } = plannedSnapshot(input, facts.storage);
      for (const path of newFiles) await refuseTakenPath(this.#session, path, task.signal);
      const { form, quiesce } = input;
      const { atomic, diskOnly, live } = snapshotCreateFlags;
      let flags = 0;
      if (form === 'disks') flags = atomic | diskOnly | (quiesce ? snapshotCreateFlags.quiesce : 0);
      if (form === 'full') flags = atomic | live;
      const args = { dom: domainRef(machineId), xmlDesc: writeSnapshotXml(wanted), flags };
      await this.#deps.runJob(machineId, 'takingSnapshot', task, (rpc) =>
        rpc.call('DOMAIN_SNAPSHOT_CREATE_XML', args, { timeoutMs: WORK_TIMEOUT_MS }),
      );
    });
  }

  describe(machineId: string, { name, description }: DescribeSnapshotInput, task: TaskContext): Promise<void> {
    return this.#alone(machineId, task, async () => {
      const { rpc } = this.#session;
      const options = { timeoutMs: CALL_TIMEOUT_MS, signal: task.signal };
      const snap = { name, dom: domainRef(machineId) };
      const [{ xml }, { current }] = await Promise.all([
        rpc.call('DOMAIN_SNAPSHOT_GET_XML_DESC', { snap, flags: snapshotXmlFlags.secure }, options),
        rpc.call('DOMAIN_SNAPSHOT_IS_CURRENT', { snap, flags: 0 }, options),
      ]);
      const { redefine, current: staysCurrent } = snapshotCreateFlags;
      const flags = current === 0 ? redefine : redefine | staysCurrent;
      const args = { dom: snap.dom, xmlDesc: describeSnapshotXml(xml, description), flags };
      await rpc.call('DOMAIN_SNAPSHOT_CREATE_XML', args, options);
    });
  }

  revert(machineId: string, name: string, task: TaskContext): Promise<void> {
    return this.#alone(machineId, task, async () => {
      // Whether it is one was read to know whether it is foreign; other machines may stand on its disks.
      if (this.#deps.machine(machineId).isTemplate === true) {
        throw new AppError('CONFLICT', {
          params: { reason: 'isTemplate' },
          detail: 'the domain is a template',
        });
      }
      const { facts, snapshot } = await this.#find(machineId, name, task.signal);
      refuse(revertObstacle(snapshot, facts));
      task.progress('reverting');
      await this.#call('DOMAIN_REVERT_TO_SNAPSHOT', machineId, name, 0, task);
    });
  }

  remove(machineId: string, name: string, task: TaskContext): Promise<void> {
    return this.#alone(machineId, task, async () => {
      const { facts, snapshot } = await this.#find(machineId, name, task.signal);
      refuse(removeObstacle(snapshot, facts));
      const { clock, log } = this.#deps;
      const dom = domainRef(machineId);
      const jobDeps = { session: this.#session, clock, log, task };
      const isMerge = snapshot.kind === 'external';
      const isOurs = isMerge && this.canStopRemoval;
      if (isOurs) await mergeOverlays(dom, snapshot, facts.storage, jobDeps);
      task.progress('removing');
      const ended = new AbortController();
      const targets = snapshot.disks.map(({ target }) => target);
      if (isMerge && !isOurs) void showMerging(dom, targets, jobDeps, ended.signal);
      const flags = isOurs ? snapshotDeleteFlags.metadataOnly : 0;
      try {
        await this.#call('DOMAIN_SNAPSHOT_DELETE', machineId, name, flags, task);
      } finally {
        ended.abort();
      }
    });
  }

  /** One change of a domain's snapshots after the other: each is decided on by what is there. */
  #alone(machineId: string, task: TaskContext, work: () => Promise<void>): Promise<void> {
    return this.#mutex.run(machineId, async () => {
      await this.#deps.refuseForeign(machineId, task.signal);
      await work();
    });
  }

  #read(machineId: string, signal: AbortSignal): Promise<ReadSnapshots> {
    const { hasManagedSave } = this.#deps.machine(machineId);
    const known = { hasManagedSave, libVersion: this.#deps.libVersion };
    return readSnapshots(this.#session, domainRef(machineId), known, signal);
  }

  async #find(
    machineId: string,
    name: string,
    signal: AbortSignal,
  ): Promise<{ facts: ReadSnapshots['facts']; snapshot: ReadSnapshot }> {
    const { facts } = await this.#read(machineId, signal);
    const snapshot = facts.snapshots.find((each) => each.name === name);
    if (snapshot === undefined) throw new AppError('NOT_FOUND', { detail: `no snapshot ${name}` });
    return { facts, snapshot };
  }

  async #call(
    procedure: 'DOMAIN_REVERT_TO_SNAPSHOT' | 'DOMAIN_SNAPSHOT_DELETE',
    machineId: string,
    name: string,
    flags: number,
    task: TaskContext,
  ): Promise<void> {
    const snap = { name, dom: domainRef(machineId) };
    const rpc = await this.#session.blocking(task.signal);
    await rpc.call(procedure, { snap, flags }, { timeoutMs: WORK_TIMEOUT_MS });
  }
}
