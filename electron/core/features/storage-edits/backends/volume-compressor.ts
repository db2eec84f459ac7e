import type { CompressVolumeInput } from '../../../../../shared/contract/storage-edits.ts';
import { creatableFormats } from '../../../../../shared/model/storage.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { StoragePoolRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readPoolXml, readVolumeXml } from '../../../libvirt/xml/storage-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import { runOnHost } from './host-command.ts';
import type { PoolRemoverDeps } from './pool-remover.ts';

const CALL_TIMEOUT_MS = 30_000;
/** What qemu-img reads by these names; the rest (`iso`, unknown) is read as it is. */
const imageFormats: ReadonlySet<string> = new Set(['qcow2', 'vmdk', 'vdi', 'vpc']);

/** Makes compressed copies of volumes, which libvirt has no call for: by qemu-img on the host. */
export class VolumeCompressor {
  readonly #session: LibvirtSession;
  readonly #deps: PoolRemoverDeps;

  constructor(session: LibvirtSession, deps: PoolRemoverDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async compress(
    from: StoragePoolRef,
    to: StoragePoolRef,
    { name, newName }: CompressVolumeInput,
    task: TaskContext,
  ): Promise<void> {
    const { signal } = task;
    task.progress('request');
    const { path, format } = await this.#source(from, name, signal);
    const folder = await this.#folder(to, newName, signal);
    // Beside its place, so that it appears at once and whole; nobody has a file of this name.
    const partial = `${folder}/.virtdeck-${crypto.randomUUID()}`;
    const run = (...argv: string[]): Promise<void> => runOnHost(this.#session, argv, signal);
    try {
      task.progress('compressing');
      // For nobody else to read, as libvirt's own volumes are; qemu-img keeps the mode of a file that is there.
      await run('install', '-m', '600', '/dev/null', partial);
      await run('qemu-img', 'convert', '-c', '-f', format, '-O', 'qcow2', '--', path, partial);
      await run('mv', '-n', '-T', '--', partial, `${folder}/${newName}`);
      // It is still there where a file of that name has come meanwhile.
      await run('test', '!', '-e', partial);
    } catch (error) {
      // What went wrong counts more than a file that stays.
      const patient = AbortSignal.timeout(CALL_TIMEOUT_MS);
      await Promise.allSettled([runOnHost(this.#session, ['rm', '-f', '--', partial], patient)]);
      throw error;
    }
    await this.#deps.storage.runPoolAction('refresh', to.uuid, task);
  }

  async #source(pool: StoragePoolRef, name: string, signal: AbortSignal): Promise<{ path: string; format: string }> {
    const { rpc, transport } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const { vol } = await rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool, name }, options);
    const [{ xml }, users] = await Promise.all([
      rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, options),
      this.#deps.readUsers(),
    ]);
    const { path, type, format } = readVolumeXml(xml);
    if (transport.run === undefined) throw conflict('noShell');
    if (path === null || type === 'dir' || type === 'network') throw conflict('noFile');
    // qemu-img would refuse a file that QEMU writes to.
    if (users?.of({ path, pool: pool.name, name }).some(({ isRunning }) => isRunning) === true) {
      throw conflict('inUseByMachine');
    }
    return { path, format: imageFormats.has(format ?? '') ? (format ?? 'raw') : 'raw' };
  }

  /** Where the files of the pool are. Throws CONFLICT where the copy has no place in it. */
  async #folder(pool: StoragePoolRef, newName: string, signal: AbortSignal): Promise<string> {
    const { rpc } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const [{ xml }, { vols }] = await Promise.all([
      rpc.call('STORAGE_POOL_GET_XML_DESC', { pool, flags: 0 }, options),
      rpc.call('STORAGE_POOL_LIST_ALL_VOLUMES', { pool, needResults: 1, flags: 0 }, options),
    ]);
    const { type, targetPath } = readPoolXml(xml);
    if (targetPath === null || (creatableFormats(type) ?? []).length === 0) throw conflict('movePoolKind');
    if (vols.some(({ name }) => name === newName)) throw conflict('fileExists');
    return targetPath;
  }
}

function conflict(reason: string): AppError {
  return new AppError('CONFLICT', { params: { action: 'clone', reason }, detail: reason });
}
