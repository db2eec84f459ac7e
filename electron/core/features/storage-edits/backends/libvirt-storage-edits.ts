import { hasDirectory, type EditPoolInput, type PoolSettings } from '../../../../../shared/contract/storage-edits.ts';
import { poolStates } from '../../../../../shared/model/storage.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { poolXmlFlags } from '../../../libvirt/protocol/constants.ts';
import type { StoragePoolRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { editPool, readPool } from '../../../libvirt/xml/pool-edit.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { StorageBackend } from '../../storage/ports.ts';
import type { StorageEditBackend } from '../ports.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Giving a directory of a slow share its permissions. */
const BUILD_TIMEOUT_MS = 5 * 60_000;

export interface StorageEditDeps {
  storage: StorageBackend;
}

/** Changes pools and volumes of one libvirt host. */
export class LibvirtStorageEdits implements StorageEditBackend {
  readonly #session: LibvirtSession;
  readonly #deps: StorageEditDeps;

  constructor(session: LibvirtSession, deps: StorageEditDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async poolSettings(poolId: string, signal: AbortSignal): Promise<PoolSettings> {
    const pool = await this.#pool(poolId, signal);
    const { kind, values, permissions } = readPool(await this.#poolXml(pool, signal));
    return { kind, values, permissions: kind !== null && hasDirectory(kind) ? permissions : null };
  }

  async editPool({ poolId, kind, values, permissions }: EditPoolInput, task: TaskContext): Promise<void> {
    const { signal } = task;
    const pool = await this.#pool(poolId, signal);
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const [before, { state }] = await Promise.all([
      this.#poolXml(pool, signal),
      this.#session.rpc.call('STORAGE_POOL_GET_INFO', { pool }, options),
    ]);
    if (readPool(before).kind !== kind) throw conflict('otherPoolKind');
    if (permissions !== null && poolStates[state] !== 'inactive') throw conflict('stopFirst');
    const define = async (xml: string): Promise<void> => {
      await this.#session.rpc.call('STORAGE_POOL_DEFINE_XML', { xml, flags: 0 }, { timeoutMs: CALL_TIMEOUT_MS });
    };
    task.progress('defining');
    await define(editPool(before, values, permissions));
    try {
      if (permissions !== null && hasDirectory(kind)) {
        task.progress('building');
        const rpc = await this.#session.blocking(signal);
        await rpc.call('STORAGE_POOL_BUILD', { pool, flags: 0 }, { timeoutMs: BUILD_TIMEOUT_MS });
      }
    } catch (error) {
      task.progress('undoing');
      await define(before);
      throw error;
    } finally {
      await this.#deps.storage.lookAgain(poolId);
    }
  }

  async #pool(uuid: string, signal: AbortSignal): Promise<StoragePoolRef> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    return (await this.#session.rpc.call('STORAGE_POOL_LOOKUP_BY_UUID', { uuid }, options)).pool;
  }

  /** As it is defined. */
  async #poolXml(pool: StoragePoolRef, signal: AbortSignal): Promise<string> {
    const args = { pool, flags: poolXmlFlags.inactive };
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    return (await this.#session.rpc.call('STORAGE_POOL_GET_XML_DESC', args, options)).xml;
  }
}

function conflict(reason: string): AppError {
  return new AppError('CONFLICT', { params: { action: 'edit', reason }, detail: reason });
}
