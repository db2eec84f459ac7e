import type { Duplex, Readable } from 'node:stream';
import type {
  CloneVolumeInput,
  CreateVolumeInput,
  ResizeVolumeInput,
  UploadVolumeInput,
} from '../../../../../shared/contract/storage.ts';
import {
  creatableFormats,
  imageFormats,
  type PoolAction,
  type VolumeFormat,
} from '../../../../../shared/model/storage.ts';
import { AppError } from '../../../kernel/app-error.ts';
import {
  blockResizeFlags,
  domainXmlFlags,
  volumeStreamFlags,
  volumeInfoFlags,
  volumeType,
  wipeAlgorithm,
} from '../../../libvirt/protocol/constants.ts';
import type { StoragePoolRef, StorageVolumeRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { DomainXml } from '../../../libvirt/xml/domain-xml.ts';
import { linkedVolumeXml } from '../../../libvirt/xml/linked-volume-xml.ts';
import { newVolumeXml, readPoolXml, readVolumeXml, type VolumeXml } from '../../../libvirt/xml/storage-xml.ts';
import type { VolumeRange } from '../ports.ts';

/** Mounting a share or logging in to a target may take minutes. */
const POOL_TIMEOUT_MS = 10 * 60_000;
/** Reserving or copying a big volume may take hours. */
const DATA_TIMEOUT_MS = 12 * 60 * 60_000;
const CALL_TIMEOUT_MS = 30_000;

/** How a domain's disk may name a volume: by its path, or by its pool and its name in it. */
export interface VolumeNames {
  path: string;
  pool: string;
  name: string;
}

/** The calls that change pools and volumes; those that may take long go over the channel for such calls. */
export class StorageActions {
  readonly #session: LibvirtSession;

  constructor(session: LibvirtSession) {
    this.#session = session;
  }

  async runOnPool(action: PoolAction, pool: StoragePoolRef, signal: AbortSignal): Promise<void> {
    const rpc = await this.#session.blocking(signal);
    const options = { timeoutMs: POOL_TIMEOUT_MS, signal };
    switch (action) {
      case 'start':
        await rpc.call('STORAGE_POOL_CREATE', { pool, flags: 0 }, options);
        return;
      case 'stop':
        await rpc.call('STORAGE_POOL_DESTROY', { pool }, options);
        return;
      case 'refresh':
        await rpc.call('STORAGE_POOL_REFRESH', { pool, flags: 0 }, options);
        return;
      case 'enableAutostart':
      case 'disableAutostart':
        await rpc.call(
          'STORAGE_POOL_SET_AUTOSTART',
          { pool, autostart: action === 'enableAutostart' ? 1 : 0 },
          options,
        );
        return;
      case 'delete':
        await rpc.call('STORAGE_POOL_UNDEFINE', { pool }, options);
    }
  }

  /** Throws BAD_INPUT for a pool in which libvirt cannot create volumes. */
  async create(input: CreateVolumeInput, pool: StoragePoolRef, signal: AbortSignal): Promise<void> {
    const { base, name, capacityBytes } = input;
    const formats = await this.#formats(pool, signal);
    if (base === undefined) {
      const format = formats.length === 0 ? null : (input.format ?? 'raw');
      await this.#create(newVolumeXml({ ...input, format }), pool, signal);
      return;
    }
    const { path, format } = await this.#read(await this.find(pool, base, signal), signal);
    if (formats.length === 0 || path === null || format === null) {
      throw new AppError('BAD_INPUT', { detail: `nothing can stand on ${base} of ${pool.name}` });
    }
    await this.#create(linkedVolumeXml({ name, capacityBytes, base: { path, format } }), pool, signal);
  }

  /** A volume that takes a file as it is; the pool finds out its format afterwards. */
  async createForUpload(
    { name, sizeBytes }: UploadVolumeInput,
    pool: StoragePoolRef,
    signal: AbortSignal,
  ): Promise<StorageVolumeRef> {
    const isFile = (await this.#formats(pool, signal)).length > 0;
    const allocationBytes = isFile ? 0 : sizeBytes;
    const format = isFile ? 'raw' : null;
    const xml = newVolumeXml({ name, capacityBytes: sizeBytes, allocationBytes, format });
    return this.#create(xml, pool, signal);
  }

  /** The host's end of an upload; zeros are left out where that makes holes. Throws BUSY while something else works on it. */
  async openUpload(vol: StorageVolumeRef, range: VolumeRange, signal: AbortSignal): Promise<Duplex> {
    const quick = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const rpc = await this.#session.streams(signal);
    const open = async (isSparse: boolean): Promise<Duplex> => {
      const flags = isSparse ? volumeStreamFlags.sparse : 0;
      const args = { vol, offset: range.offset, length: range.length ?? 0, flags };
      return (await rpc.openStream('STORAGE_VOL_UPLOAD', args, { ...quick, isSparse })).stream;
    };
    try {
      // A block device has what was there before, and older daemons know no holes in one.
      const { type } = await this.#session.rpc.call('STORAGE_VOL_GET_INFO', { vol }, quick);
      if (type !== volumeType.file) return await open(false);
      return await open(true).catch((thrown: unknown) => {
        const { code, source } = AppError.from(thrown);
        if (source === null || code === 'CONFLICT') throw thrown;
        return open(false);
      });
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.code !== 'CONFLICT') throw error;
      // "still in use": what a connection that is lost has sent is not written yet.
      const { params, detail, source } = error;
      throw new AppError('BUSY', { params, detail, retryable: true, ...(source !== null && { source }), cause: error });
    }
  }

  /** A volume's bytes as they are on the host, and how many; holes are not sent where the host can leave them out. */
  async openDownload(
    vol: StorageVolumeRef,
    { offset, length }: VolumeRange,
    signal: AbortSignal,
  ): Promise<{ source: Readable; sizeBytes: number | null }> {
    const rpc = await this.#session.streams(signal);
    const sizeBytes = await this.#physicalBytes(vol, signal);
    const open = async (flags: number): Promise<Readable> => {
      const args = { vol, offset, length: length ?? 0, flags };
      return (await rpc.openStream('STORAGE_VOL_DOWNLOAD', args, { timeoutMs: CALL_TIMEOUT_MS, signal })).stream;
    };
    try {
      return { source: await open(volumeStreamFlags.sparse), sizeBytes };
    } catch (error) {
      // An older daemon, or a volume without holes to tell; why it cannot be read at all is told by the second try.
      if (AppError.from(error).source === null) throw error;
      return { source: await open(0), sizeBytes };
    }
  }

  /** How many bytes a download has; null where an older daemon does not tell. */
  async #physicalBytes(vol: StorageVolumeRef, signal: AbortSignal): Promise<number | null> {
    try {
      const args = { vol, flags: volumeInfoFlags.physical };
      const quick = { timeoutMs: CALL_TIMEOUT_MS, signal };
      return (await this.#session.rpc.call('STORAGE_VOL_GET_INFO_FLAGS', args, quick)).allocation;
    } catch (error) {
      if (AppError.from(error).source === null) throw error;
      return null;
    }
  }

  async #formats(pool: StoragePoolRef, signal: AbortSignal): Promise<readonly VolumeFormat[]> {
    const quick = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const { xml } = await this.#session.rpc.call('STORAGE_POOL_GET_XML_DESC', { pool, flags: 0 }, quick);
    const formats = creatableFormats(readPoolXml(xml).type);
    if (formats === null) throw new AppError('BAD_INPUT', { detail: `no volume can be created in ${pool.name}` });
    return formats;
  }

  async #read(vol: StorageVolumeRef, signal: AbortSignal): Promise<VolumeXml> {
    const quick = { timeoutMs: CALL_TIMEOUT_MS, signal };
    return readVolumeXml((await this.#session.rpc.call('STORAGE_VOL_GET_XML_DESC', { vol, flags: 0 }, quick)).xml);
  }

  async #create(xml: string, pool: StoragePoolRef, signal: AbortSignal): Promise<StorageVolumeRef> {
    const rpc = await this.#session.blocking(signal);
    const args = { pool, xml, flags: 0 };
    return (await rpc.call('STORAGE_VOL_CREATE_XML', args, { timeoutMs: DATA_TIMEOUT_MS, signal })).vol;
  }

  /** Throws what libvirt says where it would shrink. */
  async resize({ capacityBytes }: ResizeVolumeInput, vol: StorageVolumeRef, signal: AbortSignal): Promise<void> {
    const rpc = await this.#session.blocking(signal);
    const args = { vol, capacity: capacityBytes, flags: 0 };
    await rpc.call('STORAGE_VOL_RESIZE', args, { timeoutMs: POOL_TIMEOUT_MS, signal });
  }

  /** Grows the disk of a running machine, whose guest sees it at once. False where no disk of it is the volume. */
  async resizeLive(
    { capacityBytes }: ResizeVolumeInput,
    volume: VolumeNames,
    machine: { id: string; name: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    const quick = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const { dom } = await this.#session.rpc.call('DOMAIN_LOOKUP_BY_UUID', { uuid: machine.id }, quick);
    const { xml } = await this.#session.rpc.call('DOMAIN_GET_XML_DESC', { dom, flags: domainXmlFlags.live }, quick);
    const disk = new DomainXml(xml).disks.find(({ source, pool }) =>
      pool === null ? source === volume.path : pool === volume.pool && source === volume.name,
    );
    if (disk === undefined) return false;
    const rpc = await this.#session.blocking(signal);
    const args = { dom, disk: disk.target, size: capacityBytes, flags: blockResizeFlags.bytes };
    await rpc.call('DOMAIN_BLOCK_RESIZE', args, { timeoutMs: POOL_TIMEOUT_MS, signal });
    return true;
  }

  /** Copies to `pool`; `qemu-img` of the host converts where the formats differ. */
  async clone(
    { newName, format: wanted }: CloneVolumeInput,
    pool: StoragePoolRef,
    vol: StorageVolumeRef,
    signal: AbortSignal,
  ): Promise<void> {
    const { capacityBytes, format: present } = await this.#read(vol, signal);
    const isFile = (await this.#formats(pool, signal)).length > 0;
    // A file that the pool calls iso or something else that cannot be made is copied as its bytes are.
    const format = !isFile ? null : (wanted ?? imageFormats.find((each) => each === present) ?? 'raw');
    const copy = newVolumeXml({ name: newName, capacityBytes: capacityBytes ?? 0, allocationBytes: 0, format });
    const rpc = await this.#session.blocking(signal);
    await rpc.call(
      'STORAGE_VOL_CREATE_XML_FROM',
      { pool, xml: copy, clonevol: vol, flags: 0 },
      { timeoutMs: DATA_TIMEOUT_MS, signal },
    );
  }

  /** Overwrites it with zeros; what is reserved stays. */
  async wipe(vol: StorageVolumeRef, signal: AbortSignal): Promise<void> {
    const rpc = await this.#session.blocking(signal);
    const args = { vol, algorithm: wipeAlgorithm.zero, flags: 0 };
    await rpc.call('STORAGE_VOL_WIPE_PATTERN', args, { timeoutMs: DATA_TIMEOUT_MS, signal });
  }

  async delete(vol: StorageVolumeRef, signal: AbortSignal): Promise<void> {
    const rpc = await this.#session.blocking(signal);
    await rpc.call('STORAGE_VOL_DELETE', { vol, flags: 0 }, { timeoutMs: POOL_TIMEOUT_MS, signal });
  }

  /** What calls need to name a volume. Throws NOT_FOUND. */
  async find(pool: StoragePoolRef, name: string, signal: AbortSignal): Promise<StorageVolumeRef> {
    const quick = { timeoutMs: CALL_TIMEOUT_MS, signal };
    return (await this.#session.rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool, name }, quick)).vol;
  }
}
