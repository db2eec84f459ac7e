import type { BackupOverview, BackupReason, BeginBackupInput } from '../../../../../shared/contract/backups.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import { domainRef, type DomainRef } from '../../../libvirt/protocol/references.ts';
import { refuseTakenPath } from '../../../libvirt/session/host-files.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readCheckpointXml, writeBackupXml, writeCheckpointXml } from '../../../libvirt/xml/backup-xml.ts';
import { readDomainStorage, type DomainStorage } from '../../../libvirt/xml/domain-storage.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { BackupBackend } from '../ports.ts';
import { runBackupJob } from './backup-job.ts';
import { checkpointsOf, writeNote } from './backup-notes.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Merging what a checkpoint has noted into the one before rewrites it on each disk. */
const REMOVE_TIMEOUT_MS = 30 * 60_000;
/** Each costs a call for its XML. */
const MAX_CHECKPOINTS = 500;
/** The first libvirt with DOMAIN_BACKUP_BEGIN. */
const BACKS_UP = 6_000_000;
/** Leaves the domain out of DOMAIN_CHECKPOINT_GET_XML_DESC (VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN). */
const NO_DOMAIN = 1 << 1;

export interface BackupDeps {
  clock: Clock;
  log: Logger;
  /** Throws CONFLICT for a domain that is not ours to change. */
  refuseForeign(machineId: string, signal: AbortSignal): Promise<void>;
  /** major * 1,000,000 + minor * 1,000 + release of the host's libvirt. */
  libVersion: number;
}

/** Backups and checkpoints of the domains of one host, with nothing kept: they are read when they are looked at. */
export class LibvirtBackups implements BackupBackend {
  readonly #session: LibvirtSession;
  readonly #deps: BackupDeps;

