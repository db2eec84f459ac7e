import type { DiskList, HostDisk } from '../../../../../shared/contract/disks.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { domainXmlFlags, listStoragePoolsFlags, statsFlags, statsGroups } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef, StoragePoolRef, StorageVolumeRef } from '../../../libvirt/protocol/references.ts';
import { readDomain } from '../../../libvirt/session/read-domain.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readPoolXml, readVolumeXml } from '../../../libvirt/xml/storage-xml.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import type { DiskBackend } from '../ports.ts';
import { DiskUses, volumeKey, type DiskUse } from './disk-uses.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Pools beyond these are not read. */
const MAX_POOLS = 500;
/** Disks beyond these are not shown. */
const MAX_DISKS = 50_000;
/** Domains whose XML is read because the bulk call does not name all their disks; with more, who uses what is unknown. */
const MAX_XML_READS = 200;
/** The window of the connection is four; one stays free. */
const PARALLEL = 3;
/** Behind everything a person waits for. */
const BACKGROUND = -10;

/** A volume of the last list. */
interface KnownVolume {
  pool: StoragePoolRef;
  volume: StorageVolumeRef;
  /** Null where only its XML tells it. */
  path: string | null;
}

/**
 * All disks of one libvirt host: the volumes of its started pools joined with the disks of its domains. Two lists of
 * pools, one list of volumes per pool and one bulk call for all domains. A domain with an empty drive, and a volume
 * group, cost a call more.
 */
export class LibvirtDisks implements DiskBackend {
  readonly #context: ConnectContext;
  readonly #session: LibvirtSession;
  #volumes: ReadonlyMap<string, KnownVolume> = new Map();
  #uses: DiskUses | null = null;

  constructor(context: ConnectContext, session: LibvirtSession) {
    this.#context = context;
    this.#session = session;
  }

