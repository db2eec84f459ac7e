import type { StorageVolume } from '../../../../../shared/contract/storage.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { LiveList } from '../../../kernel/live-list.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { StoragePoolRef, StorageVolumeRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readVolumeXml, type VolumeXml } from '../../../libvirt/xml/storage-xml.ts';
import type { VolumeUserReader, VolumeUsers } from './libvirt-volume-users.ts';

/** Volumes beyond these are listed by name only. */
const MAX_DETAILS = 2_000;
/** The window of the connection is four; the rest waits here instead of in its queue. */
const PARALLEL = 4;
const CALL_TIMEOUT_MS = 30_000;
/** Behind everything a person waits for. */
const BACKGROUND = -10;

interface VolumeReaderDeps {
  session: LibvirtSession;
  connectionId: string;
  log: Logger;
  users: VolumeUserReader;
}

/**
 * Reads the volumes of one pool: the list at once, then what only the XML of each tells (one call per volume, once),
 * and who uses them.
 */
export class VolumeReader {
  readonly #deps: VolumeReaderDeps;
  readonly #pool: () => Promise<StoragePoolRef>;
  readonly #details = new Map<string, VolumeXml>();
  #users: VolumeUsers | null = null;

  constructor(pool: () => Promise<StoragePoolRef>, deps: VolumeReaderDeps) {
    this.#pool = pool;
    this.#deps = deps;
  }

  /** What is known of one volume, or of all, may have changed: the next reading asks again. */
  forget(name?: string): void {
    if (name === undefined) this.#details.clear();
    else this.#details.delete(name);
  }

  async read(list: LiveList<StorageVolume>): Promise<void> {
    const pool = await this.#pool();
    const volumes = await this.#list(pool);
    const names = new Set(volumes.map(({ name }) => name));
    for (const name of [...this.#details.keys()]) if (!names.has(name)) this.#details.delete(name);
    const row = (volume: StorageVolumeRef): StorageVolume =>
      this.#row(pool, volume, this.#details.get(volume.name), list.items.get(volume.name));
    list.reset(volumes.map(row), 'live');
    const details = this.#readDetails(volumes, (volume) => list.patch([row(volume)]));
    const [users] = await Promise.all([this.#deps.users.read(), details]);
    this.#users = users;
    list.patch(volumes.map(row));
  }

  async #list(pool: StoragePoolRef): Promise<StorageVolumeRef[]> {
    try {
      const args = { pool, needResults: 1, flags: 0 };
      const { rpc } = this.#deps.session;
      return (await rpc.call('STORAGE_POOL_LIST_ALL_VOLUMES', args, { timeoutMs: CALL_TIMEOUT_MS })).vols;
    } catch (error) {
      // So libvirt says that the pool is not started.
      if (AppError.from(error).code === 'CONFLICT') return [];
      throw error;
    }
  }

  async #readDetails(volumes: readonly StorageVolumeRef[], onRead: (volume: StorageVolumeRef) => void): Promise<void> {
    const waiting = volumes.filter(({ name }) => !this.#details.has(name)).slice(0, MAX_DETAILS);
    const work = async (): Promise<void> => {
      for (let vol = waiting.shift(); vol !== undefined; vol = waiting.shift()) {
        const details = await this.#detailsOf(vol);
        if (details === null) continue;
        this.#details.set(vol.name, details);
        onRead(vol);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  }

  /** Null for a volume that has gone meanwhile, or of which the host cannot tell more. */
  async #detailsOf(vol: StorageVolumeRef): Promise<VolumeXml | null> {
    try {
      const { xml } = await this.#deps.session.rpc.call(
        'STORAGE_VOL_GET_XML_DESC',
        { vol, flags: 0 },
        { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND },
      );
      return readVolumeXml(xml);
    } catch (thrown) {
      const { code, detail, source } = AppError.from(thrown);
      if (source === null) throw thrown;
      this.#deps.log.debug('a volume tells nothing', { code, error: detail });
      return null;
    }
  }

  /** What the last reading knew is shown until the new answer is there. */
  #row(
    pool: StoragePoolRef,
    { name, key }: StorageVolumeRef,
    details: VolumeXml | undefined,
    before: StorageVolume | undefined,
  ): StorageVolume {
    const path = details?.path ?? before?.path ?? null;
    const users = this.#users?.of({ path: path ?? key, pool: pool.name, name }) ?? null;
    return {
      id: name,
      connectionId: this.#deps.connectionId,
      poolId: pool.uuid,
      name,
      path,
      type: details?.type ?? before?.type ?? null,
      format: details?.format ?? before?.format ?? null,
      capacityBytes: details?.capacityBytes ?? before?.capacityBytes ?? null,
      allocationBytes: details?.allocationBytes ?? before?.allocationBytes ?? null,
      backingPath: details === undefined ? (before?.backingPath ?? null) : details.backingPath,
      usedBy: users,
    };
  }
}
