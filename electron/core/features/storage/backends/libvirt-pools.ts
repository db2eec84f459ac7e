import type { StoragePool } from '../../../../../shared/contract/storage.ts';
import { poolStates } from '../../../../../shared/model/storage.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { LiveList } from '../../../kernel/live-list.ts';
import { listStoragePoolsFlags } from '../../../libvirt/protocol/constants.ts';
import type { StoragePoolRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readPoolXml, type PoolXml } from '../../../libvirt/xml/storage-xml.ts';

/** More pools than this are not shown; each costs a call per reading. */
const MAX_POOLS = 1_000;
const CALL_TIMEOUT_MS = 30_000;

/** Reads the pools of one host: three lists, one call per pool, and its XML once. Never refreshes one, which can take minutes. */
export class PoolReader {
  readonly #session: LibvirtSession;
  readonly #connectionId: string;
  /** What seldom changes, by UUID. */
  readonly #xml = new Map<string, PoolXml>();

  constructor(session: LibvirtSession, connectionId: string) {
    this.#session = session;
    this.#connectionId = connectionId;
  }

  /** The pool was defined or started: its XML is read again. */
  forget(id: string): void {
    this.#xml.delete(id);
  }

  async read(list: LiveList<StoragePool>): Promise<void> {
    const [all, persistent, autostart] = await Promise.all([
      this.#list(0),
      this.#list(listStoragePoolsFlags.persistent),
      this.#list(listStoragePoolsFlags.autostart),
    ]);
    const ids = new Set(all.map(({ uuid }) => uuid));
    for (const id of [...this.#xml.keys()]) if (!ids.has(id)) this.#xml.delete(id);
    const sets = { persistent: idsOf(persistent), autostart: idsOf(autostart) };
    const rows = await Promise.all(all.slice(0, MAX_POOLS).map((pool) => this.#row(pool, sets)));
    list.reset(
      rows.filter((row) => row !== null),
      'live',
    );
  }

  async #list(flags: number): Promise<StoragePoolRef[]> {
    const args = { needResults: 1, flags };
    const { rpc } = this.#session;
    return (await rpc.call('CONNECT_LIST_ALL_STORAGE_POOLS', args, { timeoutMs: CALL_TIMEOUT_MS })).pools;
  }

  /** Null for a pool that has gone meanwhile. */
  async #row(
    pool: StoragePoolRef,
    sets: Record<'persistent' | 'autostart', ReadonlySet<string>>,
  ): Promise<StoragePool | null> {
    try {
      const [info, xml] = await Promise.all([
        this.#session.rpc.call('STORAGE_POOL_GET_INFO', { pool }, { timeoutMs: CALL_TIMEOUT_MS }),
        this.#xmlOf(pool),
      ]);
      const state = poolStates[info.state] ?? 'inaccessible';
      const isOff = state === 'inactive';
      return {
        id: pool.uuid,
        connectionId: this.#connectionId,
        name: pool.name,
        state,
        type: xml.type === '' ? null : xml.type,
        capacityBytes: isOff ? null : info.capacity,
        allocationBytes: isOff ? null : info.allocation,
        availableBytes: isOff ? null : info.available,
        autostart: sets.autostart.has(pool.uuid),
        persistent: sets.persistent.has(pool.uuid),
        targetPath: xml.targetPath,
        source: xml.source,
      };
    } catch (error) {
      if (AppError.from(error).code === 'NOT_FOUND') return null;
      throw error;
    }
  }

  async #xmlOf(pool: StoragePoolRef): Promise<PoolXml> {
    const known = this.#xml.get(pool.uuid);
    if (known !== undefined) return known;
    const args = { pool, flags: 0 };
    const { xml } = await this.#session.rpc.call('STORAGE_POOL_GET_XML_DESC', args, { timeoutMs: CALL_TIMEOUT_MS });
    const read = readPoolXml(xml);
    this.#xml.set(pool.uuid, read);
    return read;
  }
}

function idsOf(pools: readonly StoragePoolRef[]): ReadonlySet<string> {
  return new Set(pools.map(({ uuid }) => uuid));
}
