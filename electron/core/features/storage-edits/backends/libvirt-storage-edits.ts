import {
  hasDirectory,
  type CompressVolumeInput,
  type DeletePoolInput,
  type EditPoolInput,
  type PoolContents,
  type PoolSettings,
  type VolumeChain,
  type VolumePermissions,
  type VolumePermissionsInput,
  type VolumesAbove,
  type VolumesAboveInput,
} from '../../../../../shared/contract/storage-edits.ts';
import type { VolumeRef } from '../../../../../shared/contract/storage.ts';
import { poolStates } from '../../../../../shared/model/storage.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { poolXmlFlags } from '../../../libvirt/protocol/constants.ts';
import type { StoragePoolRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readLayersBelow, readVolumesAbove } from '../../../libvirt/session/volume-chain.ts';
import { editPool, readPool } from '../../../libvirt/xml/pool-edit.ts';
import { readVolumeXml } from '../../../libvirt/xml/storage-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { StorageEditBackend } from '../ports.ts';
import { PoolRemover, type PoolRemoverDeps } from './pool-remover.ts';
import { VolumeCompressor } from './volume-compressor.ts';
import { VolumePermissionEditor } from './volume-permissions.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Giving a directory of a slow share its permissions. */
const BUILD_TIMEOUT_MS = 5 * 60_000;

/** Changes pools and volumes of one libvirt host. */
export class LibvirtStorageEdits implements StorageEditBackend {
  readonly #session: LibvirtSession;
  readonly #deps: PoolRemoverDeps;
  readonly #remover: PoolRemover;
  readonly #permissions: VolumePermissionEditor;
  readonly #compressor: VolumeCompressor;

  constructor(session: LibvirtSession, deps: PoolRemoverDeps) {
    this.#session = session;
    this.#deps = deps;
    this.#remover = new PoolRemover(session, deps);
    this.#permissions = new VolumePermissionEditor(session, deps);
    this.#compressor = new VolumeCompressor(session, deps);
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

  async poolContents(poolId: string, signal: AbortSignal): Promise<PoolContents> {
    return this.#remover.contents(await this.#pool(poolId, signal), signal);
  }

  async deletePool(input: DeletePoolInput, task: TaskContext): Promise<void> {
    await this.#remover.remove(await this.#pool(input.poolId, task.signal), input, task);
  }

  async chain({ poolId, name }: VolumeRef, signal: AbortSignal): Promise<VolumeChain> {
    const pool = await this.#pool(poolId, signal);
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const { vol } = await this.#session.rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool, name }, options);
    const { xml } = await this.#session.rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, options);
    const { path, format, capacityBytes, allocationBytes } = readVolumeXml(xml);
    const { below, isComplete } = await readLayersBelow(this.#session, path, signal);
    return { layers: [{ path, format, capacityBytes, allocationBytes }, ...below], isComplete };
  }

  async volumesAbove({ poolId, names }: VolumesAboveInput, signal: AbortSignal): Promise<VolumesAbove> {
    const pool = await this.#pool(poolId, signal);
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const [above, listed] = await Promise.all([
      readVolumesAbove(this.#session, signal),
      this.#session.rpc.call('STORAGE_POOL_LIST_ALL_VOLUMES', { pool, needResults: 1, flags: 0 }, options),
    ]);
    if (above === null) return null;
    const wanted = new Set(names);
    return Promise.all(
      listed.vols
        .filter((vol) => wanted.has(vol.name))
        .map(async (vol) => {
          const { name: path } = await this.#session.rpc.call('STORAGE_VOL_GET_PATH', { vol }, options);
          const found = (above.get(path) ?? []).map((each) => {
            return { pool: each.pool, name: each.name, isSamePool: each.pool === pool.name };
          });
          return { name: vol.name, above: found };
        }),
    );
  }

  get hasShell(): boolean {
    return this.#session.transport.run !== undefined;
  }

  async compress(input: CompressVolumeInput, task: TaskContext): Promise<void> {
    const { poolId, toPoolId } = input;
    const [from, to] = await Promise.all([this.#pool(poolId, task.signal), this.#pool(toPoolId, task.signal)]);
    await this.#compressor.compress(from, to, input, task);
  }

  async permissions({ poolId, name }: VolumeRef, signal: AbortSignal): Promise<VolumePermissions> {
    return this.#permissions.read(await this.#pool(poolId, signal), name, signal);
  }

  async setPermissions(input: VolumePermissionsInput, task: TaskContext): Promise<void> {
    task.progress('request');
    await this.#permissions.set(await this.#pool(input.poolId, task.signal), input, task);
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
