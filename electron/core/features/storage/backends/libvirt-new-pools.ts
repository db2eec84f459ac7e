import type { NewPoolInput } from '../../../../../shared/contract/storage.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { StoragePoolRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { newPoolXml, readPoolKinds } from '../../../libvirt/xml/storage-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';

/** Mounting a share, logging in to a target or making a volume group may take minutes. */
const POOL_TIMEOUT_MS = 10 * 60_000;
const CALL_TIMEOUT_MS = 30_000;

/** Creates pools, and tells which can be created. */
export class PoolMaker {
  readonly #session: LibvirtSession;
  readonly #log: Logger;

  constructor(session: LibvirtSession, log: Logger) {
    this.#session = session;
    this.#log = log;
  }

  /** By the host's capabilities; null where an older daemon does not tell. */
  async kinds(signal: AbortSignal): Promise<readonly string[] | null> {
    try {
      const quick = { timeoutMs: CALL_TIMEOUT_MS, signal };
      const { capabilities } = await this.#session.rpc.call(
        'CONNECT_GET_STORAGE_POOL_CAPABILITIES',
        { flags: 0 },
        quick,
      );
      return readPoolKinds(capabilities);
    } catch (error) {
      if (AppError.from(error).source === null) throw error;
      return null;
    }
  }

  async create(input: NewPoolInput, task: TaskContext): Promise<void> {
    const rpc = await this.#session.blocking(task.signal);
    const options = { timeoutMs: POOL_TIMEOUT_MS, signal: task.signal };
    task.progress('defining');
    // libvirt would change a pool of the same name and UUID; without a UUID it refuses a name that is taken.
    const { pool } = await rpc.call('STORAGE_POOL_DEFINE_XML', { xml: newPoolXml(input), flags: 0 }, options);
    let isStarted = false;
    try {
      if (input.build) {
        task.progress('building');
        await rpc.call('STORAGE_POOL_BUILD', { pool, flags: 0 }, options);
      }
      if (input.start) {
        task.progress('started');
        await rpc.call('STORAGE_POOL_CREATE', { pool, flags: 0 }, options);
        isStarted = true;
      }
      if (input.autostart) await rpc.call('STORAGE_POOL_SET_AUTOSTART', { pool, autostart: 1 }, options);
    } catch (error) {
      await this.#forget(pool, isStarted);
      throw error;
    }
  }

  /** What went wrong before counts more than what goes wrong here. */
  async #forget(pool: StoragePoolRef, isStarted: boolean): Promise<void> {
    const options = { timeoutMs: POOL_TIMEOUT_MS };
    try {
      if (isStarted) await this.#session.rpc.call('STORAGE_POOL_DESTROY', { pool }, options);
      await this.#session.rpc.call('STORAGE_POOL_UNDEFINE', { pool }, options);
    } catch (error) {
      this.#log.warn('a half-made pool stays', { code: AppError.from(error).code });
    }
  }
}