  async list(): Promise<DiskList> {
    const [{ volumes, closedPools }, uses] = await Promise.all([this.#readVolumes(), this.#readUses()]);
    this.#volumes = new Map(volumes.map((known) => [idOf(known), known]));
    this.#uses = uses;
    const inPools = [...this.#volumes.values()].map((known) => this.#row(known, null));
    const taken = new Set(
      volumes.flatMap(({ pool, volume, path }) => [path ?? volume.key, volumeKey(pool.name, volume.name)]),
    );
    const outside = [...(uses?.all ?? [])].filter(([key]) => !taken.has(key) && !key.includes('\0'));
    const disks = [...inPools, ...outside.map(([path, use]) => this.#outsideRow(path, use))];
    return { readAt: this.#context.clock.now(), disks: disks.slice(0, MAX_DISKS), closedPools };
  }

  async details(ids: readonly string[]): Promise<HostDisk[]> {
    const waiting = ids.flatMap((id) => this.#volumes.get(id) ?? []);
    const rows: HostDisk[] = [];
    const work = async (): Promise<void> => {
      for (let known = waiting.shift(); known !== undefined; known = waiting.shift()) {
        const xml = await this.#xmlOf(known.volume);
        if (xml !== null) rows.push(this.#row(known, readVolumeXml(xml)));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    return rows;
  }

  async #readVolumes(): Promise<{ volumes: KnownVolume[]; closedPools: string[] }> {
    const [all, active] = await Promise.all([this.#pools(0), this.#pools(listStoragePoolsFlags.active)]);
    const started = new Set(active.map(({ uuid }) => uuid));
    const lists = await Promise.all(active.slice(0, MAX_POOLS).map((pool) => this.#volumesOf(pool)));
    return {
      volumes: lists.flat(),
      closedPools: all.filter(({ uuid }) => !started.has(uuid)).map(({ name }) => name),
    };
  }

  async #pools(flags: number): Promise<StoragePoolRef[]> {
    const args = { needResults: 1, flags };
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    return (await this.#session.rpc.call('CONNECT_LIST_ALL_STORAGE_POOLS', args, options)).pools;
  }

  /** None of a pool that was stopped or has gone meanwhile. */
  async #volumesOf(pool: StoragePoolRef): Promise<KnownVolume[]> {
    try {
      const args = { pool, needResults: 1, flags: 0 };
      const options = { timeoutMs: CALL_TIMEOUT_MS };
      const { vols } = await this.#session.rpc.call('STORAGE_POOL_LIST_ALL_VOLUMES', args, options);
      // The key of a volume is its path in most kinds of pools, and something else in some.
      const isByPath = vols.every(({ key }) => key.startsWith('/'));
      const directory = isByPath ? null : await this.#logicalDirectory(pool);
      return vols.map((volume) => ({
        pool,
        volume,
        path: volume.key.startsWith('/') ? volume.key : directory === null ? null : `${directory}/${volume.name}`,
      }));
    } catch (error) {
      const { code } = AppError.from(error);
      if (code === 'CONFLICT' || code === 'NOT_FOUND') return [];
      throw error;
    }
  }

  /** Where the devices of a volume group are; null for a pool of another kind. */
  async #logicalDirectory(pool: StoragePoolRef): Promise<string | null> {
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    const { xml } = await this.#session.rpc.call('STORAGE_POOL_GET_XML_DESC', { pool, flags: 0 }, options);
    const { type, targetPath } = readPoolXml(xml);
    return type === 'logical' ? targetPath : null;
  }

  /** Null where the host does not tell, or not at a reasonable price. */
  async #readUses(): Promise<DiskUses | null> {
    const { rpc } = this.#session;
    const uses = new DiskUses();
    try {
      const { retStats } = await rpc.call(
        'CONNECT_GET_ALL_DOMAIN_STATS',
        { doms: [], stats: statsGroups.block, flags: statsFlags.noWait | statsFlags.backing },
        { timeoutMs: CALL_TIMEOUT_MS },
      );
      const unclear = retStats.filter((blocks) => !uses.addBlocks(blocks)).map(({ dom }) => dom);
      if (unclear.length > MAX_XML_READS) return null;
      await Promise.all(unclear.map((dom) => this.#addFromXml(uses, dom)));
      return uses;
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.source === null) throw error;
      this.#context.log.debug('users of disks not available', { code: error.code });
      return null;
    }
  }

  async #addFromXml(uses: DiskUses, dom: DomainRef): Promise<void> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND };
    const domain = await readDomain(this.#session.rpc, dom, domainXmlFlags.live, options);
    for (const { source, pool } of domain?.disks ?? []) {
      if (source === null) continue;
      const key = pool === null ? source : volumeKey(pool, source);
      uses.add(dom, key, { isBase: false, capacityBytes: null, allocationBytes: null });
    }
  }

  /** Null for a volume that has gone meanwhile, or of which the host cannot tell more. */
  async #xmlOf(vol: StorageVolumeRef): Promise<string | null> {
    try {
      const options = { timeoutMs: CALL_TIMEOUT_MS, priority: BACKGROUND };
      return (await this.#session.rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, options)).xml;
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.source === null) throw error;
      this.#context.log.debug('a volume tells nothing', { code: error.code });
      return null;
    }
  }

  #row(known: KnownVolume, xml: ReturnType<typeof readVolumeXml> | null): HostDisk {
    const { pool, volume } = known;
    const path = xml?.path ?? known.path;
    const uses = this.#uses?.all;
    const use = uses?.get(path ?? volume.key) ?? uses?.get(volumeKey(pool.name, volume.name));
    const nobody = uses === undefined || path === null ? null : [];
    return {
      id: idOf(known),
      connectionId: this.#context.connectionId,
      name: volume.name,
      path,
      pool: { id: pool.uuid, name: pool.name },
      format: xml?.format ?? null,
      capacityBytes: xml?.capacityBytes ?? use?.capacityBytes ?? null,
      allocationBytes: xml?.allocationBytes ?? use?.allocationBytes ?? null,
      backingPath: xml?.backingPath ?? null,
      isBase: use?.isBase ?? false,
      usedBy: use?.machines ?? nobody,
      isRead: xml !== null,
    };
  }

  #outsideRow(path: string, use: DiskUse): HostDisk {
    return {
      id: path,
      connectionId: this.#context.connectionId,
      name: path.slice(path.lastIndexOf('/') + 1) || path,
      path,
      pool: null,
      format: null,
      capacityBytes: use.capacityBytes,
      allocationBytes: use.allocationBytes,
      backingPath: null,
      isBase: use.isBase,
      usedBy: use.machines,
      isRead: true,
    };
  }
}

function idOf({ pool, volume }: KnownVolume): string {
  return `${pool.uuid}/${volume.name}`;
}