  constructor(session: LibvirtSession, deps: BackupDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async overview(machineId: string, signal: AbortSignal): Promise<BackupOverview> {
    const dom = domainRef(machineId);
    const [storage, checkpoints] = await Promise.all([this.#storage(dom, signal), this.#checkpoints(dom, signal)]);
    const disks = backupDisks(storage).map(({ target, layers: [{ path, format }] }) => {
      return { target, path, format, canCheckpoint: format === 'qcow2' };
    });
    const last = checkpoints.findLast(({ files }) => files.length > 0)?.files[0]?.path;
    const path = last ?? disks.find((disk) => disk.path?.startsWith('/') === true)?.path ?? null;
    return {
      checkpoints,
      disks,
      folder: path === null ? null : path.slice(0, path.lastIndexOf('/')) || '/',
      isRunning: storage.isRunning,
      obstacle: this.#obstacle(storage),
    };
  }

  async begin(machineId: string, input: BeginBackupInput, task: TaskContext): Promise<void> {
    await this.#deps.refuseForeign(machineId, task.signal);
    const dom = domainRef(machineId);
    const storage = await this.#storage(dom, task.signal);
    refuse(this.#obstacle(storage));
    const { files, without } = await this.#planned(input, dom, storage, task.signal);
    for (const path of files.values()) await refuseTakenPath(this.#session, path, task.signal);
    const { name, since, makesCheckpoint } = input;
    const note = writeNote({ since, files: [...files].map(([target, path]) => ({ target, path })) });
    const backupXml = writeBackupXml({ files, without, since });
    const checkpointXml = makesCheckpoint ? writeCheckpointXml(name, note, [...files.keys()], without) : null;
    const { clock, log } = this.#deps;
    await runBackupJob({ dom, backupXml, checkpointXml }, { session: this.#session, clock, log, task }, async () => {
      // libvirt keeps the checkpoint of a backup that is not complete: later ones would lack what this one has not.
      if (makesCheckpoint) await this.#undo(dom, name);
    });
  }

  async removeCheckpoint(machineId: string, name: string, task: TaskContext): Promise<void> {
    await this.#deps.refuseForeign(machineId, task.signal);
    const dom = domainRef(machineId);
    if (!(await this.#storage(dom, task.signal)).isRunning) refuse('mustRun');
    task.progress('removing');
    const rpc = await this.#session.blocking(task.signal);
    const checkpoint = { name, dom };
    await rpc.call('DOMAIN_CHECKPOINT_DELETE', { checkpoint, flags: 0 }, { timeoutMs: REMOVE_TIMEOUT_MS });
  }

  async #undo(dom: DomainRef, name: string): Promise<void> {
    try {
      const args = { checkpoint: { name, dom }, flags: 0 };
      await this.#session.rpc.call('DOMAIN_CHECKPOINT_DELETE', args, { timeoutMs: REMOVE_TIMEOUT_MS });
    } catch (error) {
      // The first error is what the person must see; the checkpoint is in the list.
      this.#deps.log.warn('checkpoint of a failed backup not removed', { error: AppError.from(error).detail });
    }
  }

  async #storage(dom: DomainRef, signal: AbortSignal): Promise<DomainStorage> {
    const args = { dom, flags: domainXmlFlags.live };
    const { xml } = await this.#session.rpc.call('DOMAIN_GET_XML_DESC', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
    return readDomainStorage(xml);
  }

  async #checkpoints(dom: DomainRef, signal: AbortSignal): Promise<ReturnType<typeof checkpointsOf>> {
    const { rpc } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    if (this.#deps.libVersion < BACKS_UP) return [];
    const { checkpoints } = await rpc.call('DOMAIN_LIST_ALL_CHECKPOINTS', { dom, needResults: 1, flags: 0 }, options);
    const read = await Promise.all(
      checkpoints.slice(0, MAX_CHECKPOINTS).map(async (checkpoint) => {
        try {
          const { xml } = await rpc.call('DOMAIN_CHECKPOINT_GET_XML_DESC', { checkpoint, flags: NO_DOMAIN }, options);
          return { name: checkpoint.name, ...readCheckpointXml(xml) };
        } catch (error) {
          // Removed meanwhile.
          if (AppError.from(error).code === 'NOT_FOUND') return null;
          throw error;
        }
      }),
    );
    return checkpointsOf(read.filter((each) => each !== null));
  }

  /** Throws BAD_INPUT for a disk that the domain has not, NOT_FOUND for a checkpoint, CONFLICT with a BackupReason. */
  async #planned(
    input: BeginBackupInput,
    dom: DomainRef,
    storage: DomainStorage,
    signal: AbortSignal,
  ): Promise<{ files: Map<string, string>; without: string[] }> {
    const { name, since, makesCheckpoint, folder } = input;
    const possible = backupDisks(storage);
    const files = new Map<string, string>();
    for (const target of input.disks) {
      const disk = possible.find((each) => each.target === target);
      if (disk === undefined) {
        throw new AppError('BAD_INPUT', { params: { field: 'disks' }, detail: `no disk ${target}` });
      }
      if (makesCheckpoint && disk.layers[0].format !== 'qcow2') refuse('checkpointNeedsQcow2');
      files.set(target, `${folder.replace(/\/+$/, '')}/${storage.name}-${target}-${name}.qcow2`);
    }
    if (since !== null) {
      const checkpoint = (await this.#checkpoints(dom, signal)).find((each) => each.name === since);
      if (checkpoint === undefined) throw new AppError('NOT_FOUND', { detail: `no checkpoint ${since}` });
      if ([...files.keys()].some((target) => !checkpoint.disks.includes(target))) refuse('diskNotInCheckpoint');
    }
    const without = storage.disks.map(({ target }) => target).filter((target) => !files.has(target));
    return { files, without };
  }

  #obstacle(storage: DomainStorage): BackupReason | null {
    if (this.#deps.libVersion < BACKS_UP) return 'backupTooOld';
    if (backupDisks(storage).length === 0) return 'noDisks';
    return storage.isRunning ? null : 'mustRun';
  }
}

/** What a domain only reads needs no backup. */
function backupDisks({ disks }: DomainStorage): DomainStorage['disks'] {
  return disks.filter(({ isFixed }) => !isFixed);
}

function refuse(reason: BackupReason | null): void {
  if (reason !== null) throw new AppError('CONFLICT', { params: { reason }, detail: reason });
}
