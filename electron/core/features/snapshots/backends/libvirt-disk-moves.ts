import type { DiskMoveOffer, MoveDiskInput } from '../../../../../shared/contract/disk-moves.ts';
import { creatableFormats } from '../../../../../shared/model/storage.ts';
import { AppError, throwIfAborted } from '../../../kernel/app-error.ts';
import type { KeyedMutex } from '../../../kernel/keyed-mutex.ts';
import { domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import { blockCopyFlags } from '../../../libvirt/protocol/snapshot-flags.ts';
import { param } from '../../../libvirt/protocol/typed-params.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { diskPlaceXml, readDiskSources, withDiskAt, type DiskPlace } from '../../../libvirt/xml/disk-place.ts';
import { readDomainStorage } from '../../../libvirt/xml/domain-storage.ts';
import { readPoolXml } from '../../../libvirt/xml/storage-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { StorageBackend } from '../../storage/ports.ts';
import type { DiskMoveBackend } from '../ports.ts';
import { runBlockJob } from './block-job.ts';
import { readMovableDisks, type MovableDisk } from './disk-move-offers.ts';
import type { ChainDeps } from './libvirt-chains.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Deleting a big file may take a while. */
const UNDO_TIMEOUT_MS = 10 * 60_000;

/** What moving disks needs beside what their chains do. */
export interface DiskMoveDeps extends ChainDeps {
  connectionId: string;
  storage: StorageBackend;
  /** False for a transient domain. */
  isPersistent(machineId: string): boolean;
  /** Whoever changes the definition of a domain takes turns. */
  turns: KeyedMutex;
}

/** The new volume, and where the domain will find it. */
interface NewVolume {
  poolId: string;
  name: string;
  /** Null where the pool decides. */
  format: MoveDiskInput['format'] | null;
  place: DiskPlace;
}

/** Moves the disks of the domains of one host. */
export class LibvirtDiskMoves implements DiskMoveBackend {
  readonly #session: LibvirtSession;
  readonly #deps: DiskMoveDeps;
  /** Disks that are being moved from here, by machine and target. */
  readonly #moving = new Set<string>();

  constructor(session: LibvirtSession, deps: DiskMoveDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  canStop(machineId: string): boolean {
    return this.#deps.machine(machineId).state !== 'stopped';
  }

  async offers(machineId: string, signal: AbortSignal): Promise<DiskMoveOffer[]> {
    const disks = await readMovableDisks(this.#session, machineId, this.#deps, signal);
    return disks.map(({ offer }) => {
      return this.#moving.has(keyOf(machineId, offer.target)) ? { ...offer, strayCopy: null } : offer;
    });
  }

  async move(machineId: string, input: MoveDiskInput, task: TaskContext): Promise<void> {
    const key = keyOf(machineId, input.target);
    if (this.#moving.has(key)) throw conflict('moveJobRunning');
    this.#moving.add(key);
    try {
      await this.#move(machineId, input, task);
    } finally {
      this.#moving.delete(key);
    }
  }

  async stopCopy(machineId: string, target: string, task: TaskContext): Promise<void> {
    await this.#deps.refuseForeign(machineId, task.signal);
    const disks = await readMovableDisks(this.#session, machineId, this.#deps, task.signal);
    const found = disks.find(({ offer }) => offer.target === target);
    const path = found?.offer.strayCopy ?? null;
    if (path === null || this.#moving.has(keyOf(machineId, target))) throw new AppError('NOT_FOUND');
    const rpc = await this.#session.blocking(task.signal);
    const args = { dom: domainRef(machineId), path: target, flags: 0 };
    await rpc.call('DOMAIN_BLOCK_JOB_ABORT', args, { timeoutMs: UNDO_TIMEOUT_MS });
    await this.#deleteAt(path, task);
  }

  async #move(machineId: string, input: MoveDiskInput, task: TaskContext): Promise<void> {
    const { signal } = task;
    await this.#deps.refuseForeign(machineId, signal);
    task.progress('request');
    const disks = await readMovableDisks(this.#session, machineId, this.#deps, signal);
    const disk = disks.find(({ offer }) => offer.target === input.target);
    if (disk === undefined) throw new AppError('NOT_FOUND', { detail: `no disk ${input.target}` });
    if (disk.offer.path !== input.from) throw conflict('moveDiskChanged');
    if (disk.offer.obstacle !== null) throw conflict(disk.offer.obstacle);
    const volume = await this.#plan(input, disk.offer, signal);
    const { bandwidthMiBps } = input;
    if (disk.offer.isRunning) await this.#copyLive(machineId, disk, { ...volume, bandwidthMiBps }, task);
    else await this.#copyOff(machineId, disk, volume, task);
    const { pool, volume: name, oldStays } = disk.offer;
    await this.#deps.storage.lookAgain(input.toPoolId);
    if (pool === null || name === null) return;
    if (input.keepsOld || oldStays !== null) return this.#deps.storage.lookAgain(pool.id);
    task.progress('removing');
    await this.#delete({ poolId: pool.id, name, place: { path: disk.offer.path ?? name } }, task, false);
  }

  /** Throws CONFLICT where the volume cannot be made. */
  async #plan(input: MoveDiskInput, offer: DiskMoveOffer, signal: AbortSignal): Promise<NewVolume> {
    const { rpc } = this.#session;
    const { toPoolId: poolId, newName: name } = input;
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const { pool } = await rpc.call('STORAGE_POOL_LOOKUP_BY_UUID', { uuid: poolId }, options);
    const [{ xml }, info, isTaken] = await Promise.all([
      rpc.call('STORAGE_POOL_GET_XML_DESC', { pool, flags: 0 }, options),
      rpc.call('STORAGE_POOL_GET_INFO', { pool }, options),
      rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool, name }, options).then(
        () => true,
        (thrown: unknown) => {
          const error = AppError.from(thrown);
          if (error.code === 'NOT_FOUND') return false;
          throw error;
        },
      ),
    ]);
    const { type, targetPath } = readPoolXml(xml);
    const formats = creatableFormats(type);
    if (formats === null || targetPath === null) throw conflict('movePoolKind');
    if (isTaken) throw conflict('fileExists');
    if ((offer.takesBytes ?? 0) > info.available) throw conflict('moveNoSpace');
    const isFile = formats.length > 0;
    const format = isFile ? input.format : null;
    const place: DiskPlace = {
      type: isFile ? 'file' : 'block',
      path: `${targetPath}/${name}`,
      format: format ?? 'raw',
    };
    return { poolId, name, format, place };
  }

  async #copyLive(
    machineId: string,
    disk: MovableDisk,
    volume: NewVolume & Pick<MoveDiskInput, 'bandwidthMiBps'>,
    task: TaskContext,
  ): Promise<void> {
    const { storage, connectionId, clock, log } = this.#deps;
    const dom = domainRef(machineId);
    const { target } = disk.offer;
    const { poolId, name, format, place, bandwidthMiBps } = volume;
    // Exactly as big as QEMU sees the disk: it refuses to copy to another size.
    const sizeArgs = { dom, path: target, flags: 0 };
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal: task.signal };
    const { capacity } = await this.#session.rpc.call('DOMAIN_GET_BLOCK_INFO', sizeArgs, options);
    task.progress('creatingDisk');
    // Not to be left half made: it takes no time, and is removed again where the task was cancelled meanwhile.
    const whole = { ...task, signal: AbortSignal.timeout(UNDO_TIMEOUT_MS) };
    const allocationBytes = format === null ? capacity : 0;
    await storage.createVolume({ connectionId, poolId, name, format, capacityBytes: capacity, allocationBytes }, whole);
    await this.#orUndo(machineId, disk, volume, task, async () => {
      throwIfAborted(task.signal);
      const flags = blockCopyFlags.reuseExternal | blockCopyFlags.transientJob;
      const params = bandwidthMiBps === null ? [] : [param('ullong', 'bandwidth', bandwidthMiBps * 1024 ** 2)];
      const args = { dom, path: target, destxml: diskPlaceXml(place), params, flags };
      await runBlockJob(
        {
          ...{ dom, target, step: 'copyingDisk', share: { from: 0, to: 1 }, pivot: true },
          start: (rpc, starting) => rpc.call('DOMAIN_BLOCK_COPY', args, starting),
        },
        { session: this.#session, clock, log, task },
      );
      const now = await this.#xml(machineId, domainXmlFlags.live, task.signal);
      // A copy that is stopped when all of it was there ends as one that is done.
      if (!isAt(now, target, place)) throw new AppError('CANCELLED', { detail: `${target} has not moved` });
      await this.#define(machineId, disk, place);
    });
  }

  async #copyOff(machineId: string, disk: MovableDisk, volume: NewVolume, task: TaskContext): Promise<void> {
    const { storage, connectionId } = this.#deps;
    const { pool, volume: oldName } = disk.offer;
    if (pool === null || oldName === null) throw conflict('moveNoPool');
    const { poolId, name, format } = volume;
    task.progress('copyingDisk');
    await storage.cloneVolume(
      {
        ...{ connectionId, poolId: pool.id, name: oldName, newName: name, toPoolId: poolId },
        ...(format !== null && { format }),
      },
      task,
    );
    await this.#orUndo(machineId, disk, volume, task, () => this.#define(machineId, disk, volume.place));
  }

  /**
   * Has the definition name the new place, unless it names another than the old one. libvirt does so by itself for
   * what it can compare. Throws CONFLICT with the reason `moveStarted` where the domain runs from the old one.
   */
  async #define(machineId: string, { offer: { target }, source }: MovableDisk, place: DiskPlace): Promise<void> {
    if (!this.#deps.isPersistent(machineId)) return;
    const { signal } = new AbortController();
    await this.#deps.turns.run(machineId, async () => {
      const refuseStarted = async (): Promise<void> => {
        const live = await this.#xml(machineId, domainXmlFlags.live, signal);
        if (readDomainStorage(live).isRunning && !isAt(live, target, place)) throw conflict('moveStarted');
      };
      await refuseStarted();
      const before = await this.#xml(machineId, domainXmlFlags.inactive | domainXmlFlags.secure, signal);
      const after = withDiskAt(before, target, source, place);
      if (after === null) return;
      const define = async (xml: string): Promise<void> => {
        const args = { xml, flags: 0 };
        await this.#session.rpc.call('DOMAIN_DEFINE_XML_FLAGS', args, { timeoutMs: CALL_TIMEOUT_MS });
      };
      await define(after);
      try {
        await refuseStarted();
      } catch (error) {
        await define(before);
        throw error;
      }
    });
  }

  /** Where the work fails, the new volume goes again, unless the domain has it. */
  async #orUndo(
    machineId: string,
    { offer: { target } }: MovableDisk,
    volume: NewVolume,
    task: TaskContext,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const error = AppError.from(thrown);
      this.#deps.log.debug('disk not moved', { target, code: error.code, error: error.detail });
      task.progress('undoing');
      await this.#endCopy(machineId, target, volume.place);
      if (!(await this.#has(machineId, target, volume.place))) await this.#delete(volume, task, true);
      throw error;
    }
  }

  /** A job whose end was not told, or that did not go over, must not write on to what is deleted. */
  async #endCopy(machineId: string, target: string, place: DiskPlace): Promise<void> {
    const { signal } = new AbortController();
    try {
      const live = await this.#xml(machineId, domainXmlFlags.live, signal);
      if (readDiskSources(live).get(target)?.mirror?.path !== place.path) return;
      const rpc = await this.#session.blocking(signal);
      const args = { dom: domainRef(machineId), path: target, flags: 0 };
      await rpc.call('DOMAIN_BLOCK_JOB_ABORT', args, { timeoutMs: UNDO_TIMEOUT_MS });
    } catch (thrown) {
      // Gone with the domain, or ended by itself: where the disk is now is looked at next.
      this.#deps.log.debug('copy not ended', { target, error: AppError.from(thrown).detail });
    }
  }

  /** Whether the domain has the disk there now, or will at its next start. */
  async #has(machineId: string, target: string, place: DiskPlace): Promise<boolean> {
    const { signal } = new AbortController();
    try {
      const flags = [domainXmlFlags.live, domainXmlFlags.inactive];
      const texts = await Promise.all(flags.map((each) => this.#xml(machineId, each, signal)));
      return texts.some((text) => isAt(text, target, place));
    } catch (thrown) {
      if (AppError.from(thrown).code === 'MACHINE_GONE') return false;
      throw thrown;
    }
  }

  /** Throws MOVE_LEFTOVER where it cannot be deleted. */
  async #delete(
    { poolId, name, place }: { poolId: string; name: string; place: { path: string } },
    task: TaskContext,
    evenIfUsed: boolean,
  ): Promise<void> {
    const { storage, connectionId } = this.#deps;
    const patient = { ...task, signal: AbortSignal.timeout(UNDO_TIMEOUT_MS) };
    try {
      await storage.deleteVolume({ connectionId, poolId, name }, evenIfUsed, patient);
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.code === 'NOT_FOUND') return;
      const { detail, source, params } = error;
      throw new AppError('MOVE_LEFTOVER', {
        params: { path: place.path, reason: params['reason'] ?? detail },
        detail,
        cause: error,
        ...(source !== null && { source }),
      });
    }
  }

  /** A file in no pool stays. */
  async #deleteAt(path: string, task: TaskContext): Promise<void> {
    const { rpc } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal: task.signal };
    try {
      const { vol } = await rpc.call('STORAGE_VOL_LOOKUP_BY_PATH', { path }, options);
      const { pool } = await rpc.call('STORAGE_POOL_LOOKUP_BY_VOLUME', { vol }, options);
      await this.#delete({ poolId: pool.uuid, name: vol.name, place: { path } }, task, false);
    } catch (thrown) {
      if (AppError.from(thrown).code !== 'NOT_FOUND') throw thrown;
    }
  }

  async #xml(machineId: string, flags: number, signal: AbortSignal): Promise<string> {
    const args = { dom: domainRef(machineId), flags };
    return (await this.#session.rpc.call('DOMAIN_GET_XML_DESC', args, { timeoutMs: CALL_TIMEOUT_MS, signal })).xml;
  }
}

function keyOf(machineId: string, target: string): string {
  return `${machineId}/${target}`;
}

function isAt(text: string, target: string, place: DiskPlace): boolean {
  return readDiskSources(text).get(target)?.name === place.path;
}

function conflict(reason: string): AppError {
  return new AppError('CONFLICT', { params: { action: 'move', reason }, detail: reason });
}
