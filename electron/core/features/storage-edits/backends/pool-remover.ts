import type { DeletePoolInput, PoolContents, VolumeNeeds } from '../../../../../shared/contract/storage-edits.ts';
import type { VolumeMachine } from '../../../../../shared/contract/storage.ts';
import { creatableFormats } from '../../../../../shared/model/storage.ts';
import { topFirst } from '../../../../../shared/model/volume-order.ts';
import { AppError, throwIfAborted } from '../../../kernel/app-error.ts';
import type { StoragePoolRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readVolumesAbove } from '../../../libvirt/session/volume-chain.ts';
import { readPoolXml, readVolumeXml } from '../../../libvirt/xml/storage-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { StorageBackend } from '../../storage/ports.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Behind everything a person waits for. */
const BACKGROUND = -10;
/** More are deleted by themselves first: each costs two calls. */
const MAX_VOLUMES = 2_000;

export interface PoolRemoverDeps {
  storage: StorageBackend;
  /** Who has which volume; null where the host does not tell. */
  readUsers(): Promise<{
    of(volume: { path: string | null; pool: string; name: string }): VolumeMachine[];
  } | null>;
}

interface Contents extends PoolContents {
  /** In the order in which they can be deleted: what stands on others first. */
  order: string[];
}

/** Deletes pools together with their volumes. */
export class PoolRemover {
  readonly #session: LibvirtSession;
  readonly #deps: PoolRemoverDeps;

  constructor(session: LibvirtSession, deps: PoolRemoverDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async contents(pool: StoragePoolRef, signal: AbortSignal): Promise<PoolContents> {
    const { volumes, allocationBytes, needs, areBasesKnown } = await this.#look(pool, signal);
    return { volumes, allocationBytes, needs, areBasesKnown };
  }

  async remove(
    pool: StoragePoolRef,
    { connectionId, poolId, evenIfUsed }: DeletePoolInput,
    task: TaskContext,
  ): Promise<void> {
    const { storage } = this.#deps;
    task.progress('request');
    const { order, needs, areBasesKnown } = await this.#look(pool, task.signal);
    if (!evenIfUsed && (needs.length > 0 || !areBasesKnown)) throw conflict('poolNeeded');
    for (const [index, name] of order.entries()) {
      throwIfAborted(task.signal);
      task.progress('removing', index / order.length);
      // Who needs it was looked at for all of them.
      await storage.deleteVolume({ connectionId, poolId, name }, true, task);
    }
    throwIfAborted(task.signal);
    task.progress('stopped');
    await storage.runPoolAction('stop', poolId, task);
    await storage.runPoolAction('delete', poolId, task).catch((thrown: unknown) => {
      // One that was never defined vanishes when it stops.
      if (AppError.from(thrown).code !== 'NOT_FOUND') throw thrown;
    });
  }

  async #look(pool: StoragePoolRef, signal: AbortSignal): Promise<Contents> {
    const { rpc } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const { xml } = await rpc.call('STORAGE_POOL_GET_XML_DESC', { pool, flags: 0 }, options);
    if (creatableFormats(readPoolXml(xml).type) === null) throw conflict('notDeletable');
    const list = { pool, needResults: 1, flags: 0 };
    const [{ vols }, users, above] = await Promise.all([
      rpc.call('STORAGE_POOL_LIST_ALL_VOLUMES', list, options).catch((thrown: unknown): never => {
        // So libvirt says that the pool is not started.
        throw AppError.from(thrown).code === 'CONFLICT' ? conflict('notStarted') : thrown;
      }),
      this.#deps.readUsers(),
      readVolumesAbove(this.#session, signal),
    ]);
    if (vols.length > MAX_VOLUMES) throw conflict('tooManyVolumes');
    const read = await Promise.all(
      vols.map(async (vol) => {
        const quiet = { ...options, priority: BACKGROUND };
        const found = await rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, quiet);
        return { name: vol.name, ...readVolumeXml(found.xml) };
      }),
    );
    const needs = read.flatMap(({ name, path }): VolumeNeeds[] => {
      const machines = users?.of({ path, pool: pool.name, name }) ?? null;
      const others = (above?.get(path ?? '') ?? []).filter((each) => each.pool !== pool.name);
      if (machines?.length === 0 && others.length === 0) return [];
      return [{ name, machines, above: others.map((each) => ({ pool: each.pool, name: each.name })) }];
    });
    const sizes = read.map((each) => each.allocationBytes);
    return {
      volumes: read.length,
      allocationBytes: sizes.every((size) => size !== null) ? sizes.reduce((sum, size) => sum + size, 0) : null,
      needs,
      areBasesKnown: above !== null,
      order: topFirst(read).map(({ name }) => name),
    };
  }
}

function conflict(reason: string): AppError {
  return new AppError('CONFLICT', { params: { action: 'deleteAll', reason }, detail: reason });
}
